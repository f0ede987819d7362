import { ownerBefore, typedNameBefore, wordsBefore, type Key } from './nameBefore.ts';
import { objectAround } from './objectAround.ts';
import { foldName, isSessionIdName, roleOfListName, roleOfName, type NameReading } from './roleOfName.ts';

/** What names an id, what that says of it, and how the two belong together, in words for a person. */
export interface Naming {
  readonly reading: NameReading;
  readonly tie: string;
  readonly name: string;
}

/** The meaning of a plain `id`, which follows from its owner. */
export function namingOfPlainId(text: string, key: Key, end: number): Naming | undefined {
  const owner = ownerBefore(text, key.start);
  if (owner !== undefined) return namingOfOwner(owner);
  const spoken = namingByWords(text, key);
  if (spoken !== undefined || !/^(?::|%3a|=>)$/i.test(key.separator)) return spoken;

  const { parent, siblings } = objectAround(text, key.start, end);
  // If the session has a key of its own, the plain id is that of a record in another table, not of Veriff's object.
  if ([...siblings].some(isSessionIdName)) return undefined;
  const keys = new Set([...siblings].map(foldName));
  if (foldName(parent) === 'verification') return namingOfOwner(parent);
  if (keys.has('attemptid')) return besideOf('attemptId');
  if (keys.has('url') && sessionUrl.test(text.slice(end, end + urlReach))) return besideOf('url');
  return namingOfOwner(parent);
}

/** Log lines spell names out: "Session ID: …", "end user id = …". */
export function namingByWords(text: string, key: Key): Naming | undefined {
  const { two, one } = wordsBefore(text, key.start);
  for (const words of [one, two === undefined ? undefined : `${two} ${one ?? ''}`]) {
    const name = `${words ?? ''} ${key.name}`;
    const reading = words === undefined ? undefined : roleOfName(name);
    if (reading !== undefined) return { reading, tie: 'the value of', name };
  }
  return undefined;
}

/** In `sessionId: string = …`, the word before the sign is a type, and the name is before that. */
export function namingByType(text: string, key: Key): Naming | undefined {
  const name = key.separator === '=' ? typedNameBefore(text, key.start) : undefined;
  const reading = name === undefined ? undefined : roleOfName(name);
  return name === undefined || reading === undefined ? undefined : { reading, tie: 'the value of', name };
}

/** The meaning of the id of something with this name. */
export function namingOfOwner(owner: string): Naming | undefined {
  const reading = ownerReadings.get(foldName(owner)) ?? roleOfName(owner) ?? roleOfListName(owner);
  return reading && { reading, tie: 'the "id" of', name: owner };
}

function besideOf(name: string): Naming {
  return { reading: { role: 'session', claim: 'sure' }, tie: 'the "id" beside', name };
}

// "verifications" is the list that GET /v1/sessions/{id}/attempts answers; the ids in it are those of attempts
// (src/veriff/README.md, "Look-ups and session statuses").
const ownerReadings = new Map<string, NameReading>([
  ['verification', { role: 'session', claim: 'sure' }],
  ['verifications', { role: 'attempt', claim: 'sure' }],
  ['attempts', { role: 'attempt', claim: 'sure' }],
]);

const sessionUrl = /veriff\.(?:com|me)\\{0,3}\/v\\{0,3}\/eyJ/;
const urlReach = 200;
