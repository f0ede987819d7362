import { countText, numberText } from '../../text/countText.ts';
import type { Found } from '../../../sessions/scan/findings.ts';
import type { SearchProgress } from '../../../sessions/files/search.ts';
import { sizeText } from '../../../sessions/files/sizeText.ts';

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
