/** Whether something of Veriff's is named near an id that stands between the two UTF-16 offsets. */
export function isVeriffNear(text: string, start: number, end: number): boolean {
  return (
    ofVeriff.test(text.slice(Math.max(0, start - reach), start)) ||
    ofVeriff.test(text.slice(end, end + reach))
  );
}

// About a log's line and the one above, or the head of a small file: further off it says nothing about this id.
const reach = 400;

const ofVeriff =
  /veriff|kyc|attempt[ _-]?id|attempt["'`:= ]{1,4}[\da-f]{8}-|vendor[ _-]?data|end[ _-]?user|identity[ _-]?verification/i;
