import { roleOfName } from './roleOfName.ts';

/** A key without quotes, the UTF-16 offset of its first letter, and the separator between the key and its value. */
export interface Key {
  readonly name: string;
  readonly start: number;
  readonly separator: string;
}

/** A name that may give the role of an id; `tie` says how the id relates to it, in words for the user. */
export interface NameBefore {
  readonly name: string;
  /** The name as it is written in the text: `deleteSession` for the name `Session`. */
  readonly shown: string;
  readonly tie: 'the value of' | 'in the element' | 'in the "id" of' | 'handed to' | 'compared with';
}

/** The key, variable or property whose value begins at the UTF-16 offset; undefined if there is none. */
export function keyBefore(text: string, valueStart: number): Key | undefined {
  const groups = matchBehind(keyPattern, text, valueStart);
  const whole = groups?.['key'] ?? '';
  const separator = groups?.['separator'] ?? '';
  const keyEnd = valueStart - (groups?.['rest']?.length ?? 0);
  // The pattern also matches the letters of an escape sequence before the key: the 22 of %22, the n of \n.
  const before = text[keyEnd - whole.length - 1];
  const name =
    before === '%'
      ? whole.slice(2)
      : before === '\\' && /^[nrt]/.test(whole) && roleOfName(whole) === undefined
        ? whole.slice(1)
        : whole;
  return name === '' ? undefined : { name, start: keyEnd - name.length, separator };
}

/**
 * The nearest character before the UTF-16 offset that is not a quote, backslash or white space; empty if there is none
 * within 60 units.
 */
export function leadBefore(text: string, offset: number): string {
  const limit = Math.max(0, offset - 60);
  for (let at = offset - 1; at >= limit; at -= 1) {
    const code = text.charCodeAt(at);
    if (code > 32 && code !== 34 && code !== 39 && code !== 92 && code !== 96) return text.charAt(at);
  }
  return '';
}

/**
 * Whether a key can be before the UTF-16 offset. `lead` is the nearest character before it (see `leadBefore`): a
 * separator, or the last letter of an escaped one, of `like` or of `to`. A YAML anchor is allowed in between.
 */
export function canEndKey(text: string, offset: number, lead: string): boolean {
  if (lead === '') return false;
  if (':=>({<@'.includes(lead) || /[2adoen]/i.test(lead)) return true;
  anchorBefore.lastIndex = offset;
  return anchorBefore.test(text);
}

const anchorBefore = /(?<=[&!]\w{1,30}\s)/y;

/**
 * The other names of the value between the two UTF-16 offsets (an element, a call, a flag), for a value whose key gives
 * no role; the most reliable one first. `lead` is the character that `leadBefore` returns.
 */
export function namesAround(text: string, start: number, end: number, lead: string): readonly NameBefore[] {
  if (lead === '>' || lead === '[') {
    const { entry, tag, parent } = matchBehind(elementBefore, text, start) ?? {};
    return tag?.toLowerCase() === 'id'
      ? named(parent, 'in the "id" of')
      : named(entry ?? tag, 'in the element');
  }
  if (lead === '|') return named(matchBehind(recordBefore, text, start)?.['name'], 'the value of');
  if (lead === ',') {
    const { name, folder } = matchBehind(pairBefore, text, start) ?? {};
    return named(folder === undefined ? name : `${folder}Id`, 'the value of');
  }
  if (lead === '(') return namesOfCall(text, start, end);
  if (lead === '{') {
    const { name, made } = matchBehind(blockBefore, text, start) ?? {};
    return named(name ?? made, 'the value of');
  }
  const { flag, command } = matchBehind(flagBefore, text, start) ?? {};
  return flag === undefined ? named(command && 'session', 'handed to', command) : named(flag, 'the value of');
}

function named(name: string | undefined, tie: NameBefore['tie'], shown = name): readonly NameBefore[] {
  return name === undefined ? [] : [{ name, tie, shown: shown ?? name }];
}

function namesOfCall(text: string, start: number, end: number): readonly NameBefore[] {
  const { callee, subject } = matchBehind(callBefore, text, start) ?? {};
  if (callee === undefined) return [];
  const other = /equal|same/i.test(callee) ? matchBehind(comparedBehind, text, end)?.['name'] : undefined;
  return [
    ...named(subject && withoutVerb(subject), 'compared with', subject),
    ...named(other && withoutVerb(other), 'compared with', other),
    ...named(asksOfSession.test(callee) ? 'session' : withoutVerb(callee), 'handed to', callee),
  ];
}

// Veriff's endpoints that take a session's id.
const asksOfSession =
  /^(?:get|fetch|load|find|read|look_?up)_?(?:veriff_?)?(?:session_?)?(?:decision|attempts|media|person)$/i;

/** The name in the same object as a key such as "value", for a Postman variable, a parameter, an input or a setting. */
export function nameBeside(text: string, keyStart: number): string | undefined {
  const before = text.slice(Math.max(0, keyStart - besideReach), keyStart);
  let name: string | undefined;
  let from = 0;
  for (const match of before.matchAll(besideName)) {
    name = match.groups?.['name'];
    from = match.index;
  }
  // After another value or the end of the object, the name belongs to something else.
  const between = before.slice(from).replace(/\{[^{}]{0,100}\}/g, '');
  return name === undefined || notBeside.test(between) ? undefined : name;
}

