import type { ListNode } from '../../../src/editor/list/view/listRows.ts';

/** The source of the rows. */
export interface RowSource {
  children(parent: ListNode | undefined): readonly ListNode[];
  collapse(node: ListNode): void;
  expand(node: ListNode): void;
}

const root = '';

/**
 * VS Code's memory of a tree, as strict as in version 1.103: refuses a row that it already holds, and draws rows as they were when it got them.
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

  /** Does what VS Code does when the provider fires undefined; throws if a row is refused. */
  refresh(): void {
    this.#elements.clear();
    this.#children.clear();
    this.#fetch(root);
    // Forgets whether removed rows were open: a row that returns is like a new one.
    for (const id of this.#open.keys()) if (!this.#elements.has(id)) this.#open.delete(id);
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

  #draw(id: string): void {
    this.#drawn.set(id, this.#elements.get(id)?.row.label ?? '');
  }
}
