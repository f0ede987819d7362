import { objectAround } from './objectAround.ts';
import { sessionUrlBefore } from './sessionToken.ts';

/**
 * What the text around an id says that it is. Only `session` can be deleted; `unknown` may be one. A `credential` is
 * equal to a stored API key or secret, whatever the text says, and is refused.
 */
export type IdRole = 'session' | 'attempt' | 'endUser' | 'vendorData' | 'credential' | 'unknown';

/** What whoever reads a text knows beyond the surroundings of one id. */
export interface RoleContext {
  /** The text's first line, without its end: a table's names stand there, however far away its rows are. */
  readonly header?: string;
  /** Whether an id, in lower case, is equal to a stored API key or secret. */
  readonly isCredential?: (id: string) => boolean;
}

/** A role and why it was given, in words for a person; the reason is empty exactly where the role is unknown. */
export interface RoleReading {
  readonly role: IdRole;
  readonly reason: string;
}

/** The role of the UUID between the two UTF-16 offsets, from a bounded stretch of the text around it. */
export function roleOfUuid(
  text: string,
  start: number,
  end: number,
  { isCredential }: RoleContext = {},
): RoleReading {
  if (isCredential?.(text.slice(start, end).toLowerCase()) === true) return roleOfCredential;
  if (sessionUrlBefore(text, start) !== '') return { role: 'session', reason: 'part of a session URL' };
  return roleFromPath(text, start) ?? roleFromKey(text, start, end) ?? unknown;
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
  return key !== undefined && foldKey(key.name) === 'sessiontoken' ? valueOf(key.name, 'session') : unknown;
}

const unknown: RoleReading = { role: 'unknown', reason: '' };

function roleFromPath(text: string, start: number): RoleReading | undefined {
  const folder = matchBehind(pathBefore, text, start)?.['folder']?.toLowerCase();
  if (folder === undefined) return undefined;
  return { role: folder === 'sessions' ? 'session' : 'attempt', reason: `part of a path /v1/${folder}/` };
}

function roleFromKey(text: string, start: number, end: number): RoleReading | undefined {
  const key = keyBefore(text, start);
  if (key === undefined) {
    const flag = matchBehind(flagBefore, text, start)?.['flag'];
    return flag === undefined ? undefined : roleOfName(flag);
  }
  if (foldKey(key.name) === 'value') {
    const name = matchBehind(nameBeforeValue, text, key.start)?.['name'];
    return name === undefined ? undefined : roleOfName(name);
  }
  if (/^id$/i.test(key.name)) return roleOfPlainId(text, key, end);
  return roleOfName(key.name) ?? roleOfWords(text, key) ?? roleOfTyped(text, key);
}

/** The key whose value begins at the offset, unquoted, and the offset of its first letter. */
interface Key {
  readonly name: string;
  readonly start: number;
  readonly separator: string;
}

function keyBefore(text: string, valueStart: number): Key | undefined {
  const groups = matchBehind(keyPattern, text, valueStart);
  const whole = groups?.['key'] ?? '';
  const separator = groups?.['separator'] ?? '';
  const keyEnd = valueStart - (groups?.['rest']?.length ?? 0);
  // The letters of an escape sequence in front of the key (%22, \n) were read along with it.
  const before = text[keyEnd - whole.length - 1];
  const name =
    before === '%'
      ? whole.slice(2)
      : before === '\\' && /^[nrt]/.test(whole) && roleOfName(whole) === undefined
        ? whole.slice(1)
        : whole;
  return name === '' ? undefined : { name, start: keyEnd - name.length, separator };
}

/** A bare `id` says nothing by itself; what it belongs to does. */
function roleOfPlainId(text: string, key: Key, end: number): RoleReading | undefined {
  const owner = matchBehind(ownerBefore, text, key.start)?.['owner'];
  if (owner !== undefined) return idOf(owner);
  const spoken = roleOfWords(text, key);
  if (spoken !== undefined || !/^(?::|%3a)$/i.test(key.separator)) return spoken;

  const { parent, siblings } = objectAround(text, key.start, end);
  const keys = new Set([...siblings].map(foldKey));
  // Where the session has a key of its own, the plain id is the record's: somebody's table, not Veriff's object.
  if ([...keys].some((sibling) => sessionKey.test(sibling))) return undefined;
  if (foldKey(parent) === 'verification') return idOf(parent);
  if (keys.has('attemptid')) return { role: 'session', reason: 'the "id" beside "attemptId"' };
  return idOf(parent);
}

function idOf(owner: string): RoleReading | undefined {
  const role = ownerRoles.get(foldKey(owner));
  return role === undefined ? undefined : { role, reason: `the "id" of "${owner}"` };
}

