import { exclusionAmong, type Exclusion } from './exclusion.ts';
import {
  deviceProblem,
  isGone,
  problemOf,
  type FileTree,
  type FolderEntry,
  type PlaceTarget,
} from './fileTree.ts';
import { IgnoreRules, largestIgnoreFileBytes } from './ignoreRules.ts';
import type { Turns } from '../scan/turns.ts';

/** A file or folder to search. */
export interface WalkRoot {
  /**
   * The folder to which exclusions are relative and from which `.gitignore` files apply, such as a workspace folder.
   */
  readonly anchor: string;
  /** The names of the folders from the anchor to the root, and of the root; empty if the anchor is the root. */
  readonly path: readonly string[];
  /** The anchor's name for the user; empty if the path alone is clear enough. */
  readonly label: string;
  readonly exclusions: readonly Exclusion[];
}

/** A file to search, or something that cannot be searched and the reason; `name` is for the user. */
export type WalkStep =
  | { readonly kind: 'file'; readonly place: string; readonly name: string }
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string };

export interface WalkOptions {
  readonly turns: Turns;
  /** Whether `.gitignore` files apply. */
  readonly usesIgnoreFiles: boolean;
  /** Whether links that lead out of all roots are followed. */
  readonly followsLinks: boolean;
  readonly signal?: AbortSignal;
}

// Real folders are never this deep, but a file system provider may list a folder inside itself without end.
const greatestDepth = 200;

/**
 * Lists every file in the roots once, in the order of their names, even if links or roots overlap. The roots themselves
 * are always listed; exclusions and ignore files apply to what is inside. Never throws: errors become `skipped` steps.
 * Ends early if it is aborted.
 */
export async function* walk(
  tree: FileTree,
  roots: readonly WalkRoot[],
  options: WalkOptions,
): AsyncGenerator<WalkStep, void> {
  yield* new Walk(tree, options).through(roots);
}

/** A folder that is still to be listed. */
interface PendingFolder {
  readonly root: WalkRoot;
  readonly place: string;
  /** Its real place after all links are followed, as far as the tree knows. */
  readonly realPlace: string;
  /** Its path from the anchor, with a slash at the end; empty for the anchor itself. */
  readonly path: string;
  readonly depth: number;
  /** Undefined if ignore files do not apply. */
  readonly rules: IgnoreRules | undefined;
}

class Walk {
  readonly #tree: FileTree;
  readonly #options: WalkOptions;
  /** The real places of root folders and of folders reached through links. Each is walked on its own, and only once. */
  readonly #tops = new Set<string>();
  /** The real places of files that are roots or were reached through a link. */
  readonly #singles = new Set<string>();

  constructor(tree: FileTree, options: WalkOptions) {
    this.#tree = tree;
    this.#options = options;
  }

  async *through(roots: readonly WalkRoot[]): AsyncGenerator<WalkStep, void> {
    const folders: PendingFolder[] = [];
    for (const root of roots) {
      if (this.#isAborted()) return;
      const met = await this.#meetRoot(root);
      if (met === undefined) continue;
      if ('kind' in met) yield met;
      else folders.push(met);
    }
    // Folders are walked only after all roots are known, because a folder that is a root itself is left out of others.
    for (const folder of folders) yield* this.#below(folder);
  }

  async #meetRoot(root: WalkRoot): Promise<PendingFolder | WalkStep | undefined> {
    const tree = this.#tree;
    const path = root.path.join('/');
    const place = root.path.reduce((folder, name) => tree.within(folder, name), root.anchor);
    const name = shownName(root, path);
    try {
      const { kind, realPlace = place } = await tree.follow(place);
      if (kind === 'other') return { kind: 'skipped', name, reason: deviceProblem };
      const known = kind === 'file' ? this.#singles : this.#tops;
      if (known.has(realPlace)) return undefined;
      known.add(realPlace);
      if (kind === 'file') return { kind, place, name };
      const rules = this.#options.usesIgnoreFiles ? await this.#rulesAbove(root) : undefined;
      return { root, place, realPlace, path: path === '' ? '' : `${path}/`, depth: 0, rules };
    } catch (error) {
      return { kind: 'skipped', name, reason: problemOf(error) };
    }
  }

