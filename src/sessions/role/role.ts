import { listName } from './listAround.ts';
import {
  canEndKey,
  keyBefore,
  leadBefore,
  matchBehind,
  nameBeside,
  namesAround,
  type Key,
} from './nameBefore.ts';
import { enclosingKey } from './objectAround.ts';
import { namingByType, namingByWords, namingOfOwner, namingOfPlainId, type Naming } from './plainId.ts';
import { foldName, isForeignName, roleOfListName, roleOfName } from './roleOfName.ts';
import { sessionUrlBefore } from './sessionToken.ts';
import { tableColumn } from './tableColumn.ts';
import { longestHeader } from './tableHeader.ts';
import { isStrangers, isVeriffNear, namesStranger, namesVeriff } from './veriffNear.ts';
import { wordsName } from './wordsBefore.ts';

/**
 * The kind of an id, according to the text around it. Only a `session` can be deleted; `unknown` may be one. A
 * `credential` is equal to a stored API key or secret, whatever the text says, and is refused.
 */
export type IdRole = 'session' | 'attempt' | 'endUser' | 'vendorData' | 'credential' | 'unknown';

/**
 * How much a role says, from 1 to 3. If an id occurs more than once, the first occurrence with the highest rank counts.
 */
export function rankOfRole(role: IdRole): number {
  return role === 'session' ? 3 : role === 'unknown' ? 1 : 2;
}

/** What is known about a text besides what is around one id. */
export interface RoleContext {
  /** The text's first line, without its line end: it has a table's column names, even for rows far below. */
  readonly header?: string | undefined;
  /** Whether an id, in lower case, is equal to a stored API key or secret. */
  readonly isCredential?: (id: string) => boolean;
}

/** The first line of a text for `RoleContext.header`; undefined if it is longer than `longestHeader`. */
export function headerLine(text: string): string | undefined {
  const head = text.slice(0, longestHeader + 1);
  const end = head.search(/[\r\n]/);
  if (end === -1) return head.length > longestHeader ? undefined : head;
  return head.slice(0, end);
}

/**
 * A role, and the reason for it in words for the user, to follow "it is". The reason is empty exactly if the role is
 * `unknown`.
 */
export interface RoleReading {
  readonly role: IdRole;
  readonly reason: string;
}

/** The role of the UUID between the two UTF-16 offsets, from no more than 4096 units of the text to either side. */
export function roleOfUuid(text: string, start: number, end: number, context: RoleContext = {}): RoleReading {
  if (context.isCredential?.(text.slice(start, end).toLowerCase()) === true) return roleOfCredential;
  if (/[/f]/i.test(text.charAt(start - 1)) && sessionUrlBefore(text, start) !== '')
    return { role: 'session', reason: 'part of a session URL' };
  const id = { text, start, end };
  return readPlace(id, context) ?? readUndoubled(id, context) ?? unknown;
}

/** The role of an id that is equal to a stored API key or secret. */
export const roleOfCredential: RoleReading = {
  role: 'credential',
  reason: 'equal to a stored API key or secret',
};

/** The role of the id in a session token that is known to be Veriff's. */
export const roleOfVeriffToken: RoleReading = { role: 'session', reason: 'read from a session URL or token' };

/** The role of the id in any other token that begins at the UTF-16 offset. */
export function roleOfForeignToken(text: string, start: number): RoleReading {
  // Tokens of other services, such as that of a login, may have a session_id as well, so only the token's key counts.
  const key = keyBefore(text, start);
  return key !== undefined && foldName(key.name) === 'sessiontoken'
    ? { role: 'session', reason: `the value of ${quoted(key.name)}` }
    : unknown;
}

const unknown: RoleReading = { role: 'unknown', reason: '' };

/** An id and its position in a text. */
interface IdPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function readPlace(place: IdPlace, context: RoleContext): RoleReading | undefined {
  // Most ids have no name, so it saves time to skip patterns that cannot match after this character.
  const lead = leadBefore(place.text, place.start);
  return (
    (/[/,f]/i.test(lead) ? readPath(place) : undefined) ??
    (canEndKey(place.text, place.start, lead) ? readKey(place) : undefined) ??
    readNames(place, lead) ??
    readColumn(place, context) ??
    readList(place) ??
    ('=>{|/'.includes(lead) && lead !== '' ? undefined : readWords(place))
  );
}

/** Reads JSON in a CSV field (with doubled quotes) or in HTML (with entities) as plain JSON. */
function readUndoubled({ text, start, end }: IdPlace, context: RoleContext): RoleReading | undefined {
  const quote = matchBehind(doubledBefore, text, start)?.['quote'];
  if (quote === undefined) return undefined;
  const before = text.slice(Math.max(0, start - undoubledReach), start).replaceAll(quote, '"');
  const id = text.slice(start, end);
  const after = text.slice(end, end + undoubledReach).replaceAll(quote, '"');
  const undoubled = before + id + after;
  return readPlace({ text: undoubled, start: before.length, end: before.length + id.length }, context);
}

// ""key"":""<id>, &quot;key&quot;: &quot;<id>
const doubledBefore = /(?<=\w(?:""|&quot;)\s{0,4}:\s{0,4}(?<quote>""|&quot;))/y;
const undoubledReach = 2500;

