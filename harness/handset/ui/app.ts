import { z } from 'zod';
import { TABLES } from '../phone/owner/belongings.ts';
import { actionSchema, name, template } from './actions.ts';
import type { AppAction } from './actions.ts';

/**
 * The words in which an app's screens are written down, so that another browser or a settings app is one JSON
 * file. Texts are templates over the app's values: `{engine}` is a piece of state, `{page.title|url|text|error|status}`
 * (none, loading, done, error) the web page shown, `{input}` what was typed (in `onEnter`), `{choice}` and `{item.…}`
 * what a copied node stands for, `{arg.…}` what the screen was opened with, `{setting.secure.…}`, `{property.…}`,
 * `{network}`, `{clipboard}` and `{app.version}` the phone's.
 */
/** All must hold: the value named equals the word, or one of the words. */
const conditionSchema = z.record(name, z.union([z.string(), z.array(z.string()).min(1)]));

/** Lists that a node can be copied for: what the phone holds, one row each. */
const LISTS = [...TABLES, 'apps', 'files', 'updates'] as const;

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
  /** One copy for each row of a list, the newest first where it has times; `{item.name}` is a column. */
  eachOf: z.enum(LISTS).optional(),
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
  /** The class that Android shows for it; the app's own unless said. `am start -n` opens it by this. */
  activity: z
    .string()
    .regex(/^[\w.$]+$/, 'is not a class')
    .optional(),
  /** Intents that open it: their action. */
  intents: z.array(z.string()).optional(),
  /** Name of an argument → template over `{data}`, `{data.rest}` (without its scheme), `{extra.…}`. */
  takes: z.record(name, template).optional(),
  /** Done each time it is opened, before it is seen. */
  onOpen: z.array(actionSchema).optional(),
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
export type AppScreen = z.infer<typeof screenSchema>;
export type List = (typeof LISTS)[number];
export type Condition = z.infer<typeof conditionSchema>;

/**
 * home: what shows when no app is in front; shade: what is pulled down from the status bar; dialogs: the system's own
 * questions. The others own what the phone keeps: messages, contacts, mail, camera, photos.
 */
export const ROLES = [
  ...(['home', 'shade', 'dialogs'] as const),
  ...(['messages', 'contacts', 'mail', 'camera', 'photos'] as const),
] as const;

export type Role = (typeof ROLES)[number];

/** What the screen needs to know of an app; a ROM profile's app has this and more. */
export interface AppData {
  readonly package: string;
  readonly label: string;
  readonly versionName?: string | undefined;
  /** What the phone uses it for; see `ROLES`. */
  readonly roles?: readonly Role[] | undefined;
  /** The folder of the home screen that its icon lies in. */
  readonly folder?: string | undefined;
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
    ...Object.entries(app.all).flatMap(([screen, { nodes, onOpen }]) => [
      ...namedByNodes(nodes, ['all', screen, 'nodes']),
      ...namedByActions(onOpen, ['all', screen, 'onOpen']),
    ]),
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