  /** The rules of the folders from the anchor down to the root; none if they would ignore the root itself. */
  async #rulesAbove({ anchor, path }: WalkRoot): Promise<IgnoreRules> {
    const none = new IgnoreRules(this.#tree.isCaseSensitive);
    let [rules, place, above] = [none, anchor, ''];
    for (const name of path) {
      rules = rules.within(above, await this.#ignoreFileIn(place));
      place = this.#tree.within(place, name);
      above += `${name}/`;
      if (rules.ignores(above)) return none;
    }
    return rules;
  }

  /** The text of the folder's ignore file; empty if there is none that can be read. */
  async #ignoreFileIn(folder: string): Promise<string> {
    try {
      const bytes = await this.#tree.readSmall(
        this.#tree.within(folder, '.gitignore'),
        largestIgnoreFileBytes,
      );
      return bytes === undefined ? '' : new TextDecoder().decode(bytes);
    } catch {
      return '';
    }
  }

  async *#below(top: PendingFolder): AsyncGenerator<WalkStep, void> {
    const pending = [top];
    for (let folder = pending.pop(); folder !== undefined && !this.#isAborted(); folder = pending.pop()) {
      if (folder.depth > greatestDepth) {
        yield { kind: 'skipped', name: shownName(folder.root, folder.path), reason: 'lies too deep' };
        continue;
      }
      const { entries, problem } = await this.#listed(folder);
      if (problem !== undefined)
        yield { kind: 'skipped', name: shownName(folder.root, folder.path), reason: problem };
      const inner: PendingFolder[] = [];
      yield* this.#meetAll(await this.#entered(folder, entries), entries, inner);
      pending.push(...inner.reverse());
    }
  }

  /** The folder's entries, including those that were listed before an error. */
  async #listed({ place }: PendingFolder): Promise<{ entries: readonly FolderEntry[]; problem?: string }> {
    const entries: FolderEntry[] = [];
    try {
      for await (const some of this.#tree.list(place)) {
        for (const entry of some) entries.push(entry);
        await this.#options.turns.next();
        if (this.#isAborted()) break;
      }
    } catch (error) {
      return { entries, problem: problemOf(error) };
    }
    // Sorting more entries would cause a noticeable pause, and in such a folder the order does not matter.
    if (entries.length <= 20_000) entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { entries };
  }

  /** The folder with the rules that apply in it. */
  async #entered(folder: PendingFolder, entries: readonly FolderEntry[]): Promise<PendingFolder> {
    if (folder.rules === undefined) return folder;
    // The outer rules do not apply in a repository inside another one.
    const isRepository = entries.some(({ name }) => name === '.git');
    const outer = isRepository ? new IgnoreRules(this.#tree.isCaseSensitive) : folder.rules;
    const hasFile = entries.some(({ name, kind }) => name === '.gitignore' && kind !== 'folder');
    const text = hasFile ? await this.#ignoreFileIn(folder.place) : '';
    return { ...folder, rules: outer.within(folder.path, text) };
  }

  async *#meetAll(
    folder: PendingFolder,
    entries: readonly FolderEntry[],
    inner: PendingFolder[],
  ): AsyncGenerator<WalkStep, void> {
    const isExcluded = exclusionAmong(folder.root.exclusions, folder.path, entries);
    for (const entry of entries) {
      if (this.#isAborted()) return;
      if (this.#options.turns.isDue) await this.#options.turns.next();
      if (isExcluded(entry.name)) continue;
      const isPlain = entry.kind !== 'link' && entry.kind !== 'unknown';
      const met = isPlain ? this.#meet(folder, entry.name, entry.kind) : await this.#follow(folder, entry);
      if (met === undefined) continue;
      if ('kind' in met) yield met;
      else inner.push(met);
    }
  }

  #meet(
    folder: PendingFolder,
    name: string,
    kind: PlaceTarget['kind'],
  ): PendingFolder | WalkStep | undefined {
    const path = folder.path + name;
    if (folder.rules?.ignores(kind === 'folder' ? `${path}/` : path) === true) return undefined;
    if (kind === 'other')
      return { kind: 'skipped', name: shownName(folder.root, path), reason: deviceProblem };
    const place = this.#tree.within(folder.place, name);
    const realPlace = this.#tree.within(folder.realPlace, name);
    if (kind === 'file') {
      const file = { kind, place, name: shownName(folder.root, path) };
      return this.#singles.size > 0 && this.#singles.has(realPlace) ? undefined : file;
    }
    if (this.#tops.has(realPlace)) return undefined;
    return { ...folder, place, realPlace, path: `${path}/`, depth: folder.depth + 1 };
  }

  /** The target of a link if it is outside all roots; a target inside a root is listed without the link. */
  async #follow(
    folder: PendingFolder,
    { name, kind: entryKind }: FolderEntry,
  ): Promise<PendingFolder | WalkStep | undefined> {
    const path = folder.path + name;
    const isLink = entryKind === 'link';
    // As in git, a link counts as a file, even if it leads to a folder.
    if (isLink && (!this.#options.followsLinks || folder.rules?.ignores(path) === true)) return undefined;
    const shown = shownName(folder.root, path);
    const place = this.#tree.within(folder.place, name);
    try {
      const { kind, realPlace } = await this.#tree.follow(place);
      if (!isLink) return this.#meet(folder, name, kind);
      if (kind === 'other') return { kind: 'skipped', name: shown, reason: deviceProblem };
      if (realPlace === undefined)
        return kind === 'file'
          ? { kind, place, name: shown }
          : { kind: 'skipped', name: shown, reason: linkReason };
      if ([...this.#tops].some((top) => this.#tree.isWithin(realPlace, top))) return undefined;
      if (kind === 'file' && this.#singles.has(realPlace)) return undefined;
      (kind === 'file' ? this.#singles : this.#tops).add(realPlace);
      if (kind === 'file') return { kind, place, name: shown };
      return { ...folder, place, realPlace, path: `${path}/`, depth: folder.depth + 1 };
    } catch (error) {
      return {
        kind: 'skipped',
        name: shown,
        reason: isLink && isGone(error) ? brokenReason : problemOf(error),
      };
    }
  }

  #isAborted(): boolean {
    return this.#options.signal?.aborted === true;
  }
}

const linkReason = 'a symbolic link to a folder';
const brokenReason = 'a symbolic link that leads nowhere';

function shownName({ label, anchor }: WalkRoot, path: string): string {
  const own = path.replace(/\/$/, '');
  return [label, own].filter((part) => part !== '').join('/') || anchor;
}