function readPath(place: IdPlace): RoleReading | undefined {
  const { folder, owner, portal } = matchBehind(pathBefore, place.text, place.start) ?? {};
  if (portal !== undefined) return { role: 'session', reason: 'part of an address of the Veriff portal' };
  if (folder === undefined) return undefined;
  const name = folder.toLowerCase();
  if (/^(?:.{0,36}2f)?v1$/i.test(owner ?? '')) {
    const role = name === 'sessions' ? 'session' : name === 'attempts' ? 'attempt' : undefined;
    return role && { role, reason: `part of a path /v1/${name}/` };
  }
  if (name !== 'sessions' || isForeignName(owner ?? '')) return undefined;
  if (!isVeriffNear(place.text, place.start, place.end)) return undefined;
  return { role: 'session', reason: 'part of a path /sessions/' };
}

// /v1/sessions/<id>, also with %2F, with \/, and as the list of parts that Postman writes.
const pathBefore =
  /(?<=(?:veriff\.(?:com|me)\\?\/(?<portal>verifications)|(?<owner>[\w-]{1,40})(?:\\?\/|%2f|["'],\s{0,40}["'])(?<folder>sessions|attempts))(?:\\?\/|%2f|["'],\s{0,40}["']))/iy;

function readKey(place: IdPlace): RoleReading | undefined {
  const { text, start, end } = place;
  const key = keyBefore(text, start);
  if (key === undefined) return undefined;
  // Some databases wrap a value in an object with its type, so the name is that of the outer object.
  if (/^(?:S|\$oid|\$uuid|stringValue)$/.test(key.name))
    return judged(place, 'the value of', enclosingKey(text, key.start));
  if (/^(?:value|default|example)$/i.test(key.name))
    return judged(place, 'the value of', nameBeside(text, key.start));
  const reading = roleOfName(key.name);
  if (reading?.role === 'session' && isOthers(place, key)) return undefined;
  return judgedNaming(
    place,
    /^id$/i.test(key.name)
      ? namingOfPlainId(text, key, end)
      : reading === undefined
        ? (namingByWords(text, key) ?? namingByType(text, key))
        : { reading, tie: 'the value of', name: key.name },
  );
}

/** Whether the key belongs to something of another service that has sessions too. */
function isOthers({ text }: IdPlace, key: Key): boolean {
  if (foldName(key.name).includes('veriff')) return false;
  const dotted = matchBehind(dottedBefore, text, key.start)?.['owner'];
  if (dotted !== undefined) return isForeignName(dotted);
  return /^(?::|%3a|=>)$/i.test(key.separator) && isForeignName(enclosingKey(text, key.start));
}

const dottedBefore = /(?<=(?<owner>[\w$]{1,60})(?:[?!]?\.|->))/y;

function readNames(place: IdPlace, lead: string): RoleReading | undefined {
  for (const { name, shown, tie } of namesAround(place.text, place.start, place.end, lead)) {
    const naming = tie === 'in the "id" of' ? namingOfOwner(name) : namingOf(tie, name, shown);
    const reading = judgedNaming(place, naming);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

function readColumn(place: IdPlace, { header }: RoleContext): RoleReading | undefined {
  const column = tableColumn(place.text, place.start, place.end, header);
  if (column === undefined) return undefined;
  const reading = roleOfName(column.name);
  if (reading === undefined) return undefined;
  const { header: line, name } = column;
  if (reading.claim !== 'sure' && namesVeriff(line))
    return judgedNaming(place, { reading: { ...reading, claim: 'sure' }, tie: 'in the column', name });
  if (reading.claim === 'usual' && namesStranger(line)) return undefined;
  return judgedNaming(place, { reading, tie: 'in the column', name });
}

function readList(place: IdPlace): RoleReading | undefined {
  const name = listName(place.text, place.start);
  const reading = name === undefined ? undefined : (roleOfListName(name) ?? roleOfName(name));
  return judgedNaming(place, reading && { reading, tie: 'in the list', name: name ?? '' });
}

function readWords(place: IdPlace): RoleReading | undefined {
  return judged(place, 'after the words', wordsName(place.text, place.start));
}

function judged(place: IdPlace, tie: string, name: string | undefined): RoleReading | undefined {
  return name === undefined ? undefined : judgedNaming(place, namingOf(tie, name, name));
}

function namingOf(tie: string, name: string, shown: string): Naming | undefined {
  const reading = roleOfName(name);
  return reading && { reading, tie, name: shown };
}

/** The role that a name gives to an id; undefined if the text nearby contradicts it or does not support a weak name. */
function judgedNaming({ text, start, end }: IdPlace, naming: Naming | undefined): RoleReading | undefined {
  if (naming === undefined) return undefined;
  const { reading, tie, name } = naming;
  if (reading.claim === 'weak' && !isVeriffNear(text, start, end)) return undefined;
  if (reading.claim === 'usual' && isStrangers(text, start, end)) return undefined;
  return { role: reading.role, reason: `${tie} ${quoted(name)}` };
}

/** A name as it is shown in a reason, without UUIDs, which may be stored keys. */
function quoted(name: string): string {
  return `"${name.replace(/^-+/, '').replace(/[\da-f-]{36,}/gi, '…')}"`;
}
