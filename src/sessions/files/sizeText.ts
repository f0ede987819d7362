/** "0 kB", "36.1 MB", "50 MB", in powers of 1000; rounded down. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.floor(bytes / 1e3)} kB`;
  const [unit, size] = bytes < 1e9 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9];
  return `${Math.floor(size * 10) / 10} ${unit}`;
}
