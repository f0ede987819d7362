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

/** A file or folder to look through. */
export interface WalkRoot {
  /** The folder to which exclusions are relative and in which `.gitignore` files begin to count: a workspace's, say. */
  readonly anchor: string;
  /** The names that lead from the anchor to the root; none if it is the root itself. */
  readonly path: readonly string[];
  /** What a person calls the anchor; empty if the path says enough. */
  readonly label: string;
  readonly exclusions: readonly Exclusion[];
}

/** A file that was met, or what cannot be looked at and why; `name` is for a person. */
export type WalkStep =
  | { readonly kind: 'file'; readonly place: string; readonly name: string }
  | { readonly kind: 'skipped'; readonly name: string; readonly reason: string };

export interface WalkOptions {
  readonly turns: Turns;
  /** Whether `.gitignore` files count. */
  readonly usesIgnoreFiles: boolean;
  /** Whether links are followed that lead out of all roots. */
  readonly followsLinks: boolean;
  readonly signal?: AbortSignal;
}

// No folder of this machine is that deep; those of a provider that leads in circles are.
const greatestDepth = 200;

/**
 * Meets every file in the roots once, whatever links and roots overlap, in the order of their names. What the user has
 * named himself is met in any case; exclusions and ignore files count for what is found in it. Never throws; aborted,
 * it ends.
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
  /** Where it really is, links followed, as far as the tree knows. */
  readonly realPlace: string;
  /** From the anchor, with a slash at the end unless it is the anchor. */
  readonly path: string;
  readonly depth: number;
  /** Undefined if ignore files do not count. */
  readonly rules: IgnoreRules | undefined;
}

class Walk {
  readonly #tree: FileTree;
  readonly #options: WalkOptions;
  /**
   * The real places from which folders are walked: all that is below one is met, or left out on purpose, from there.
   */
  readonly #tops = new Set<string>();
  /** The real places of files that were met by themselves: named by the user, or at the end of a link. */
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
    // Not before all are known: what is in a root of its own is met there.
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

  /** The rules of the folders from the anchor down to the root, unless they would ignore the root itself. */
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

  /** The text of the folder's own ignore file; empty if there is none, or none that can be read. */
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

  /** What the folder holds; what was listed before it failed is there all the same. */
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
    // Beyond this many, nobody looks for an order, and to make one would be felt.
    if (entries.length <= 20_000) entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    return { entries };
  }

  /** The folder with the rules that hold in it. */
  async #entered(folder: PendingFolder, entries: readonly FolderEntry[]): Promise<PendingFolder> {
    if (folder.rules === undefined) return folder;
    // What holds a repository of its own is nobody else's to ignore, in parts.
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

  /** What is met at the end of a link that leads out of all that is walked; what is in there is met without it. */
  async #follow(
    folder: PendingFolder,
    { name, kind: entryKind }: FolderEntry,
  ): Promise<PendingFolder | WalkStep | undefined> {
    const path = folder.path + name;
    const isLink = entryKind === 'link';
    // To git, a link is a file.
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
