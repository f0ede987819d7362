import { roleOfName } from './roleOfName.ts';

/** The key whose value begins at an offset, unquoted, and the offset of its first letter. */
export interface Key {
  readonly name: string;
  readonly start: number;
  readonly separator: string;
}

/** A name that may tell what an id is, and how the two belong together, in words for a person. */
export interface NameBefore {
  readonly name: string;
  readonly tie: 'the value of' | 'in the element' | 'handed to' | 'compared with';
}

/** The key, variable or property whose value begins at the UTF-16 offset. */
export function keyBefore(text: string, valueStart: number): Key | undefined {
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

/** What else names the value between the two UTF-16 offsets, which has no key with a role; the surest first. */
export function* namesAround(text: string, start: number, end: number): Generator<NameBefore, void> {
  const element = matchBehind(elementBefore, text, start);
  const tag = element?.['entry'] ?? element?.['tag'];
  if (tag !== undefined) yield { name: tag, tie: 'in the element' };
  const flag = matchBehind(flagBefore, text, start)?.['flag'];
  if (flag !== undefined) yield { name: flag, tie: 'the value of' };
  const record = matchBehind(recordBefore, text, start)?.['name'];
  if (record !== undefined) yield { name: record, tie: 'the value of' };
  const pair = matchBehind(pairBefore, text, start)?.['name'];
  if (pair !== undefined) yield { name: pair, tie: 'the value of' };

  const call = matchBehind(callBefore, text, start);
  if (call === undefined) return;
  const { callee = '', subject } = call;
  if (subject !== undefined) yield { name: withoutVerb(subject), tie: 'compared with' };
  if (/equal|same/i.test(callee)) {
    const other = matchBehind(comparedBehind, text, end)?.['name'];
    if (other !== undefined) yield { name: withoutVerb(other), tie: 'compared with' };
  }
  yield { name: withoutVerb(callee), tie: 'handed to' };
}

/** The name that stands beside a key such as "value": that of a Postman variable, a parameter, an input, a setting. */
export function nameBeside(text: string, keyStart: number): string | undefined {
  const before = text.slice(Math.max(0, keyStart - besideReach), keyStart);
  let name: string | undefined;
  let from = 0;
  for (const match of before.matchAll(besideName)) {
    name = match.groups?.['name'];
    from = match.index;
  }
  // Another value, or the end of the object, and the name is not this one's.
  return name === undefined || notBeside.test(before.slice(from)) ? undefined : name;
}

/** The owner in front of a plain key: `verification.id`, `Verification(id=…`, `<Session id=…`. */
export function ownerBefore(text: string, keyStart: number): string | undefined {
  const { owner, made, tag } = matchBehind(ownerPattern, text, keyStart) ?? {};
  return owner ?? made ?? tag;
}

/** The last two words of prose in front of a key: "end user" of "end user id = …". */
export function wordsBefore(text: string, keyStart: number): { two?: string; one?: string } {
  return matchBehind(wordsPattern, text, keyStart) ?? {};
}

/** The name in front of a type that ends at the offset: that of `sessionId: string = …`. */
export function typedNameBefore(text: string, typeStart: number): string | undefined {
  return matchBehind(typedPattern, text, typeStart)?.['name'];
}

/** The groups of a pattern that looks behind (or ahead) from the UTF-16 offset. */
export function matchBehind(
  pattern: RegExp,
  text: string,
  offset: number,
): Record<string, string | undefined> | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.groups;
}

/** `setSessionId`, `getSessionId` and `withSessionId` name what `sessionId` does; `deleteSession` is given a session. */
function withoutVerb(name: string): string {
  return name.replace(verb, '').replace(/ById$/, '') || name;
}

const verb =
  /^(?:set|get|with|for|add|put|is|has|expect|assert|delete|erase|remove|find|fetch|load|read|look_?up|cancel|create|show|open|check|poll|parse|to|mock|make|a)(?=[A-Z_])_?/;

