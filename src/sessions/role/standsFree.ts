/**
 * Whether the text between the two UTF-16 offsets is a word of its own and not part of a longer one. A letter or digit
 * beside it makes it part of a longer word, and so does a dash followed by more hex digits. Underscores, other dashes
 * and characters outside ASCII do not: `session-<id>`, `<id>_front` and `编号<id>` each hold an id.
 */
export function standsFree(text: string, start: number, end: number): boolean {
  return (
    startsFree(text, start) &&
    !isLetterOrDigit(text.charCodeAt(end)) &&
    !(text[start - 1] === '-' && isMoreHex(runBefore(text, start - 1))) &&
    !(text[end] === '-' && isMoreHex(runBehind(text, end + 1)))
  );
}

/** Whether a word can begin at the offset. The letters of an escape sequence (%2F, \n, a colour) do not count. */
export function startsFree(text: string, start: number): boolean {
  if (!isLetterOrDigit(text.charCodeAt(start - 1))) return true;
  escapeBefore.lastIndex = start;
  return escapeBefore.test(text);
}

const escapeBefore = /(?<=%[\dA-Fa-f]{2}|\\[nrt]|\\u[\dA-Fa-f]{4}|\u001b\[[\d;]{0,20}m)/y;

/** False for NaN, which charCodeAt returns outside the text. */
function isLetterOrDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

// Short hex without a digit is probably a word, such as "face" in the names of Veriff's pictures.
function isMoreHex(run: string): boolean {
  return /^[\dA-Fa-f]+$/.test(run) && (/\d/.test(run) || run.length >= 8);
}

// A longer run is not read, because long runs with many ids between them would cost too much.
const runLimit = 64;

function runBefore(text: string, end: number): string {
  let start = end;
  while (end - start < runLimit && isLetterOrDigit(text.charCodeAt(start - 1))) start -= 1;
  return text.slice(start, end);
}

function runBehind(text: string, start: number): string {
  let end = start;
  while (end - start < runLimit && isLetterOrDigit(text.charCodeAt(end))) end += 1;
  return text.slice(start, end);
}
