import type { EntrySource, NewEntry } from '../../../cleanup/cleanupList.ts';
import type { Finding, Found, SkippedSource, SourceFindings } from '../../../sessions/findings.ts';
import type { SessionId } from '../../../veriff/sessionId.ts';
import { inParts } from '../../inParts.ts';

/** What an id is taken for. A `credential` equals a stored key: it can be looked at and never be chosen. */
export type ReviewRole = Finding['role'];

/** What the list has of an id already; to list it once more would change nothing, so it cannot be chosen. */
export type ReviewMark = 'listed' | 'held' | 'deleted' | 'gone';

/** One id, however many sources hold it. To choose it in one of them chooses it in all. */
export interface ReviewedId {
  readonly id: SessionId;
  readonly mark: ReviewMark | undefined;
  readonly isChosen: boolean;
}

/** One id in one source. The value of a stored key is not in it. */
export interface ReviewRow extends Pick<Finding, 'reason' | 'line' | 'column' | 'count'> {
  readonly role: ReviewRole;
  readonly section: ReviewSection;
  readonly of: ReviewedId | undefined;
}

/** Half of a source: what is taken for sessions, or everything else. */
export interface ReviewSection {
  readonly kind: 'sessions' | 'others';
  readonly group: ReviewGroup;
  readonly rows: readonly ReviewRow[];
  /** How many of the rows are chosen, and how many could be. */
  readonly chosen: number;
  readonly choosable: number;
}

/** One source. */
export interface ReviewGroup extends Pick<SourceFindings, 'uri' | 'name'> {
  /** Stays the same as long as the review lasts. */
  readonly key: string;
  readonly sessions: ReviewSection;
  readonly others: ReviewSection;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Known extends Writable<ReviewedId> {
  readonly rows: Row[];
  isSession: boolean;
}
interface Section extends Writable<ReviewSection> {
  rows: Row[];
}
interface Row extends Writable<ReviewRow> {
  section: Section;
  of: Known | undefined;
}
interface Group extends ReviewGroup {
  readonly sessions: Section;
  readonly others: Section;
}

/**
 * What was found, waiting for the user to choose: sessions are chosen at first, and nothing else is. It grows by what is
 * added. What is done with all of it goes in parts, so that 100,000 ids keep nobody waiting.
 */
export class Review {
  readonly #groups = new Map<string, Group>();
  readonly #known = new Map<SessionId, Known>();
  readonly #refused = new Set<string>();
  readonly #skipped: SkippedSource[] = [];
  readonly #roleCounts = new Map<ReviewRole, number>();
  readonly #shown = new Map<Section, readonly Row[]>();
  #shownGroups: readonly Group[] | undefined;
  #filter: ReadonlySet<ReviewRole> | undefined;
  #chosen = 0;
  #isCut = false;

  /** The sources of which anything is shown, in the order in which they were met. */
  get groups(): readonly ReviewGroup[] {
    this.#shownGroups ??= [...this.#groups.values()].filter(
      ({ sessions, others }) => this.rowsOf(sessions).length + this.rowsOf(others).length > 0,
    );
    return this.#shownGroups;
  }

  /** What was not read, or not to its end. */
  get skipped(): readonly SkippedSource[] {
    return this.#skipped;
  }

  /** Whether a search of it was ended before it was through. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** How many different ids there are, stored keys left out, and how many of them are chosen. */
  get size(): number {
    return this.#known.size;
  }

  get chosenCount(): number {
    return this.#chosen;
  }

  /** In how many sources an id stands that is taken for this. */
  countOf(role: ReviewRole): number {
    return this.#roleCounts.get(role) ?? 0;
  }

  /** The roles that are shown; all where it is undefined. What is not shown stays chosen. */
  get filter(): ReadonlySet<ReviewRole> | undefined {
    return this.#filter;
  }

  set filter(roles: ReadonlySet<ReviewRole> | undefined) {
    this.#filter = roles;
    this.#forgetShown();
  }

  /** The rows of a section that the filter lets through. */
  rowsOf(section: ReviewSection): readonly ReviewRow[] {
    const filter = this.#filter;
    if (filter === undefined) return section.rows;
    const known = this.#shown.get(section as Section);
    if (known !== undefined) return known;
    const shown = (section as Section).rows.filter(({ role }) => filter.has(role));
    this.#shown.set(section as Section, shown);
    return shown;
  }

  /** How many of a section's rows that are shown are chosen, and how many could be. */
  sumOf(section: ReviewSection): Pick<ReviewSection, 'chosen' | 'choosable'> {
    return this.#filter === undefined ? section : sumOf(this.rowsOf(section));
  }

  /** Takes what was found; `keys` are the stored ones in lower case. An id that is known already stays as the user left it. */
  async add(found: Found, keys: ReadonlySet<string>): Promise<void> {
    this.#skipped.push(...found.skipped);
    this.#isCut ||= found.isCancelled;
    // Also of what is there already: a key may have been stored since.
    for (const key of keys) this.#refuse(key);
    const inOldGroups = new Map<Group, Set<string>>();
    const all = found.sources.flatMap((source) => {
      if (source.findings.length === 0) return [];
      const old = this.#groups.get(keyOf(source));
      const group = old ?? this.#newGroup(source);
      if (old !== undefined && !inOldGroups.has(old)) inOldGroups.set(old, idsIn(old));
      return source.findings.map((finding) => ({ group, finding }));
    });
    await inParts(all, (part) => {
      for (const { group, finding } of part) {
        if (finding.role === 'credential') this.#refuse(finding.id);
        if (inOldGroups.get(group)?.has(finding.id) !== true) this.#take(group, finding);
      }
    });
    this.#forgetShown();
  }

