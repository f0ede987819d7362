// To begin a native search costs as much as to look at some bytes, and bytes that are dense would pay it for each.
const lookedAtFirst = 8;

/** The offset of the first such byte from an offset on and before another; `to` if there is none. */
export function nextByte(bytes: Buffer, byte: number, from: number, to: number): number {
  const near = Math.min(from + lookedAtFirst, to);
  for (let at = from; at < near; at += 1) if (bytes[at] === byte) return at;
  if (near === to) return to;
  const found = bytes.indexOf(byte, near);
  return found < 0 || found > to ? to : found;
}
