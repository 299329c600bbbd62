import { z } from 'zod';

/**
 * The words in which an app's screens are written down, so that another browser or a settings app is one JSON
 * file. Texts are templates over the app's values: `{engine}` is a piece of state, `{page.title}`, `{page.url}`,
 * `{page.text}`, `{page.error}` and `{page.status}` (none, loading, done, error) come from the web page shown,
 * `{input}` is what was typed (in `onEnter`), `{choice}` the value a `choiceOf` copy stands for.
 */
const template = z.string().max(4000);
const name = z.string().min(1).max(80);

/** All must hold: the value named equals the word, or one of the words. */
const conditionSchema = z.record(name, z.union([z.string(), z.array(z.string()).min(1)]));

/** What the built-in browser does. */
const pageActionSchema = z.union([
  /** What was typed into an address field: a page to open, or words for the chosen engine. */
  z.strictObject({ browse: template }),
  z.strictObject({ open: template }),
  z.strictObject({ reload: z.literal(true) }),
  z.strictObject({ closePages: z.literal(true) }),
]);

const actionSchema = z.union([
  z.strictObject({ go: name }),
  /** Forgets the way here and starts again from this screen. */
  z.strictObject({ reset: name }),
  z.strictObject({ back: z.literal(true) }),
  z.strictObject({ set: z.record(name, z.string()) }),
  /** To the next of the state's values. */
  z.strictObject({ toggle: name }),
  /** Brings another app to the front. */
  z.strictObject({ launch: name }),
  pageActionSchema,
]);

const nodeSchema = z.strictObject({
  /** Android class; without a dot it is one of android.widget. */
  class: name.optional(),
  /** `url` means `<package>:id/url`; with a colon it stands as it is. */
  id: name.optional(),
  text: template.optional(),
  description: template.optional(),
  hint: template.optional(),
  icon: z.enum(['menu', 'back', 'search', 'close', 'reload', 'private']).optional(),
  style: z.enum(['heading', 'caption', 'bar', 'setting', 'pill']).optional(),
  visibleWhen: conditionSchema.optional(),
  /** Makes the node checkable; it is checked while the condition holds. */
  checkedWhen: conditionSchema.optional(),
  enabled: z.boolean().optional(),
  password: z.boolean().optional(),
  /** Has the focus when its screen opens. */
  focus: z.boolean().optional(),
  /** Takes the room that its neighbours leave. */
  fill: z.boolean().optional(),
  /** One copy for each value of this piece of state; a tap sets it, then does the rest. */
  choiceOf: name.optional(),
  do: z.array(actionSchema).optional(),
  onEnter: z.array(actionSchema).optional(),
  get row() {
    return z.array(nodeSchema).optional();
  },
  get column() {
    return z.array(nodeSchema).optional();
  },
});

const screenSchema = z.strictObject({
  /** A question in front of the app: what `alert` commands read and answer. */
  dialog: z.boolean().optional(),
  nodes: z.array(nodeSchema).min(1),
});

const appShape = z.strictObject({
  /** Where the app opens: the first whose condition holds. */
  start: z.array(z.strictObject({ screen: name, when: conditionSchema.optional() })).min(1),
  darkWhen: conditionSchema.optional(),
  /** Gives the app the built-in behaviour of a web browser. Its headers are templates over getprop. */
  browser: z
    .strictObject({ home: name, page: name, userAgent: template, acceptLanguage: template })
    .optional(),
  all: z.record(name, screenSchema),
});

export const appScreensSchema = appShape.superRefine((app, context) => {
  for (const [screen, path] of screensNamed(app)) {
    if (!Object.hasOwn(app.all, screen)) {
      context.addIssue({ code: 'custom', path, message: `there is no screen called ${screen}` });
    }
  }
});

export const appStateSchema = z.record(
  name,
  z
    .strictObject({
      values: z.array(z.string()).min(1),
      default: z.string(),
      /** `am force-stop` ends what is kept until-stop; `pm clear` ends everything. */
      keeps: z.enum(['until-stop', 'until-clear']),
    })
    .refine((piece) => piece.values.includes(piece.default), 'the default is not among the values'),
);

/** Search engine → the URL its results are at, `{words}` standing for the words, form-encoded. */
export const appEnginesSchema = z.record(name, z.string().includes('{words}'));

export type AppScreens = z.infer<typeof appScreensSchema>;
export type AppState = z.infer<typeof appStateSchema>;
export type AppNode = z.infer<typeof nodeSchema>;
export type AppAction = z.infer<typeof actionSchema>;
export type PageAction = z.infer<typeof pageActionSchema>;
export type Condition = z.infer<typeof conditionSchema>;

/** What the screen needs to know of an app; a ROM profile's app has this and more. */
export interface AppData {
  readonly package: string;
  readonly label: string;
  /** `package/class`. */
  readonly activity: string;
  readonly screens: AppScreens;
  readonly state: AppState;
  readonly engines: Readonly<Record<string, string>>;
}

/** A screen's name, and where in the file it is named. */
type Place = readonly [screen: string, path: (string | number)[]];

function screensNamed(app: z.infer<typeof appShape>): Place[] {
  return [
    ...app.start.map(({ screen }, at): Place => [screen, ['start', at, 'screen']]),
    ...(app.browser
      ? ([
          [app.browser.home, ['browser', 'home']],
          [app.browser.page, ['browser', 'page']],
        ] satisfies Place[])
      : []),
    ...Object.entries(app.all).flatMap(([screen, { nodes }]) =>
      namedByNodes(nodes, ['all', screen, 'nodes']),
    ),
  ];
}

function namedByNodes(nodes: readonly AppNode[], path: (string | number)[]): Place[] {
  return nodes.flatMap((node, at) => [
    ...namedByActions(node.do, [...path, at, 'do']),
    ...namedByActions(node.onEnter, [...path, at, 'onEnter']),
    ...namedByNodes(node.row ?? [], [...path, at, 'row']),
    ...namedByNodes(node.column ?? [], [...path, at, 'column']),
  ]);
}

function namedByActions(
  actions: readonly AppAction[] | undefined,
  path: (string | number)[],
): Place[] {
  return (actions ?? []).flatMap((action, at): Place[] => {
    if ('go' in action) return [[action.go, [...path, at, 'go']]];
    if ('reset' in action) return [[action.reset, [...path, at, 'reset']]];
    return [];
  });
}