/*
 * All of these are lookbehinds at one place: they read backwards from there, search nothing, copy nothing, and every
 * repetition has a bound, so that one id costs about the same in any text.
 */

// "key": "<id>", key=<id>, 'key' => '<id>', key := Parse("<id>"), %22key%22%3A%22<id>, \"key\":\"<id>, key={'<id>'},
// "key" to "<id>", key::text = '<id>', key LIKE '<id>', key: &anchor <id>, key: Some(Uuid("<id>"))
const keyPattern =
  /(?<=(?<key>[\w$-]{1,60})(?<rest>(?:\\{0,7}["'`]|%22)?\]?(?:\)|::\w{1,20})?\s{0,20}[?!]?(?<separator>=>|:=|<>|={1,3}|:|%3a|%3d|(?<=["']\s)to(?=\s)|(?<=\s)like(?=\s))\s{0,40}(?:(?:new\s|await\s|&)?[\w.:!]{0,40}[({](?:\w{1,20}:\s)?\s{0,20}){0,2}(?:[&!]{1,2}\w{1,30}\s)?(?:\\{0,7}["'`]|n'|%22)?))/iy;

// --session-id <id>
const flagBefore = /(?<=(?:^|[\s"'`])--?(?<flag>[a-z][\w-]{1,40})\s{1,4}["']?)/iy;

// setItem('key', '<id>'), ["key", "<id>"], Map.of("key", "<id>")
const pairBefore = /(?<=[([,{][ \t]{0,4}["'`:](?<name>[\w$-]{1,60})["'`]?,[ \t]{0,8}["'`])/y;

// A record that psql shows as lines: key | <id>
const recordBefore = /(?<=(?:^|\n)(?<name>\w{1,60}) {0,60}\| )/y;

// <tag>, <a:tag b="c">, <tag><![CDATA[, <key>name</key> <string>
const elementBefore =
  /(?<=(?:<key>(?<entry>[\w.-]{1,60})<\/key>\s{0,40}<string>|<(?:[\w-]{1,30}:)?(?<tag>[\w.-]{1,60})(?:\s[^<>]{0,80})?>\s{0,40}(?:<!\[CDATA\[)?))/y;

// call("<id>"), subject).toBe('<id>'), call(a.subject).isEqualTo("<id>"), receive(:subject).with('<id>'
const callBefore =
  /(?<=(?:(?<subject>[\w$]{1,60})(?:\(\))?["'\]]{0,2}\)?\.)?(?<callee>[\w$]{1,60})\(\s{0,20}(?:\\{0,7}["'`])?)/y;

// "<id>", decision.getSessionId())
const comparedBehind =
  /(?=["'`]\s{0,2},\s{0,20}[$\w.>[\]'"-]{0,60}?(?<![\w$])(?<name>[\w$]{1,60})(?:\(\))?["'\]]{0,2}\))/y;

// name: 'sessionId', "key": "sessionId", name="session_id", variable "session_id" {
const besideName =
  /(?:(?<![\w-])(?:name|key)["']?\s{0,4}[:=]\s{0,4}|(?<![\w-])variable\s)["']?(?<name>[\w$-]{1,60})/gi;
const besideReach = 240;
const notBeside = /[}\]>]|["'\s](?:value|default|example)["']?\s{0,4}[:=]|\n\s{0,40}- /i;

const ownerPattern =
  /(?<=(?:(?<owner>[\w$]{1,60})(?:[?!]?\.|->|["'`]?\]?\[["'`]?)|(?<made>[\w$.]{1,60})\s?[({[]\s{0,40}|<(?<tag>[\w$]{1,60})\s{1,4}))/y;

const wordsPattern = /(?<=(?:(?<![\w-])(?<two>[a-z]{1,20})[ -])?(?<![\w])(?<one>[a-z]{1,20}) )/iy;

const typedPattern = /(?<=(?<name>[\w$]{1,60})[?!]?:\s{0,4}[&|\w.<>[\] ]{0,30})/y;
