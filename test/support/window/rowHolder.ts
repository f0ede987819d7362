import type { ListNode } from '../../../src/editor/list/view/listRows.ts';
import type { Changes } from '../../../src/editor/list/view/shownRows.ts';

/** The source of the rows. */
export interface RowSource {
  children(parent: ListNode | undefined): readonly ListNode[];
  collapse(node: ListNode): void;
  expand(node: ListNode): void;
}

const root = '';

/**
 * VS Code's memory of a tree, as strict as in version 1.103: refuses a row that it already holds, drops whatever was
 * fired, and asks again for what is visible. It draws rows as they were when it got them.
 */
export class RowHolder {
  readonly #source: RowSource;
  readonly #elements = new Map<string, ListNode>();
  readonly #children = new Map<string, readonly string[]>();
  readonly #drawn = new Map<string, string>();
  readonly #open = new Map<string, boolean>();

  constructor(source: RowSource) {
    this.#source = source;
  }

  /** Asks for everything that is visible. */
  show(): void {
    this.#fetch(root);
  }

  /** Does what VS Code does when the provider fires; throws if a row is refused. */
  take(changes: Changes): void {
    if (changes === 'everything') {
      this.#elements.clear();
      this.#children.clear();
      this.#fetch(root);
      return this.#forgetGone();
    }
    // VS Code compares rows by object identity: another object with the same id is not refreshed.
    const known = changes.filter((node) => this.#elements.get(node.id) === node);
    if (known.length < changes.length) throw new Error('Something was fired that is not held.');
    for (const { id } of known) this.#letGo(id);
    for (const { id } of known) {
      this.#draw(id);
      if (this.isOpen(id)) this.#fetch(id);
    }
    this.#forgetGone();
  }

  collapse(id: string): void {
    const node = this.#elements.get(id);
    if (node === undefined || node.kind === 'entry' || !this.isOpen(id)) return;
    this.#open.set(id, false);
    this.#source.collapse(node);
  }

  expand(id: string): void {
    const node = this.#elements.get(id);
    if (node === undefined || node.kind === 'entry' || this.isOpen(id)) return;
    this.#open.set(id, true);
    this.#source.expand(node);
    this.#fetch(id);
  }

  isOpen(id: string): boolean {
    return this.#open.get(id) ?? !/^page:(?!.*:0$)/.test(id);
  }

  /** The visible rows, each as it was drawn. */
  visible(id = root): readonly string[] {
    return (this.#children.get(id) ?? []).flatMap((child) => [
      this.#drawn.get(child) ?? '',
      ...(this.isOpen(child) ? this.visible(child) : []),
    ]);
  }

  node(id: string): ListNode | undefined {
    return this.#elements.get(id);
  }

  ids(): readonly string[] {
    return [...this.#elements.keys()];
  }

  #fetch(id: string): void {
    // It does not ask for what it remembers.
    if (!this.#children.has(id)) {
      const nodes = this.#source.children(id === root ? undefined : this.#elements.get(id));
      for (const node of nodes) {
        if (this.#elements.has(node.id)) throw new Error(`Element with id ${node.id} is already registered.`);
        this.#elements.set(node.id, node);
        this.#draw(node.id);
      }
      this.#children.set(
        id,
        nodes.map((node) => node.id),
      );
    }
    for (const child of this.#children.get(id) ?? [])
      if (this.#elements.get(child)?.kind !== 'entry' && this.isOpen(child)) this.#fetch(child);
  }

  /** Forgets whether removed rows were open: a row that returns is like a new one. */
  #forgetGone(): void {
    for (const id of this.#open.keys()) if (!this.#elements.has(id)) this.#open.delete(id);
  }

  #letGo(id: string): void {
    for (const child of this.#children.get(id) ?? []) {
      this.#letGo(child);
      this.#elements.delete(child);
    }
    this.#children.delete(id);
  }

  #draw(id: string): void {
    this.#drawn.set(id, this.#elements.get(id)?.row.label ?? '');
  }
}
