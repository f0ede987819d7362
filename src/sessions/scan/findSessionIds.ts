import { parseSessionId, type SessionId } from '../../veriff/sessionId.ts';
import {
  headerLine,
  roleOfCredential,
  roleOfForeignToken,
  roleOfUuid,
  roleOfVeriffToken,
  type IdRole,
  type RoleContext,
  type RoleReading,
} from '../role/role.ts';
import { readSessionToken } from '../role/sessionToken.ts';
import { standsFree } from '../role/standsFree.ts';

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

/** Every id in the text, in order, each occurrence by itself. Never throws, and takes linear time. */
export function findSessionIds(text: string, context: RoleContext = {}): readonly FoundId[] {
  return [...findBetween(text, 0, text.length, context)];
}

/**
 * Those of the ids whose place begins from one offset on and before the other, in order. Each is looked for when it is
 * asked for, so that whoever asks can take a break between two. The header is the text's own unless one is handed in.
 */
export function* findBetween(
  text: string,
  from: number,
  to: number,
  context: RoleContext = {},
): Generator<FoundId, void> {
  const known = { header: headerLine(text), ...context };
  for (const occurrence of occurrences(text)) {
    if (occurrence.start >= to) return;
    if (occurrence.start >= from) yield withRole(text, occurrence, known);
  }
}

/** The id whose place holds the offset; a cursor right after the last character still counts. */
export function idAt(text: string, offset: number, context: RoleContext = {}): FoundId | undefined {
  let hit: Occurrence | undefined;
  for (const occurrence of occurrences(text)) {
    if (occurrence.start > offset) break;
    if (offset <= occurrence.end) hit = occurrence;
  }
  return hit === undefined ? undefined : withRole(text, hit, { header: headerLine(text), ...context });
}

/** Whether there is at least one id in the text; stops at the first one. */
export function holdsSessionId(text: string): boolean {
  return occurrences(text).next().done !== true;
}

interface Occurrence {
  readonly id: SessionId;
  readonly start: number;
  readonly end: number;
  readonly form: 'uuid' | 'sessionUrl';
  /** Of a token: whether it is known to be Veriff’s own. */
  readonly isVeriffToken?: boolean;
}

function* occurrences(text: string): Generator<Occurrence, void> {
  // Shape first, surroundings after: one cheap pass over text that holds nothing. No UUID that stands free can
  // begin inside one that does not, so what was looked at once is never looked at again.
  const shape = /[\dA-Fa-f]{8}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{4}-[\dA-Fa-f]{12}|eyJ/g;
  let examinedTo = 0;
  let previousEnd = 0;
  for (let match = shape.exec(text); match !== null; match = shape.exec(text)) {
    const start = match.index;
    const end = shape.lastIndex;
    if (match[0] !== 'eyJ') {
      const id = standsFree(text, start, end) ? parseSessionId(match[0]) : undefined;
      if (id === undefined) continue;
      previousEnd = end;
      yield { id, start, end, form: 'uuid' };
      continue;
    }
    // A run that was no token as a whole is no token from its middle either; reading it again would be quadratic.
    if (start < examinedTo) continue;
    const reading = readSessionToken(text, start);
    examinedTo = reading.examinedTo;
    if (reading.token === undefined) continue;
    // A host name could hold a UUID, which then was given out already: places never overlap.
    const tokenStart = Math.max(reading.token.start, previousEnd);
    previousEnd = shape.lastIndex = reading.token.end;
    yield { ...reading.token, start: tokenStart, form: 'sessionUrl' };
  }
}

function withRole(text: string, occurrence: Occurrence, context: RoleContext): FoundId {
  const { id, start, end, form } = occurrence;
  return { id, start, end, ...readRole(text, occurrence, context), form };
}

function readRole(text: string, occurrence: Occurrence, context: RoleContext): RoleReading {
  const { id, start, end, form, isVeriffToken } = occurrence;
  if (form === 'uuid') return roleOfUuid(text, start, end, context);
  if (context.isCredential?.(id) === true) return roleOfCredential;
  return isVeriffToken === true ? roleOfVeriffToken : roleOfForeignToken(text, start);
}
