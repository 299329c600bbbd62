import type { AppNode, List } from '../app.ts';
import type { Row } from '../../phone/owner/belongings.ts';
import type { View } from './node.ts';
import { fill, holds, layered, prefixed } from '../values.ts';
import type { Values } from '../values.ts';

/** What a screen shows besides its data: who owns it, what was typed where, and which field has the focus. */
export interface Showing {
  readonly package: string;
  /** Keeps the keys of one visit to a screen apart from those of the next. */
  readonly visit: string;
  readonly values: Values;
  /** State → the values it can take, for `choiceOf`. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  /** The rows of a list, for `eachOf`. */
  readonly rows: (list: List) => readonly Row[];
  readonly typed: ReadonlyMap<string, string>;
  /** Key of the node that has it; before anybody chose, the data says. */
  readonly focused: string | undefined;
}

/** An app's screen data with the values put in; nodes whose condition does not hold are left out. */
export function compose(nodes: readonly AppNode[], showing: Showing): View[] {
  return composeAll(nodes, showing, showing.visit);
}

function composeAll(
  nodes: readonly AppNode[],
  showing: Showing,
  path: string,
  given: ReadonlyMap<string, string> = NOTHING,
): View[] {
  return nodes.flatMap((node, at) => {
    const key = `${path}/${at}`;
    return copiesOf(node, showing, given).flatMap((copy) =>
      holds(node.visibleWhen, copy.showing.values)
        ? [composeOne(copy.node, copy.showing, `${key}${copy.mark}`, copy.given)]
        : [],
    );
  });
}

const NOTHING: ReadonlyMap<string, string> = new Map();

/** One node as it stands, or once for each value or row that it is to be copied for. */
interface Copy {
  readonly node: AppNode;
  readonly showing: Showing;
  /** Sets the copy's key apart from the others'. */
  readonly mark: string;
  /** What the copy stands for: `choice`, `item.…`. */
  readonly given: ReadonlyMap<string, string>;
}

function copiesOf(
  node: AppNode,
  showing: Showing,
  given: ReadonlyMap<string, string>,
): readonly Copy[] {
  const copy = (mark: string, more: ReadonlyMap<string, string>, as = node): Copy => {
    const values = layered(more, showing.values);
    return { node: as, showing: { ...showing, values }, mark, given: new Map([...given, ...more]) };
  };
  const { choiceOf: state, eachOf: list } = node;
  if (list !== undefined) {
    return showing
      .rows(list)
      .map((row, at) => copy(`:${row.get('id') ?? at}`, prefixed('item', row)));
  }
  if (state === undefined) return [{ node, showing, mark: '', given }];
  return (showing.choices.get(state) ?? []).map((choice) =>
    copy(`:${choice}`, new Map([['choice', choice]]), {
      ...node,
      checkedWhen: { [state]: choice },
      do: [{ set: { [state]: choice } }, ...(node.do ?? [])],
    }),
  );
}

function composeOne(
  node: AppNode,
  showing: Showing,
  key: string,
  given: ReadonlyMap<string, string>,
): View {
  const { values } = showing;
  const className = classOf(node);
  const editable = className === 'android.widget.EditText';
  const onTap = node.do ?? [];
  return {
    key,
    className,
    package: showing.package,
    resourceId: idOf(node.id, showing.package),
    text: (editable ? showing.typed.get(key) : undefined) ?? fill(node.text ?? '', values),
    description: fill(node.description ?? '', values),
    hint: fill(node.hint ?? '', values),
    icon: node.icon,
    style: node.style,
    direction: node.row ? 'row' : 'column',
    fill: node.fill ?? false,
    checkable: node.checkedWhen !== undefined,
    checked: node.checkedWhen !== undefined && holds(node.checkedWhen, values),
    clickable: onTap.length > 0 || editable,
    enabled: node.enabled ?? true,
    editable,
    focused: showing.focused === undefined ? node.focus === true : showing.focused === key,
    password: node.password ?? false,
    scrollable: false,
    onTap,
    onEnter: node.onEnter ?? [],
    given,
    children: composeAll(node.row ?? node.column ?? [], showing, key, given),
  };
}

function classOf({ class: name, row, column }: AppNode): string {
  if (name === undefined) return `android.${row || column ? 'widget.LinearLayout' : 'view.View'}`;
  return name.includes('.') ? name : `android.widget.${name}`;
}

function idOf(id: string | undefined, packageName: string): string {
  if (id === undefined) return '';
  return id.includes(':') ? id : `${packageName}:id/${id}`;
}
