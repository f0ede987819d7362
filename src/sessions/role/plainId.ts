import { ownerBefore, typedNameBefore, wordsBefore, type Key } from './nameBefore.ts';
import { objectAround } from './objectAround.ts';
import { foldName, isSessionIdName, roleOfListName, roleOfName, type NameReading } from './roleOfName.ts';

/** The name that gives an id its role; `tie` says how the id relates to it, in words for the user. */
export interface Naming {
  readonly reading: NameReading;
  readonly tie: string;
  readonly name: string;
}

/**
 * The role of the value of a plain `id`, from the object that it belongs to; undefined if that gives none. `end` is the
 * UTF-16 offset at which the value ends.
 */
export function namingOfPlainId(text: string, key: Key, end: number): Naming | undefined {
  const owner = ownerBefore(text, key.start);
  if (owner !== undefined) return namingOfOwner(owner);
  const spoken = namingByWords(text, key);
  if (spoken !== undefined || !/^(?::|%3a|=>)$/i.test(key.separator)) return spoken;

  const { parent, siblings } = objectAround(text, key.start, end);
  // If the session id has its own key, `id` is that of a record in another table, not of Veriff's object.
  if ([...siblings].some(isSessionIdName)) return undefined;
  const keys = new Set([...siblings].map(foldName));
  if (foldName(parent) === 'verification') return namingOfOwner(parent);
  if (keys.has('attemptid')) return besideOf('attemptId');
  if (keys.has('url') && sessionUrl.test(text.slice(end, end + urlReach))) return besideOf('url');
  return namingOfOwner(parent);
}

/** The role from the words before a key, as in log lines: "Session ID: …", "end user id = …". */
export function namingByWords(text: string, key: Key): Naming | undefined {
  const { two, one } = wordsBefore(text, key.start);
  for (const words of [one, two === undefined ? undefined : `${two} ${one ?? ''}`]) {
    const name = `${words ?? ''} ${key.name}`;
    const reading = words === undefined ? undefined : roleOfName(name);
    if (reading !== undefined) return { reading, tie: 'the value of', name };
  }
  return undefined;
}

/** The role from the name before a type: in `sessionId: string = …`, the word before the sign is the type. */
export function namingByType(text: string, key: Key): Naming | undefined {
  const name = key.separator === '=' ? typedNameBefore(text, key.start) : undefined;
  const reading = name === undefined ? undefined : roleOfName(name);
  return name === undefined || reading === undefined ? undefined : { reading, tie: 'the value of', name };
}

/** The role of the `id` of an object with this name; undefined if the name gives none. */
export function namingOfOwner(owner: string): Naming | undefined {
  const reading = ownerReadings.get(foldName(owner)) ?? roleOfName(owner) ?? roleOfListName(owner);
  return reading && { reading, tie: 'the "id" of', name: owner };
}

function besideOf(name: string): Naming {
  return { reading: { role: 'session', claim: 'sure' }, tie: 'the "id" beside', name };
}

// "verifications" is the list that GET /v1/sessions/{id}/attempts returns; the ids in it are those of attempts
// (src/veriff/README.md, "Look-ups and session statuses").
const ownerReadings = new Map<string, NameReading>([
  ['verification', { role: 'session', claim: 'sure' }],
  ['verifications', { role: 'attempt', claim: 'sure' }],
  ['attempts', { role: 'attempt', claim: 'sure' }],
]);

const sessionUrl = /veriff\.(?:com|me)\\{0,3}\/v\\{0,3}\/eyJ/;
const urlReach = 200;
