/** Whether something of Veriff's is named near an id that stands between the two UTF-16 offsets. */
export function isVeriffNear(text: string, start: number, end: number): boolean {
  return (
    namesVeriff(text.slice(Math.max(0, start - before), start)) || namesVeriff(text.slice(end, end + behind))
  );
}

/** Whether something of Veriff's is named in the text. */
export function namesVeriff(text: string): boolean {
  return ofVeriff.test(text);
}

// About a log's line and the one above, or the head of a small file: further off it says nothing about this id.
const before = 400;
const behind = 200;

const ofVeriff =
  /veriff|kyc|attempt[ _-]?id|attempt["'`:= ]{1,4}[\da-f]{8}-|vendor[ _-]?data|end[ _-]?user|identity[ _-]?verification/i;
