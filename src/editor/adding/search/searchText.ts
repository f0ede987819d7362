import { countText, numberText } from '../../text/countText.ts';
import type { Found } from '../../../sessions/scan/findings.ts';
import type { SearchProgress } from '../../../sessions/files/search.ts';

/** The progress message of a search: "1,204 files, 36.1 MB, 17 ids so far". */
export function progressText({ files, bytes, ids }: SearchProgress): string {
  return `${countText(files, 'file')}, ${sizeText(bytes)}, ${countText(ids, 'id')} so far`;
}

/** The log lines at the end of a search: how much was searched, and each source that was not read, with the reason. */
export function searchLines(
  { sources, skipped, isCancelled }: Found,
  reached: SearchProgress,
): readonly string[] {
  const ids = sources.reduce((sum, { findings }) => sum + findings.length, 0);
  const parts = [
    `${countText(reached.files, 'file')}, ${sizeText(reached.bytes)}`,
    `${countText(ids, 'id')} in ${countText(sources.length, 'file')}`,
    ...(isCancelled ? ['cancelled before the end'] : []),
  ];
  const lines = skipped.map(
    ({ name, reason, count = 1 }) =>
      `not read, or not to its end: ${name} (${reason})${count > 1 ? ` and ${numberText(count - 1)} more` : ''}`,
  );
  return [`looked for session ids: ${parts.join(' · ')}`, ...lines];
}

/** "0 kB", "36.1 MB", in powers of 1000; rounded down. */
export function sizeText(bytes: number): string {
  if (bytes < 1e6) return `${Math.floor(bytes / 1e3)} kB`;
  const [unit, size] = bytes < 1e9 ? ['MB', bytes / 1e6] : ['GB', bytes / 1e9];
  return `${(Math.floor(size * 10) / 10).toFixed(1)} ${unit}`;
}
