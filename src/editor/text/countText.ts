/** A number with thousands separators, such as "20,000". */
export function numberText(count: number): string {
  return count.toLocaleString('en-US');
}

/** A count with its noun, such as "1 file" or "20,000 files". */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${numberText(count)} ${count === 1 ? one : many}`;
}