/** The name of the object directly before its plain key: `verification.id`, `Verification(id=…`, `<Session id=…`. */
export function ownerBefore(text: string, keyStart: number): string | undefined {
  const { owner, made, tag } = matchBehind(ownerPattern, text, keyStart) ?? {};
  return owner ?? made ?? tag;
}

/** The last two words before a key in prose: "end user" of "end user id = …". */
export function wordsBefore(text: string, keyStart: number): { two?: string; one?: string } {
  return matchBehind(wordsPattern, text, keyStart) ?? {};
}

/** The name before a type whose last word begins at the UTF-16 offset: that of `sessionId: string = …`. */
export function typedNameBefore(text: string, typeStart: number): string | undefined {
  return matchBehind(typedPattern, text, typeStart)?.['name'];
}

/** The groups of a sticky pattern, a lookbehind or lookahead, at the UTF-16 offset; undefined if it does not match. */
export function matchBehind(
  pattern: RegExp,
  text: string,
  offset: number,
): Record<string, string | undefined> | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.groups;
}

/**
 * Leaves out a verb at the beginning: `setSessionId`, `getSessionId` and `withSessionId` are about a `sessionId`, and
 * `deleteSession` takes the id of a session.
 */
function withoutVerb(name: string): string {
  return name.replace(verb, '').replace(/ById$/, '') || name;
}

const verb =
  /^(?:set|get|with|for|add|put|is|has|expect|assert|delete|erase|remove|find|fetch|load|read|look_?up|cancel|create|show|open|check|poll|parse|to|mock|make|a)(?=[A-Z_])_?/;

/*
 * A lookbehind at a fixed position reads backwards from there and does not search or copy the text. Together with a
 * bound on every repetition, this makes one id cost about the same in any text.
 */

// "key": "<id>", key=<id>, 'key' => '<id>', key := Parse("<id>"), %22key%22%3A%22<id>, \"key\":\"<id>, key={'<id>'},
// "key" to "<id>", key::text = '<id>', key LIKE '<id>', key: &anchor <id>, key: Some(Uuid("<id>"))
const keyPattern =
  /(?<=(?<key>[\w$-]{1,60})(?<rest>(?:\\{0,7}["'`]|%22)?\]?(?:\)|::\w{1,20})?\s{0,20}[?!]?(?<separator>=>|:=|<>|={1,3}|:|%3a|%3d|(?<=["']\s)to(?=\s)|(?<=\s)like(?=\s))\s{0,40}(?:(?:new\s|await\s|&)?[\w.:!]{0,40}[({](?:(?:uuidString|string|from|value):\s)?\s{0,20}){0,2}(?:[&!]{1,2}\w{1,30}\s)?(?:(?:<<|@)?\\{0,7}["'`]|n'|%22)?))/iy;

// --session-id <id>, @session_id "<id>", veriff delete <id>
const flagBefore =
  /(?<=(?:^|[\s"'`])(?:--?|@)(?<flag>[a-z][\w-]{1,40})\s{1,4}["']?|(?<![\w])veriff[\w.-]{0,30}\s{1,4}(?:sessions?\s{1,4})?(?<command>delete|erase|decision|attempts|media|person)\s{1,4}["']?)/iy;

// let(:session_id) { '<id>' }, std::string session_id{"<id>"}
const blockBefore = /(?<=(?:\(:(?<name>\w{1,60})\)\s{0,4}\{\s{0,40}|(?<made>[\w$]{1,60}) ?\{ ?)["'])/y;

// setItem('key', '<id>'), ["key", "<id>"], Map.of("key", "<id>"), get("/v1/sessions/{id}", "<id>")
const pairBefore =
  /(?<=[([,{][ \t]{0,4}["'`:](?:(?<name>[\w$-]{1,60})|\/v1\/(?<folder>session|attempt)s\/\{\w{0,30}\}[\/\w]{0,20})["'`]?,[ \t]{0,8}["'`])/y;

// A record that psql shows as lines: key | <id>
const recordBefore = /(?<=(?:^|\n)(?<name>\w{1,60}) {0,60}\| )/y;

// <tag>, <a:tag b="c">, <tag><![CDATA[, <key>name</key> <string>
const elementBefore =
  /(?<=(?:<key>(?<entry>[\w.-]{1,60})<\/key>\s{0,40}<string>|(?:<(?:[\w-]{1,30}:)?(?<parent>[\w.-]{1,60})>\s{0,40})?<(?:[\w-]{1,30}:)?(?<tag>[\w.-]{1,60})(?:\s[^<>]{0,80})?>\s{0,40}(?:<!\[CDATA\[)?))/y;

// call("<id>"), subject).toBe('<id>'), call(a.subject).isEqualTo("<id>"), receive(:subject).with('<id>'
const callBefore =
  /(?<=(?:(?<subject>[\w$]{1,60})(?:\(\))?["'\]]{0,2}\)?\.)?(?<callee>[\w$]{1,60})\(\s{0,20}(?:[\w.:]{0,20}(?:UUID|[Uu]uid|[Gg]uid)[\w.:]{0,20}\()?(?:\\{0,7}["'`])?)/y;

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
