import type { Table } from '../../phone/owner/belongings.ts';
import type { StimulusKind } from '../../phone/stimulus.ts';
import type { AppAction, PageAction, PhoneAction } from '../actions.ts';
import type { BrowserPage } from '../browser/browser.ts';
import { fill } from '../values.ts';
import type { Values } from '../values.ts';
import type { Pieces } from './state.ts';

type Words = Readonly<Record<string, string>>;

/** What an app asks of the phone around it. */
export interface AppHost {
  launch(packageName: string, action: string | undefined): void;
  tell(kind: StimulusKind, values: Words): void;
  /** `key` is namespace.name; undefined takes it away. */
  put(key: string, value: string | undefined): void;
  setting(key: string): string | undefined;
  add(table: Table, row: Words): void;
  copy(text: string): void;
  shoot(comment: string): void;
  update(packageName: string): void;
  /** The way back has come to its end: the app goes out of sight. */
  leave(): void;
}

/** The app as its own actions move it. */
export interface Actor {
  readonly pieces: Pieces;
  readonly page: BrowserPage | undefined;
  readonly host: AppHost;
  readonly engine: { readonly name: string; readonly url: string };
  enter(screen: string, args?: ReadonlyMap<string, string>): void;
  /** Forgets the way here. */
  reset(screen: string): void;
  back(): void;
  showPage(load: (page: BrowserPage) => Promise<void>): void;
}

/** Does what a node's data says, one action after the other; texts are filled when their turn comes. */
export function perform(actions: readonly AppAction[], values: Values, app: Actor): void {
  for (const action of actions) act(action, values, app);
}

function act(action: AppAction, values: Values, app: Actor): void {
  if ('go' in action) app.enter(action.go, new Map(Object.entries(all(action.with ?? {}, values))));
  else if ('reset' in action) app.reset(action.reset);
  else if ('back' in action) app.back();
  else if ('toggle' in action) {
    app.pieces.toggle(action.toggle);
    toggled(action.toggle, app.pieces.all.get(action.toggle) ?? '', app);
  } else if ('set' in action) {
    for (const [name, value] of Object.entries(action.set)) {
      app.pieces.set(name, value);
      toggled(name, value, app);
    }
  } else if (isPageAction(action)) actOnPage(action, values, app);
  else actOnPhone(action, values, app);
}

function actOnPage(action: PageAction, values: Values, app: Actor): void {
  if ('closePages' in action) app.page?.close();
  else if ('reload' in action) app.showPage((page) => page.reload());
  else if ('download' in action) void app.page?.download(fill(action.download, values));
  else if ('open' in action) app.showPage((page) => page.open(fill(action.open, values)));
  else app.showPage((page) => page.browse(fill(action.browse, values), app.engine));
}

function actOnPhone(action: PhoneAction, values: Values, app: Actor): void {
  const { host } = app;
  if ('launch' in action) host.launch(fill(action.launch, values), action.action);
  else if ('tell' in action) host.tell(action.tell, all(action.values, values));
  else if ('put' in action) {
    for (const [key, value] of Object.entries(action.put)) host.put(key, fill(value, values));
  } else if ('unset' in action) host.put(action.unset, undefined);
  else if ('flip' in action) {
    const value = (host.setting(action.flip) ?? action.absent) === '0' ? '1' : '0';
    host.put(action.flip, value);
    toggled(action.flip, value, app);
  } else if ('add' in action) host.add(action.add, all(action.row, values));
  else if ('copy' in action) host.copy(fill(action.copy, values));
  else if ('shoot' in action) host.shoot(fill(action.shoot, values));
  else host.update(fill(action.update, values));
}

function toggled(name: string, value: string, { host }: Actor): void {
  host.tell('toggle-changed', { name, value });
}

function all(templates: Words, values: Values): Words {
  return Object.fromEntries(
    Object.entries(templates).map(([name, text]) => [name, fill(text, values)]),
  );
}

function isPageAction(action: PageAction | PhoneAction): action is PageAction {
  return PAGE_ACTIONS.some((name) => name in action);
}

const PAGE_ACTIONS = ['browse', 'open', 'reload', 'closePages', 'download'] as const;
