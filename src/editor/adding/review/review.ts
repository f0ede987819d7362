import type { NewEntry } from '../../../cleanup/list/cleanupList.ts';
import type { EntrySource } from '../../../cleanup/list/entry.ts';
import type { Finding, Found, SkippedSource, SourceFindings } from '../../../sessions/scan/findings.ts';
import { Turns } from '../../../sessions/scan/turns.ts';
import type { SessionId } from '../../../veriff/sessionId.ts';
import { inParts } from '../../app/inParts.ts';
import {
  sumOf,
  type ReviewedId,
  type ReviewGroup,
  type ReviewMark,
  type ReviewRole,
  type ReviewRow,
  type ReviewSection,
} from './reviewRows.ts';

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
 * The ids that were found, for the user to choose from. At first, sessions are chosen and nothing else is. More ids can
 * be added later. Work on all ids is done in parts, so that 100,000 of them do not block the editor.
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

  /** The sources that have rows to show, in the order in which they were added. */
  get groups(): readonly ReviewGroup[] {
    this.#shownGroups ??= [...this.#groups.values()].filter(
      ({ sessions, others }) => this.#isShown(sessions) || this.#isShown(others),
    );
    return this.#shownGroups;
  }

  /** The sources that were not read, or only in part. */
  get skipped(): readonly SkippedSource[] {
    return this.#skipped;
  }

  /** Whether one of its searches was cancelled. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** How many different ids there are, without stored keys. */
  get size(): number {
    return this.#known.size;
  }

  get chosenCount(): number {
    return this.#chosen;
  }

  /** How many rows have this role. */
  countOf(role: ReviewRole): number {
    return this.#roleCounts.get(role) ?? 0;
  }

  /** The roles that are shown; undefined shows all. A row that is hidden keeps its choice. */
  get filter(): ReadonlySet<ReviewRole> | undefined {
    return this.#filter;
  }

  set filter(roles: ReadonlySet<ReviewRole> | undefined) {
    this.#filter = roles;
    this.#forgetShown();
  }

  /** The rows of a section that pass the filter. */
  rowsOf(section: ReviewSection): readonly ReviewRow[] {
    const filter = this.#filter;
    if (filter === undefined) return section.rows;
    const known = this.#shown.get(section as Section);
    if (known !== undefined) return known;
    const shown = (section as Section).rows.filter(({ role }) => filter.has(role));
    this.#shown.set(section as Section, shown);
    return shown;
  }

  /** How many of a section's shown rows are chosen, and how many can be chosen. */
  sumOf(section: ReviewSection): Pick<ReviewSection, 'chosen' | 'choosable'> {
    return this.#filter === undefined ? section : sumOf(this.rowsOf(section));
  }

  /**
   * Adds what was found. `keys` are the stored keys in lower case. An id that is in the review already keeps the user's
   * choice.
   */
  async add(found: Found, keys: ReadonlySet<string>): Promise<void> {
    this.#skipped.push(...found.skipped);
    this.#isCut ||= found.isCancelled;
    // Ids that were added before may be keys that were stored since.
    for (const key of keys) this.#refuse(key);
    const turns = new Turns();
    for (const source of found.sources) {
      if (source.findings.length === 0) continue;
      const old = this.#groups.get(keyOf(source));
      const known = old === undefined ? undefined : idsIn(old);
      const group = old ?? this.#newGroup(source);
      for (const finding of source.findings) {
        if (finding.role === 'credential') this.#refuse(finding.id);
        if (known?.has(finding.id) !== true) this.#take(group, finding);
        if (turns.isDue) await turns.next();
      }
    }
    this.#forgetShown();
  }

  /** Updates the mark of each id. `marksOf` is called with some ids at a time; its errors are passed on. */
  async mark(marksOf: (ids: readonly SessionId[]) => ReadonlyMap<SessionId, ReviewMark>): Promise<void> {
    await inParts([...this.#known.keys()], (part) => {
      const marks = marksOf(part);
      for (const id of part) {
        const known = this.#known.get(id);
        if (known !== undefined) this.#setMark(known, marks.get(id));
      }
    });
  }

  /** Chooses the ids of rows, or unchooses them. Ids that cannot be chosen are left as they are. */
  async choose(rows: readonly ReviewRow[], isChosen: boolean): Promise<void> {
    await inParts(rows as readonly Row[], (part) => {
      for (const { of } of part) if (of !== undefined) this.#set(of, isChosen);
    });
  }

  /**
   * Chooses everything that is shown. Ids known not to be sessions are chosen only if the user filtered for their role.
   */
  async chooseAll(): Promise<void> {
    const meant = this.#filter ?? new Set<ReviewRole>(['session', 'unknown']);
    await inParts([...this.#known.values()], (part) => {
      for (const known of part) if (known.rows.some(({ role }) => meant.has(role))) this.#set(known, true);
    });
  }

  /** Unchooses everything, hidden rows included. */
  async chooseNone(): Promise<void> {
    await inParts([...this.#known.values()], (part) => {
      for (const known of part) this.#set(known, false);
    });
  }

  /** The chosen ids, each once, with the source that says most about it. */
  async chosen(): Promise<readonly NewEntry[]> {
    const entries: NewEntry[] = [];
    await inParts([...this.#known.values()], (part) => {
      for (const { id, isChosen, rows } of part) {
        if (!isChosen) continue;
        const source = sourceOf(rows);
        entries.push({ sessionId: id, ...(source !== undefined && { source }) });
      }
    });
    return entries;
  }

  /** Whether the section has a row to show. For thousands of rows, `some` is cheaper than filtering. */
  #isShown({ rows }: Section): boolean {
    const filter = this.#filter;
    return filter === undefined ? rows.length > 0 : rows.some(({ role }) => filter.has(role));
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

  /** A stored key is a key everywhere, even in a source in which it looked like a session. */
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

/** Prefers a source in which the id is a session, and considers only sources that can be opened again. */
function sourceOf(rows: readonly Row[]): EntrySource | undefined {
  let best: Row | undefined;
  for (const row of rows) {
    if (row.section.group.uri === undefined) continue;
    best ??= row;
    if (row.role !== 'session') continue;
    best = row;
    break;
  }
  const uri = best?.section.group.uri;
  return best === undefined || uri === undefined ? undefined : { uri, line: best.line };
}
