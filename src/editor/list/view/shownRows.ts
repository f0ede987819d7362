import type { ListNode } from './listRows.ts';
import { isSameRow } from './rowText.ts';

/** Reads the current rows below a row, or the groups if `parent` is undefined. */
export type ReadChildren = (parent: ListNode | undefined) => readonly ListNode[];

interface ShownRow {
  readonly node: ListNode;
  readonly parent: ListNode | undefined;
}

const root = '';

/**
 * The rows that VS Code was last given. Everything that is open is read at one moment: if VS Code's requests were
 * answered from different moments, a row that moves meanwhile could be missing in all of them and lose its selection.
 *
 * Any change makes VS Code request everything again. Measured in VS Code 1.103 and 1.139, with a list of 1,000 that moved
 * four times a second and 20 rows selected: when only the changed groups were redrawn, all of them lost their selection
 * within ten seconds. When everything is redrawn, selection, focus and open groups stay, for the same processor time.
 */
export class ShownRows {
  #shown = new Map<string, readonly ListNode[]>();
  #rows = new Map<string, ShownRow>();
  /** What `isChanged` has read, until VS Code requests it. */
  #next = new Map<string, readonly ListNode[]>();
  readonly #opened = new Set<string>();
  readonly #collapsed = new Set<string>();

  /** Reads everything that is open. If the result is true, VS Code must be told to request everything again. */
  isChanged(read: ReadChildren): boolean {
    this.#next = new Map();
    // VS Code has not requested anything yet.
    if (!this.#shown.has(root)) return false;
    this.#readBelow(undefined, read);
    const isChanged = [...this.#next].some(([key, rows]) => !isSameRows(this.#shown.get(key), rows));
    if (!isChanged) this.#next.clear();
    return isChanged;
  }

  /**
   * The rows below a row. `isWhole` is false if some are left out because they are still shown below another row, which
   * VS Code 1.103 rejects; then `isChanged` must be called.
   */
  children(
    parent: ListNode | undefined,
    read: ReadChildren,
  ): { readonly children: readonly ListNode[]; readonly isWhole: boolean } {
    const key = parent?.id ?? root;
    // VS Code requests the groups only if it has forgotten all rows.
    if (key === root) {
      this.#shown = new Map();
      this.#rows = new Map();
    }
    this.#opened.add(key);
    this.#collapsed.delete(key);
    const nodes = this.#next.get(key) ?? read(parent);
    this.#next.delete(key);
    const children = nodes.filter(({ id }) => {
      const known = this.#rows.get(id);
      return known === undefined || known.parent?.id === parent?.id;
    });
    this.#shown.set(key, children);
    for (const node of children) this.#rows.set(node.id, { node, parent });
    return { children, isWhole: children.length === nodes.length };
  }

  /** The parent of a shown row; undefined for groups and for rows that are not shown. */
  parentOf({ id }: ListNode): ListNode | undefined {
    return this.#rows.get(id)?.parent;
  }

  /** The row as it is shown now, or the given one if it is not shown. */
  current(node: ListNode): ListNode {
    return this.#rows.get(node.id)?.node ?? node;
  }

  /** Rows below a collapsed row are not read before it is expanded. */
  collapse({ id }: ListNode): void {
    this.#collapsed.add(id);
  }

  expand({ id }: ListNode): void {
    this.#collapsed.delete(id);
  }

  #readBelow(parent: ListNode | undefined, read: ReadChildren): void {
    const rows = read(parent);
    this.#next.set(parent?.id ?? root, rows);
    for (const row of rows) if (this.#isOpen(row)) this.#readBelow(row, read);
  }

  /** Groups are open from the start, most pages are not. */
  #isOpen({ kind, id }: ListNode): boolean {
    if (kind === 'entry' || this.#collapsed.has(id)) return false;
    return kind === 'group' || this.#opened.has(id);
  }
}

/** Whether rows look the same as shown; also if they are not shown, because VS Code did not request them. */
function isSameRows(shown: readonly ListNode[] | undefined, rows: readonly ListNode[]): boolean {
  if (shown === undefined) return true;
  return (
    shown.length === rows.length &&
    shown.every((node, index) => {
      const other = rows[index];
      return other?.id === node.id && isSameRow(node.row, other.row);
    })
  );
}
