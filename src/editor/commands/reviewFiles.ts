import * as vscode from 'vscode';
import type { SkippedSource } from '../../sessions/findings.ts';
import type { Desk } from '../desk.ts';
import { largestFileBytes, textOfBytes, type FileProblem } from '../fileText.ts';
import { asking } from '../lookUp.ts';
import { TextFindings, type Reading } from '../textFindings.ts';
import { listingTarget } from './listSessions.ts';

/**
 * Reviews what stands in files, whatever it is and however little: who drops or picks a file has not seen all that is
 * in it, as somebody has who selects or copies ids.
 */
export async function reviewFiles(desk: Desk, uris: readonly vscode.Uri[]): Promise<void> {
  const target = await listingTarget(desk);
  if (target === undefined) return;
  const texts = new TextFindings(target.keys);
  const skipped: SkippedSource[] = [];
  await asking('Looking for session ids', async (signal, progress) => {
    for (const uri of uris) {
      if (signal.aborted) break;
      const reading = await fileReading(uri);
      if ('reason' in reading) skipped.push(reading);
      else await texts.read(reading, signal);
      progress.report({ increment: 100 / uris.length });
    }
  });
  const found = texts.found();
  await desk.reviews.review({ ...found, skipped, isCancelled: texts.isCut });
}

const problemTexts: Readonly<Record<FileProblem, string>> = {
  folder: 'a folder',
  tooLarge: 'larger than 50 MB',
  binary: 'no text',
  unreadable: 'cannot be read',
};

async function fileReading(uri: vscode.Uri): Promise<Reading | SkippedSource> {
  const name = vscode.workspace.asRelativePath(uri);
  const notRead = (problem: FileProblem): SkippedSource => ({ name, reason: problemTexts[problem] });
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) !== 0) return notRead('folder');
    if (size > largestFileBytes) return notRead('tooLarge');
    const bytes = await vscode.workspace.fs.readFile(uri);
    // A device or a file that grows tells its size only when it is read.
    if (bytes.length > largestFileBytes) return notRead('tooLarge');
    const pieces = textOfBytes(bytes);
    return pieces === undefined ? notRead('binary') : { pieces, name, uri: uri.toString() };
  } catch {
    return notRead('unreadable');
  }
}
