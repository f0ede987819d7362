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
 * What the text around an id says that it is. Only `session` can be deleted; `unknown` may be one. A `credential` is
 * equal to a stored API key or secret, whatever the text says, and is refused.
 */
export type IdRole = 'session' | 'attempt' | 'endUser' | 'vendorData' | 'credential' | 'unknown';

/** How much a role says: of several places of an id the first one with the highest rank counts. At least 1. */
export function rankOfRole(role: IdRole): number {
  return role === 'session' ? 3 : role === 'unknown' ? 1 : 2;
}

/** What whoever reads a text knows beyond the surroundings of one id. */
export interface RoleContext {
  /** The text's first line, without its end: a table's names stand there, however far away its rows are. */
  readonly header?: string | undefined;
  /** Whether an id, in lower case, is equal to a stored API key or secret. */
  readonly isCredential?: (id: string) => boolean;
}

/** The first line of a text as `RoleContext.header` takes it; undefined if it is too long to be one. */
export function headerLine(text: string): string | undefined {
  const head = text.slice(0, longestHeader + 1);
  const end = head.search(/\r?\n/);
  if (end === -1) return head.length > longestHeader ? undefined : head;
  return head.slice(0, end);
}

/**
 * A role and why it was given, in words for a person that continue "it is"; empty exactly if the role is unknown.
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

/** The role of what is equal to a stored API key or secret; it says no more than that. */
export const roleOfCredential: RoleReading = {
  role: 'credential',
  reason: 'equal to a stored API key or secret',
};

/** The role of what a session token holds that is known to be Veriff's. */
export const roleOfVeriffToken: RoleReading = { role: 'session', reason: 'read from a session URL or token' };

/** The role of what any other token holds that begins at the UTF-16 offset. */
export function roleOfForeignToken(text: string, start: number): RoleReading {
  // Others' tokens name a session_id as well (that of a login, say): only their key can speak for them.
  const key = keyBefore(text, start);
  return key !== undefined && foldName(key.name) === 'sessiontoken'
    ? { role: 'session', reason: `the value of ${quoted(key.name)}` }
    : unknown;
}

const unknown: RoleReading = { role: 'unknown', reason: '' };

/** An id where it stands in a text. */
interface IdPlace {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function readPlace(place: IdPlace, context: RoleContext): RoleReading | undefined {
  // Most ids are the value of nothing: what cannot match in front of one is not even tried.
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

/** JSON in a field of CSV has each quote twice, and in HTML it has none: it is read as what it was. */
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
  // A database that writes down the type of a value has the name one object further out.
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

/** Whether the key is a property of something that has sessions of its own. */
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

/** What a name says of the id; nothing if what stands near it speaks against that, or nothing for it. */
function judgedNaming({ text, start, end }: IdPlace, naming: Naming | undefined): RoleReading | undefined {
  if (naming === undefined) return undefined;
  const { reading, tie, name } = naming;
  if (reading.claim === 'weak' && !isVeriffNear(text, start, end)) return undefined;
  if (reading.claim === 'usual' && isStrangers(text, start, end)) return undefined;
  return { role: reading.role, reason: `${tie} ${quoted(name)}` };
}

/** A name as a reason shows it: one that holds a UUID could show a key that is stored. */
function quoted(name: string): string {
  return `"${name.replace(/^-+/, '').replace(/[\da-f-]{36,}/gi, '…')}"`;
}
