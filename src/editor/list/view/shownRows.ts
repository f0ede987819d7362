import type { ListNode } from './listRows.ts';
import { isSameRow } from './rowText.ts';

/** Reads the rows below a row, or (undefined) the groups, as they are now. */
export type ReadChildren = (parent: ListNode | undefined) => readonly ListNode[];

/** Rows whose content, or whose rows below, are others than were shown; `everything` if the groups themselves are. */
export type Changes = 'everything' | readonly ListNode[];

/** What was handed out below one row. */
interface Holding {
  readonly parent: ListNode | undefined;
  readonly children: readonly ListNode[];
}

type Writable = { -readonly [Key in keyof ListNode]: ListNode[Key] };

const root = '';

/**
 * Remembers what VS Code has been given of the list, so that a row is one and the same object as long as it is shown,
 * and only what differs is drawn anew. It mirrors VS Code's own memory, which refuses a row that it still holds
 * elsewhere: a row leaves its old place before it is handed out in a new one.
 */
export class ShownRows {
  readonly #known = new Map<string, ListNode>();
  readonly #held = new Map<string, Holding>();
  /** Told to be changed the last time and not asked for since: VS Code may or may not have let go of these. */
  readonly #told = new Map<string, Holding>();
  /**
   * What the last comparison found below the rows that it told of, until VS Code asks for it. Were it read anew, a row
   * that has moved on meanwhile would go from one place before it comes to the other, and not stay selected.
   */
  readonly #found = new Map<string, readonly ListNode[]>();
  /** Below which row each row was handed out last, by ids. */
  readonly #places = new Map<string, string>();
  readonly #collapsed = new Set<string>();

  /** The rows below a row. Not `isWhole` if some are still held elsewhere: then `changes` has to be asked. */
  children(
    parent: ListNode | undefined,
    read: ReadChildren,
  ): { readonly children: readonly ListNode[]; readonly isWhole: boolean } {
    const key = parent?.id ?? root;
    // VS Code asks for what can be seen.
    this.#collapsed.delete(key);
    // It lets go of all that it was told at once; whoever asks for a part of that has done so.
    if (this.#told.has(key)) this.#told.clear();
    const nodes = (this.#found.get(key) ?? read(parent)).map((node) => this.#kept(node));
    this.#found.delete(key);
    const children = nodes.filter(({ id }) => !this.#isHeldElsewhere(id, key));
    this.#held.set(key, { parent, children });
    for (const { id } of children) this.#places.set(id, key);
    return { children, isWhole: children.length === nodes.length };
  }

  /** The row above a row that is shown; undefined for groups and for what is not shown. */
  parentOf(node: ListNode): ListNode | undefined {
    const key = this.#places.get(node.id) ?? root;
    return (this.#held.get(key) ?? this.#told.get(key))?.parent;
  }

  /** What is below a collapsed row is not read again before somebody can see it. */
  collapse(node: ListNode): void {
    this.#collapsed.add(node.id);
  }

  expand(node: ListNode): void {
    this.#collapsed.delete(node.id);
  }

  /**
   * Compares all that can be seen with what it is now, and brings the rows up to date. What it returns has to be told
   * to VS Code. If one of the `selected` rows has moved below another row, that is everything: only then it stays
   * selected.
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
      // It has to leave where it was, also if that is collapsed and was not looked at.
      const place = this.#places.get(id);
      if (place !== undefined && place !== key && this.#held.has(place)) changed.add(place);
    }
  }

  /** The one object for this row, with the content of `node`. */
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

  /** Takes it that VS Code lets go of all that is below a row, and asks again for what can be seen. */
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

/** What one look finds, by the ids of rows. */
interface Comparison {
  readonly read: ReadChildren;
  /** What was read below each row. */
  readonly found: Map<string, readonly ListNode[]>;
  readonly changed: Set<string>;
  /** Rows that are below another row than before, or not shown any more. */
  readonly left: Set<string>;
  readonly came: Set<string>;
}
