import type * as vscode from 'vscode';
import type { App } from '../app/app.ts';
import type { LooseFile } from '../adding/search/searchCommand.ts';

/**
 * Looks through files and folders, and reviews what stands in them, whatever it is and however little: who drops or
 * picks a file has not seen all that is in it, as somebody has who selects or copies ids.
 */
export async function reviewFiles(app: App, uris: readonly vscode.Uri[]): Promise<void> {
  const { searchForSessionIds } = await import('../adding/search/searchCommand.ts');
  await searchForSessionIds(app, [uris[0], uris]);
}

/** The same for files to which nobody could go back. */
export async function reviewLooseFiles(app: App, files: readonly LooseFile[]): Promise<void> {
  const { searchLooseFiles } = await import('../adding/search/searchCommand.ts');
  await searchLooseFiles(app, files);
}
