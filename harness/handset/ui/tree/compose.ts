import type { AppNode } from '../app.ts';
import type { View } from './node.ts';
import { fill, holds } from '../values.ts';
import type { Values } from '../values.ts';

/** What a screen shows besides its data: who owns it, what was typed where, and which field has the focus. */
export interface Showing {
  readonly package: string;
  /** Keeps the keys of one visit to a screen apart from those of the next. */
  readonly visit: string;
  readonly values: Values;
  /** State → the values it can take, for `choiceOf`. */
  readonly choices: ReadonlyMap<string, readonly string[]>;
  readonly typed: ReadonlyMap<string, string>;
  /** Key of the node that has it; before anybody chose, the data says. */
  readonly focused: string | undefined;
}

/** An app's screen data with the values put in; nodes whose condition does not hold are left out. */
export function compose(nodes: readonly AppNode[], showing: Showing): View[] {
  return composeAll(nodes, showing, showing.visit);
}

function composeAll(nodes: readonly AppNode[], showing: Showing, path: string): View[] {
  return nodes.flatMap((node, at) => {
    const key = `${path}/${at}`;
    if (!holds(node.visibleWhen, showing.values)) return [];
    if (node.choiceOf === undefined) return [composeOne(node, showing, key)];
    const state = node.choiceOf;
    return (showing.choices.get(state) ?? []).map((choice) =>
      composeOne(
        {
          ...node,
          checkedWhen: { [state]: choice },
          do: [{ set: { [state]: choice } }, ...(node.do ?? [])],
        },
        { ...showing, values: new Map([...showing.values, ['choice', choice]]) },
        `${key}:${choice}`,
      ),
    );
  });
}

function composeOne(node: AppNode, showing: Showing, key: string): View {
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
    children: composeAll(node.row ?? node.column ?? [], showing, key),
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