  /** Reads anew what the list has of each id; `marksOf` is asked for some at a time, and throws what it throws. */
  async mark(marksOf: (ids: readonly SessionId[]) => ReadonlyMap<SessionId, ReviewMark>): Promise<void> {
    await inParts([...this.#known.keys()], (part) => {
      const marks = marksOf(part);
      for (const id of part) {
        const known = this.#known.get(id);
        if (known !== undefined) this.#setMark(known, marks.get(id));
      }
    });
  }

  /** Chooses the ids of rows, or gives them up again; those that cannot be chosen stay as they are. */
  async choose(rows: readonly ReviewRow[], isChosen: boolean): Promise<void> {
    await inParts(rows as readonly Row[], (part) => {
      for (const { of } of part) if (of !== undefined) this.#set(of, isChosen);
    });
  }

  /**
   * Chooses everything that is shown, but for what is known to be something else than a session: of that only what the
   * user has filtered for.
   */
  async chooseAll(): Promise<void> {
    const meant = this.#filter ?? new Set<ReviewRole>(['session', 'unknown']);
    await inParts([...this.#known.values()], (part) => {
      for (const known of part) if (known.rows.some(({ role }) => meant.has(role))) this.#set(known, true);
    });
  }

  /** Chooses nothing, shown or not. */
  async chooseNone(): Promise<void> {
    await inParts([...this.#known.values()], (part) => {
      for (const known of part) this.#set(known, false);
    });
  }

  /** What is chosen, each id once, with the place that says most about it. */
  chosen(): readonly NewEntry[] {
    return [...this.#known.values()].flatMap(({ id, isChosen, rows }) => {
      if (!isChosen) return [];
      const source = sourceOf(rows);
      return [{ sessionId: id, ...(source !== undefined && { source }) }];
    });
  }

  #forgetShown(): void {
    this.#shown.clear();
    this.#shownGroups = undefined;
  }

  #take(group: Group, finding: Finding): void {
    const { id, role, reason, line, column, count } = finding;
    const place = { reason, line, column, count };
    if (this.#refused.has(id))
      return this.#put({ ...place, role: 'credential', section: group.others, of: undefined });
    const known = this.#known.get(id) ?? newlyKnown(id);
    this.#known.set(id, known);
    const row = { ...place, role, section: role === 'session' ? group.sessions : group.others, of: known };
    known.rows.push(row);
    this.#put(row);
    if (known.mark === undefined) row.section.choosable += 1;
    if (known.isChosen) row.section.chosen += 1;
    if (role !== 'session' || known.isSession) return;
    known.isSession = true;
    this.#set(known, true);
  }

  #put(row: Row): void {
    row.section.rows.push(row);
    this.#roleCounts.set(row.role, this.countOf(row.role) + 1);
  }

  /** What turns out to be a stored key is one wherever it stands, also where it looked like a session. */
  #refuse(id: string): void {
    this.#refused.add(id);
    const known = this.#known.get(id as SessionId);
    if (known === undefined) return;
    this.#set(known, false);
    this.#known.delete(known.id);
    for (const row of known.rows) {
      if (known.mark === undefined) row.section.choosable -= 1;
      this.#roleCounts.set(row.role, this.countOf(row.role) - 1);
      this.#roleCounts.set('credential', this.countOf('credential') + 1);
      row.role = 'credential';
      row.of = undefined;
    }
  }

  #setMark(known: Known, mark: ReviewMark | undefined): void {
    if (mark !== undefined) this.#set(known, false);
    const more = Number(mark === undefined) - Number(known.mark === undefined);
    for (const { section } of known.rows) section.choosable += more;
    known.mark = mark;
  }

  #set(known: Known, isChosen: boolean): void {
    if (known.isChosen === isChosen || (isChosen && known.mark !== undefined)) return;
    known.isChosen = isChosen;
    const more = isChosen ? 1 : -1;
    this.#chosen += more;
    for (const { section } of known.rows) section.chosen += more;
  }

  #newGroup(source: SourceFindings): Group {
    const group = { key: String(this.#groups.size), name: source.name } as Writable<Group>;
    if (source.uri !== undefined) group.uri = source.uri;
    group.sessions = newSection('sessions', group);
    group.others = newSection('others', group);
    this.#groups.set(keyOf(source), group);
    return group;
  }
}

/** How many of the rows are chosen, and how many could be. */
export function sumOf(rows: readonly ReviewRow[]): Pick<ReviewSection, 'chosen' | 'choosable'> {
  const choosable = rows.filter(({ of }) => of !== undefined && of.mark === undefined);
  return { choosable: choosable.length, chosen: choosable.filter(({ of }) => of?.isChosen === true).length };
}

function newlyKnown(id: SessionId): Known {
  return { id, mark: undefined, isChosen: false, isSession: false, rows: [] };
}

function newSection(kind: ReviewSection['kind'], group: Group): Section {
  return { kind, group, rows: [], chosen: 0, choosable: 0 };
}

function keyOf({ uri, name }: SourceFindings): string {
  return uri === undefined ? `name ${name}` : `uri ${uri}`;
}

function idsIn({ sessions, others }: Group): Set<string> {
  return new Set([...sessions.rows, ...others.rows].flatMap(({ of }) => of?.id ?? []));
}

/** Of several places the one that says "session" counts, and of those one to which somebody can go back. */
function sourceOf(rows: readonly Row[]): EntrySource | undefined {
  const isSession = ({ role }: Row): boolean => role === 'session';
  const hasUri = ({ section }: Row): boolean => section.group.uri !== undefined;
  const row = rows.find((each) => isSession(each) && hasUri(each)) ?? rows.find(hasUri);
  const uri = row?.section.group.uri;
  return row === undefined || uri === undefined ? undefined : { uri, line: row.line };
}
