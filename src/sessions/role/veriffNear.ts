/** Whether something of Veriff's is named within 400 UTF-16 units of the id between the two offsets. */
export function isVeriffNear(text: string, start: number, end: number): boolean {
  return (
    ofVeriff.test(text.slice(Math.max(0, start - reach), start)) ||
    ofVeriff.test(text.slice(end, end + reach))
  );
}

/**
 * Whether the session between the two UTF-16 offsets probably belongs to another service: something like a login, a
 * checkout, a chat or a browser is named nearby, and nothing of Veriff's is.
 */
export function isStrangers(text: string, start: number, end: number): boolean {
  let before = text.slice(Math.max(0, start - strangerReach), start);
  let behind = text.slice(end, end + strangerReach);
  const lineStart = before.lastIndexOf('\n') + 1;
  // If the line begins with a quote, the lines around it may be properties of the same object; otherwise they are about
  // something else.
  if (!/^\s{0,80}["']/.test(before.slice(lineStart))) {
    before = before.slice(lineStart);
    behind = behind.split('\n', 1)[0] ?? '';
  }
  return (
    (ofStrangers.test(before) || ofStrangers.test(behind)) && !ofVeriff.test(before) && !ofVeriff.test(behind)
  );
}

/** Whether a table's header names something of Veriff's, so that a session in that table is Veriff's as well. */
export function namesVeriff(header: string): boolean {
  return /veriff|kyc|attempt|vendor.?data|end.?user/i.test(header);
}

/** Whether a table's header names something of another service that has sessions too. */
export function namesStranger(header: string): boolean {
  return ofStrangers.test(header);
}

// In UTF-16 units: about one log line and the one above it, or the beginning of a small file. Text further away says
// nothing about this id.
const reach = 400;
const strangerReach = 200;

const ofVeriff =
  /veriff|kyc|attempt[ _-]?id|attempt["'`:= ]{1,4}[\da-f]{8}-|vendor[ _-]?data|end[ _-]?user|identity[ _-]?verification/i;

const ofStrangers =
  /onfido|jumio|sumsub|persona\b|idnow|checkout|stripe|paypal|shopping|\bcart|log(?:in|on)|sign(?:in|on)\b|(?<![a-z])(?:log|sign)[ _-](?:in|on)\b|\botp|oauth|passw|prompt|assistant|["']model["']|["']cwd["']|["']role["']:\s?["']|\btool_|chat|\bllm|playback|stream|page_?view|telemetry|analytics|mixpanel|amplitude|posthog|anonymous_?id|\brdp\b|\bssh|web_?socket|browser|machine_?id|charg(?:e|ing)|\bgame|player|lobby|meeting|conference|selenium/i;
