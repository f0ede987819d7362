import type * as vscode from 'vscode';
import type { SkippedSource } from '../../sessions/findings.ts';
import type { Desk } from '../desk.ts';
import { largestFileBytes, textOfBytes } from '../fileText.ts';
import { asking } from '../lookUp.ts';
import { TextFindings } from '../textFindings.ts';
import { listingTarget } from './listSessions.ts';

/**
 * Looks through files and folders, and reviews what stands in them, whatever it is and however little: who drops or
 * picks a file has not seen all that is in it, as somebody has who selects or copies ids.
 */
export async function reviewFiles(desk: Desk, uris: readonly vscode.Uri[]): Promise<void> {
  const { searchForSessionIds } = await import('../finding/searchCommand.ts');
  await searchForSessionIds(desk, [uris[0], uris]);
}

/** A file of which there is nothing but its name and content, as a browser hands it over. */
export interface LooseFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The same for files to which nobody could go back. */
export async function reviewLooseFiles(desk: Desk, files: readonly LooseFile[]): Promise<void> {
  const target = await listingTarget(desk);
  if (target === undefined) return;
  const texts = new TextFindings(target.keys);
  const skipped: SkippedSource[] = [];
  await asking('Looking for session ids', async (signal) => {
    for (const { name, bytes } of files) {
      const pieces = bytes.length > largestFileBytes ? undefined : textOfBytes(bytes);
      if (pieces !== undefined) await texts.read({ name, pieces }, signal);
      else skipped.push({ name, reason: bytes.length > largestFileBytes ? 'larger than 50 MB' : 'no text' });
    }
  });
  await desk.reviews.review({ ...texts.found(), skipped });
}
