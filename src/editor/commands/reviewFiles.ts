import type * as vscode from 'vscode';
import type { Desk } from '../app/app.ts';
import type { LooseFile } from '../adding/search/searchCommand.ts';

/**
 * Looks through files and folders, and reviews what stands in them, whatever it is and however little: who drops or
 * picks a file has not seen all that is in it, as somebody has who selects or copies ids.
 */
export async function reviewFiles(desk: Desk, uris: readonly vscode.Uri[]): Promise<void> {
  const { searchForSessionIds } = await import('../adding/search/searchCommand.ts');
  await searchForSessionIds(desk, [uris[0], uris]);
}

/** The same for files to which nobody could go back. */
export async function reviewLooseFiles(desk: Desk, files: readonly LooseFile[]): Promise<void> {
  const { searchLooseFiles } = await import('../adding/search/searchCommand.ts');
  await searchLooseFiles(desk, files);
}
