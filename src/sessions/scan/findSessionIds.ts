import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { IdRole, RoleContext, RoleReading } from '../role/role.ts';
import type { FoundPlace, Standing } from './keptFindings.ts';
import { SourceReading, usualExtent, type PlaceTaker } from './sourceReading.ts';
import { uuidLength } from './uuidSearch.ts';

export type { IdRole } from '../role/role.ts';

/** One place in a text that holds an id. It never carries the token that the id was read from. */
export interface FoundId {
  readonly id: SessionId;
  /** UTF-16 offset of the first character of what holds the id: the UUID, or the whole session URL or token. */
  readonly start: number;
  /** UTF-16 offset right after the last character of it. */
  readonly end: number;
  readonly role: IdRole;
  /** Why the role was given, for a person, such as: the value of "attemptId". Empty if it is unknown. */
  readonly reason: string;
  readonly form: 'uuid' | 'sessionUrl';
}

/** A text as bytes that keep its UTF-16 offsets, whatever is in it. */
export const textEncoding = { encoding: 'utf-16le', markLength: 0, looksBinary: false } as const;

/** Every id in the text, in order, each occurrence by itself. Never throws, and takes linear time. */
export function findSessionIds(text: string, context: RoleContext = {}): readonly FoundId[] {
  return found(text, context, () => true);
}

/** Those of the ids that begin from one offset on and before the other, in order. */
export function findBetween(
  text: string,
  from: number,
  to: number,
  context: RoleContext = {},
): readonly FoundId[] {
  return found(text, context, (start) => start >= from && start < to);
}

/** The id that is at the offset; a cursor right after the last character still counts. */
export function idAt(text: string, offset: number, context: RoleContext = {}): FoundId | undefined {
  return found(text, context, (start, end) => start <= offset && offset <= end).at(-1);
}

function found(
  text: string,
  context: RoleContext,
  isWanted: (start: number, end: number) => boolean,
): readonly FoundId[] {
  const ids = new EachId((id) => id, isWanted);
  const reading = new SourceReading(textEncoding, ids, { extent: usualExtent, context });
  reading.push(Buffer.from(text, 'utf16le'));
  reading.end();
  return ids.take();
}

/** Takes in each id of a text that is a word of its own. */
export class EachId<Taken> implements PlaceTaker {
  readonly isFull = false;
  readonly #taken: (id: FoundId, placeOf: () => FoundPlace) => Taken;
  readonly #isWanted: (start: number, end: number) => boolean;
  #all: Taken[] = [];
  #next: Pick<FoundId, 'id' | 'start' | 'end'> | undefined;

  constructor(
    taken: (id: FoundId, placeOf: () => FoundPlace) => Taken,
    isWanted: (start: number, end: number) => boolean = () => true,
  ) {
    this.#taken = taken;
    this.#isWanted = isWanted;
  }

  /** What came in since this was last called. */
  take(): readonly Taken[] {
    const all = this.#all;
    this.#all = [];
    return all;
  }

  counts(bytes: Buffer, at: number, start: number, end: number): boolean {
    if (!this.#isWanted(start, end)) return true;
    const id = parseSessionId(bytes.toString('latin1', at, at + uuidLength));
    this.#next = id && { id, start, end };
    return id === undefined;
  }

  add({ role, reason }: RoleReading, standing: Standing, placeOf: () => FoundPlace): void {
    if (this.#next === undefined || standing === 'glued') return;
    const form = this.#next.end - this.#next.start === uuidLength ? 'uuid' : 'sessionUrl';
    this.#all.push(this.#taken({ ...this.#next, role, reason, form }, placeOf));
  }
}
