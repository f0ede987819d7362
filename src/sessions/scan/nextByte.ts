// Starting a native search costs as much as comparing a few bytes, which is too much if the byte is frequent.
const lookedAtFirst = 8;

/** The offset of the first such byte between two offsets; `to` if there is none. */
export function nextByte(bytes: Buffer, byte: number, from: number, to: number): number {
  const near = Math.min(from + lookedAtFirst, to);
  for (let at = from; at < near; at += 1) if (bytes[at] === byte) return at;
  if (near === to) return to;
  const found = bytes.indexOf(byte, near);
  return found < 0 || found > to ? to : found;
}
