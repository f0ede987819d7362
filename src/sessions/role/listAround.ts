/** How far before an id the beginning of its list is searched, in UTF-16 units. */
const reach = 2000;

/**
 * The name of the list around the id at the UTF-16 offset, if the list has only ids, quotes and commas before it:
 * `sessionIds: ["…", "<id>"]`, `SESSIONS = %w[<id>]`, `session_id IN ('<id>')`, or a YAML list.
 */
export function listName(text: string, start: number): string | undefined {
  const limit = Math.max(0, start - reach);
  let at = start - 1;
  while (at >= limit) {
    if (isBetween(text.charCodeAt(at))) at -= 1;
    else if (isUuidEnd(text, at)) at -= uuidLength;
    else break;
  }
  const char = text[at];
  if (at >= limit && (char === '[' || char === '(' || char === '{')) {
    listOpener.lastIndex = at;
    return listOpener.exec(text)?.groups?.['name'];
  }
  return char === '-' ? nameAboveDashes(text, start, limit) : undefined;
}

/** White space, quotes, commas, backslashes. */
function isBetween(code: number): boolean {
  return code <= 32 || code === 34 || code === 39 || code === 44 || code === 92 || code === 96;
}

const uuidLength = 36;

/** Whether a UUID ends at the index. Only its dashes are checked: the id whose list is read was checked before. */
function isUuidEnd(text: string, last: number): boolean {
  return (
    text.charCodeAt(last - 12) === 45 &&
    text.charCodeAt(last - 17) === 45 &&
    text.charCodeAt(last - 22) === 45 &&
    text.charCodeAt(last - 27) === 45
  );
}

// sessionIds: [, "sessionIds": [, sessions: string[] = [, SESSIONS = %w[, ids = new Set([, session_id IN (, f(ids={
const listOpener =
  /(?<=(?<name>[\w$-]{1,60})(?:\\{0,7}["'`])?(?:\s{0,20}(?::\s{0,4}[\w<>[\]., ]{1,40})?(?:=>|:=|=|:)\s{0,20}(?:%[wi]|(?:new\s)?[\w.:$]{0,40}[([{]{0,2})|\s{1,4}in\s{0,4}))/iy;

/** The key above a YAML list in which each line is one id. */
function nameAboveDashes(text: string, start: number, limit: number): string | undefined {
  dashBefore.lastIndex = start;
  if (!dashBefore.test(text)) return undefined;
  const window = text.slice(limit, start);
  let end = window.lastIndexOf('\n');
  while (end > 0) {
    const from = window.lastIndexOf('\n', end - 1) + 1;
    // The line begins before the part that is searched.
    if (from === 0 && limit > 0) return undefined;
    const line = window.slice(from, end);
    if (!passedOver.test(line)) return listKey.exec(line)?.groups?.['name'];
    end = from - 1;
  }
  return undefined;
}

const dashBefore = /(?<=(?:^|\n)[ \t]{0,200}- {1,8}["']?)/y;
const passedOver = /^[ \t]{0,200}(?:- {1,8}["']?[\da-f]{8}-|#|\r?$)/i;
const listKey = /^[ \t-]{0,200}["']?(?<name>[\w$-]{1,60})["']?:[ \t]{0,20}(?:#.{0,200})?\r?$/;
