import type { SearchProgress } from '../../sessions/search.ts';

/** Below the title of a search that goes on: "1,204 files, 36.1 MB, 17 ids so far". */
export function progressText({ files, bytes, ids }: SearchProgress): string {
  return `${counted(files, 'file')}, ${sizeText(bytes)}, ${counted(ids, 'id')} so far`;
}

/** "1 file", "20,000 files". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** "0 kB", "36.1 MB", in powers of 1000 as disks are sold; never rounded up to a size that was not reached. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.floor(bytes / 1e3)} kB`;
  const [unit, size] = bytes < 1e9 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9];
  return `${(Math.floor(size * 10) / 10).toFixed(1)} ${unit}`;
}
