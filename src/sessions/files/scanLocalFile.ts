import { deviceProblem } from './fileTree.ts';
import { scanFile, type FileEnding, type FileScan } from './scanFile.ts';
import type { ScanSource, SourceScan } from './search.ts';

/** Searches a file of this machine. */
export const scanLocalFile: ScanSource = async (place, signal, onProgress) =>
  sourceScanOf(await scanFile(place, { signal, onProgress, skipsBinary: true }));

/** Converts the result of a scan for a search. The findings of a binary file are dropped, since they are not ids. */
export function sourceScanOf({
  findings,
  bytes,
  ending,
  placesDropped,
  looksBinary,
}: Pick<FileScan, 'findings' | 'bytes' | 'ending' | 'placesDropped' | 'looksBinary'>): SourceScan {
  if (looksBinary) return { findings: [], bytes, problem: problems.binary };
  const isCut = bytes > 0 && ending === 'unreadable';
  const dropped = placesDropped > 0 ? 'holds more ids than are kept of one file' : undefined;
  const problem = isCut ? 'cannot be read to its end' : (problems[ending] ?? dropped);
  return problem === undefined ? { findings, bytes } : { findings, bytes, problem };
}

const problems = {
  whole: undefined,
  // The search itself reports that it was cancelled.
  cancelled: undefined,
  binary: 'no text',
  shrunk: 'became shorter while it was read',
  notAFile: deviceProblem,
  missing: 'is not there any more',
  forbidden: 'no permission to read it',
  unreadable: 'cannot be read',
} as const satisfies Readonly<Record<FileEnding, string | undefined>>;