// "verifications" is the list that GET /v1/sessions/{id}/attempts answers; the ids in it are those of attempts
// (facts.md, "Looking before deleting").
const ownerRoles = new Map<string, IdRole>([
  ['verification', 'session'],
  ['verifications', 'attempt'],
  ['attempt', 'attempt'],
  ['attempts', 'attempt'],
  ['enduser', 'endUser'],
]);

/** Log lines spell names out: "Session ID: …", "end user id = …". */
function roleOfWords(text: string, key: Key): RoleReading | undefined {
  const { two, one } = matchBehind(wordsBefore, text, key.start) ?? {};
  for (const words of [one, two === undefined ? undefined : `${two} ${one ?? ''}`]) {
    const reading = words === undefined ? undefined : roleOfName(`${words} ${key.name}`);
    if (reading !== undefined) return reading;
  }
  return undefined;
}

/** In `sessionId: string = …` the word in front of the sign is a type, and the name stands before that. */
function roleOfTyped(text: string, key: Key): RoleReading | undefined {
  if (key.separator !== '=') return undefined;
  const name = matchBehind(nameBeforeType, text, key.start)?.['name'];
  return name === undefined ? undefined : roleOfName(name);
}

function roleOfName(name: string): RoleReading | undefined {
  const key = foldKey(name);
  if (sessionKey.test(key)) return valueOf(name, 'session');
  // These only ever hold an id back, so a name that merely ends in one of them is enough.
  if (/attempt(?:id|uuid)?$/.test(key)) return valueOf(name, 'attempt');
  if (/enduser(?:id|uuid)?$/.test(key)) return valueOf(name, 'endUser');
  if (/vendordata(?:id)?$/.test(key)) return valueOf(name, 'vendorData');
  return undefined;
}

// Whole names only: a `checkoutSessionId` is a session as well, but not one of Veriff's.
const sessionKey = /^x?(?:veriff)?(?:session|verification|verificationsession)(?:id|uuid)$/;

function valueOf(name: string, role: IdRole): RoleReading {
  return { role, reason: `the value of "${name.replace(/^-+/, '')}"` };
}

function foldKey(name: string): string {
  return name.replace(/[-_$\s]/g, '').toLowerCase();
}

/*
 * What stands directly before an offset, as lookbehinds at that one place: they read backwards from there, search
 * nothing, copy nothing, and every repetition has a bound, so that one id costs the same in any text.
 */
function matchBehind(pattern: RegExp, text: string, offset: number): Record<string, string> | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.groups;
}

// /v1/sessions/<id>, also with %2F, with \/, and as the list of parts that Postman writes.
const pathBefore =
  /(?<=v1(?:\\?\/|%2f|["'],\s{0,40}["'])(?<folder>sessions|attempts)(?:\\?\/|%2f|["'],\s{0,40}["']))/iy;

// "key": "<id>", key=<id>, 'key' => '<id>', key := Parse("<id>"), %22key%22%3A%22<id>, \"key\":\"<id>
const keyPattern =
  /(?<=(?<key>[\w$-]{1,60})(?<rest>(?:\\{0,7}["'`]|%22)?\]?\s{0,20}[?!]?(?<separator>=>|:=|={1,3}|:|%3a|%3d)\s{0,40}(?:(?:new\s|await\s)?[\w.]{1,40}\(\s{0,20})?(?:\\{0,7}["'`]|%22)?))/iy;

// --session-id <id>
const flagBefore = /(?<=(?:^|[\s"'`])--?(?<flag>[a-z][\w-]{1,40})\s{1,4}["']?)/iy;

// { "key": "sessionId", "value": "<id>" }, with at most one more property between the two.
const nameBeforeValue =
  /(?<=["']?(?:key|name)["']?\s{0,4}:\s{0,4}["'](?<name>[\w$-]{1,60})["'],\s{0,40}(?:["']?\w{1,20}["']?\s{0,4}:\s{0,4}["']?\w{0,20}["']?,\s{0,40})?["']?)/iy;

// verification.id, verification?.id, verification["id"], verification->id
const ownerBefore = /(?<=(?<owner>[\w$]{1,60})(?:[?!]?\.|->|["'`]?\]?\[["'`]?))/y;

const wordsBefore = /(?<=(?:(?<![\w-])(?<two>[a-z]{1,20})[ -])?(?<![\w])(?<one>[a-z]{1,20}) )/iy;

const nameBeforeType = /(?<=(?<name>[\w$]{1,60})[?!]?:\s{0,4}[&|\w.<>[\] ]{0,30})/y;
