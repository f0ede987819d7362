import type { ListNode } from './listRows.ts';
import { isSameRow } from './rowText.ts';

/** Reads the current rows below a row, or the groups if `parent` is undefined. */
export type ReadChildren = (parent: ListNode | undefined) => readonly ListNode[];

/** The rows whose content or children have changed; `everything` if the groups have changed. */
export type Changes = 'everything' | readonly ListNode[];

/** The rows that VS Code was given below one row. */
interface Holding {
  readonly parent: ListNode | undefined;
  readonly children: readonly ListNode[];
}

type Writable = { -readonly [Key in keyof ListNode]: ListNode[Key] };

const root = '';

/**
 * Remembers the rows that VS Code has, so that a row stays the same object while it is shown, and only changed rows are
 * redrawn. It mirrors VS Code's own memory, which rejects a row that it still has below another parent: a row is
 * removed from its old parent before it is added to the new one.
 */
export class ShownRows {
  readonly #known = new Map<string, ListNode>();
  readonly #held = new Map<string, Holding>();
  /** Reported as changed the last time and not requested since: VS Code may or may not have dropped these. */
  readonly #told = new Map<string, Holding>();
  /**
   * What the last comparison read below the reported rows, until VS Code requests it. If it were read again, a row that
   * moved meanwhile could disappear from one parent before it appears below the other, and lose its selection.
   */
  readonly #found = new Map<string, readonly ListNode[]>();
  /** The parent below which each row was last given out, by ids. */
  readonly #places = new Map<string, string>();
  readonly #collapsed = new Set<string>();

  /**
   * The rows below a row. `isWhole` is false if some are left out because VS Code still has them below another parent;
   * then `changes` must be called.
   */
  children(
    parent: ListNode | undefined,
    read: ReadChildren,
  ): { readonly children: readonly ListNode[]; readonly isWhole: boolean } {
    const key = parent?.id ?? root;
    // VS Code requests only visible rows.
    this.#collapsed.delete(key);
    // VS Code drops all reported rows at once, so if it requests one of them, it has dropped all.
    if (this.#told.has(key)) this.#told.clear();
    const nodes = (this.#found.get(key) ?? read(parent)).map((node) => this.#kept(node));
    this.#found.delete(key);
    const children = nodes.filter(({ id }) => !this.#isHeldElsewhere(id, key));
    this.#held.set(key, { parent, children });
    for (const { id } of children) this.#places.set(id, key);
    return { children, isWhole: children.length === nodes.length };
  }

  /** The parent of a shown row; undefined for groups and for rows that are not shown. */
  parentOf(node: ListNode): ListNode | undefined {
    const key = this.#places.get(node.id) ?? root;
    return (this.#held.get(key) ?? this.#told.get(key))?.parent;
  }

  /** Rows below a collapsed row are not read again before they are visible. */
  collapse(node: ListNode): void {
    this.#collapsed.add(node.id);
  }

  expand(node: ListNode): void {
    this.#collapsed.delete(node.id);
  }

  /**
   * Compares the visible rows with the current state and updates them. The result must be reported to VS Code. If one
   * of the `selected` rows has moved to another parent, the result is `everything`: otherwise it would lose its
   * selection.
   */
  changes(read: ReadChildren, selected: ReadonlySet<string>): Changes {
    this.#told.clear();
    this.#found.clear();
    const shown = this.#held.get(root);
    if (shown === undefined) return [];
    const comparison: Comparison = {
      read,
      found: new Map(),
      changed: new Set(),
      came: new Set(),
      left: new Set(),
    };
    this.#compare(root, shown, comparison);
    const { found, changed, came, left } = comparison;
    const isEverything = changed.has(root) || [...selected].some((id) => left.has(id) && came.has(id));
    for (const id of isEverything ? [root] : changed) this.#tell(id, found);
    this.#forgetUnknown();
    if (isEverything) return 'everything';
    return [...changed].flatMap((id) => (this.#isBelow(id, changed) ? [] : (this.#known.get(id) ?? [])));
  }

  #compare(key: string, { parent, children }: Holding, comparison: Comparison): void {
    const { read, found, changed } = comparison;
    const now = read(parent);
    found.set(key, now);
    const isSame = now.length === children.length && now.every(({ id }, index) => id === children[index]?.id);
    if (!isSame) {
      changed.add(key);
      this.#compareIds(key, children, now, comparison);
      return;
    }
    for (const node of now) {
      const known = this.#known.get(node.id);
      if (known === undefined || !isSameRow(known.row, node.row)) changed.add(node.id);
      const kept = this.#kept(node);
      const below = this.#held.get(kept.id);
      if (below !== undefined && !this.#collapsed.has(kept.id)) this.#compare(kept.id, below, comparison);
    }
  }

  #compareIds(
    key: string,
    before: readonly ListNode[],
    now: readonly ListNode[],
    { changed, came, left }: Comparison,
  ): void {
    const ids = new Set(now.map(({ id }) => id));
    for (const { id } of before) if (!ids.delete(id)) left.add(id);
    for (const id of ids) {
      came.add(id);
      // It must be removed from its old parent, even if that is collapsed and was not compared.
      const place = this.#places.get(id);
      if (place !== undefined && place !== key && this.#held.has(place)) changed.add(place);
    }
  }

  /** The object for this row, updated with the content of `node`. */
  #kept(node: ListNode): ListNode {
    const known = this.#known.get(node.id);
    if (known === undefined) {
      this.#known.set(node.id, node);
      return node;
    }
    Object.assign(known as Writable, node);
    return known;
  }

  #isHeldElsewhere(id: string, key: string): boolean {
    const place = this.#places.get(id);
    if (place === undefined || place === key) return false;
    if (this.#told.has(place)) return true;
    return this.#held.get(place)?.children.some((child) => child.id === id) === true;
  }

  /** Assumes that VS Code drops everything below a row, and requests what is visible again. */
  #tell(key: string, found: Comparison['found']): void {
    const holding = this.#held.get(key);
    if (holding === undefined) return;
    this.#held.delete(key);
    this.#told.set(key, holding);
    const now = found.get(key);
    if (now !== undefined) this.#found.set(key, now);
    for (const { id } of holding.children) this.#tell(id, found);
  }

  #isBelow(id: string, others: ReadonlySet<string>): boolean {
    for (let place = this.#places.get(id); place !== undefined; place = this.#places.get(place))
      if (others.has(place)) return true;
    return false;
  }

  #forgetUnknown(): void {
    const shown = new Set(
      [...this.#held.values(), ...this.#told.values()].flatMap(({ children }) =>
        children.map(({ id }) => id),
      ),
    );
    for (const id of this.#known.keys()) {
      if (shown.has(id)) continue;
      this.#known.delete(id);
      this.#places.delete(id);
    }
  }
}

/** The result of one comparison, by the ids of rows. */
interface Comparison {
  readonly read: ReadChildren;
  /** What was read below each row. */
  readonly found: Map<string, readonly ListNode[]>;
  readonly changed: Set<string>;
  /** Rows that have another parent than before, or are not shown any more. */
  readonly left: Set<string>;
  readonly came: Set<string>;
}
