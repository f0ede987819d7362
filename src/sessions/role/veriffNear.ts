/** Whether something of Veriff's is named near an id that stands between the two UTF-16 offsets. */
export function isVeriffNear(text: string, start: number, end: number): boolean {
  return (
    ofVeriff.test(text.slice(Math.max(0, start - reach), start)) ||
    ofVeriff.test(text.slice(end, end + reach))
  );
}

/**
 * Whether a session there probably belongs to another service (a login, a checkout, a chat, a browser): nothing of
 * Veriff's is named nearby.
 */
export function isStrangers(text: string, start: number, end: number): boolean {
  let before = text.slice(Math.max(0, start - strangerReach), start);
  let behind = text.slice(end, end + strangerReach);
  const lineStart = before.lastIndexOf('\n') + 1;
  // The properties of one object may be on separate lines; other lines around it are about something else.
  if (!/^\s{0,80}["']/.test(before.slice(lineStart))) {
    before = before.slice(lineStart);
    behind = behind.split('\n', 1)[0] ?? '';
  }
  return (
    (ofStrangers.test(before) || ofStrangers.test(behind)) && !ofVeriff.test(before) && !ofVeriff.test(behind)
  );
}

/** Whether a table's header names something of Veriff's, beside which a session is Veriff's as well. */
export function namesVeriff(header: string): boolean {
  return /veriff|kyc|attempt|vendor.?data|end.?user/i.test(header);
}

/** Whether a table's header names something of another service that has sessions too. */
export function namesStranger(header: string): boolean {
  return ofStrangers.test(header);
}

// About one log line and the one above, or the beginning of a small file: text further away says nothing about this id.
const reach = 400;
const strangerReach = 200;

const ofVeriff =
  /veriff|kyc|attempt[ _-]?id|attempt["'`:= ]{1,4}[\da-f]{8}-|vendor[ _-]?data|end[ _-]?user|identity[ _-]?verification/i;

const ofStrangers =
  /onfido|jumio|sumsub|persona\b|idnow|checkout|stripe|paypal|shopping|\bcart|log(?:in|on)|sign(?:in|on)\b|(?<![a-z])(?:log|sign)[ _-](?:in|on)\b|\botp|oauth|passw|prompt|assistant|["']model["']|["']cwd["']|["']role["']:\s?["']|\btool_|chat|\bllm|playback|stream|page_?view|telemetry|analytics|mixpanel|amplitude|posthog|anonymous_?id|\brdp\b|\bssh|web_?socket|browser|machine_?id|charg(?:e|ing)|\bgame|player|lobby|meeting|conference|selenium/i;
