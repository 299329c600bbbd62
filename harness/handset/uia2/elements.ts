import { flatten } from '../ui/tree/node.ts';
import type { UiNode } from '../ui/tree/node.ts';
import { Failure } from './failure.ts';

/** An element as W3C and older clients want it, at once. */
export interface ElementReference {
  readonly ELEMENT: string;
  readonly 'element-6066-11e4-a52e-4f735466cecf': string;
}

/** The elements handed out: each node has one id as long as it exists, and no id is used twice. */
export class Elements {
  readonly #ids = new Map<string, string>();
  readonly #keys = new Map<string, string>();

  reference(node: UiNode): ElementReference {
    const id = this.#ids.get(node.key) ?? this.#issue(node.key);
    return { ELEMENT: id, 'element-6066-11e4-a52e-4f735466cecf': id };
  }

  /** The node as it is now: ids outlive what they named. */
  resolve(id: string, root: UiNode): UiNode {
    const key = this.#keys.get(id);
    if (key === undefined) {
      throw new Failure('no such element', `The element with id '${id}' does not exist`);
    }
    const node = flatten(root).find((one) => one.key === key);
    if (node) return node;
    throw new Failure(
      'stale element reference',
      `The element '${id}' does not exist in DOM anymore`,
    );
  }

  #issue(key: string): string {
    const count = (this.#ids.size + 1).toString(16).padStart(8, '0');
    const id = `00000000-0000-00a5-ffff-ffff${count}`;
    this.#ids.set(key, id);
    this.#keys.set(id, key);
    return id;
  }
}
