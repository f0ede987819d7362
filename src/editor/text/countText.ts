/** A number with its thousands apart, as "20,000". */
export function numberText(count: number): string {
  return count.toLocaleString('en-US');
}

/** How many of something, as "1 file" or "20,000 files". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}
