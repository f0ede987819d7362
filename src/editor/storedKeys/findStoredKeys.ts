import { nextTurn } from '../../sessions/scan/turns.ts';
import * as vscode from 'vscode';
import type { Found } from '../../sessions/scan/findings.ts';
import type { App } from '../app/app.ts';
import { showResult } from '../app/messages.ts';
import { visibleText } from '../text/visibleText.ts';
import { searchPlaces, searchTelling } from '../adding/search/searchCommand.ts';
import { searchLines } from '../adding/search/searchText.ts';
import { keysMetText } from './keyText.ts';
import { StoredKeys } from './storedKeys.ts';

// Ids compared between two turns of the event loop: a few ms.
const looksAtOnce = 1000;

/**
 * "Look for Stored Keys in the Workspace": searches files for stored API keys and shared secret keys, tells how many
 * files contain one, and shows each as a problem. Files are only read.
 */
export async function findStoredKeys(app: App): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const keys = new StoredKeys((await app.store.read()).integrations);
  const why =
    folders.length === 0
      ? 'no folder is open'
      : keys.isEmpty
        ? 'no integration is stored but perhaps the sandbox’s, whose keys open nothing'
        : undefined;
  if (why !== undefined) {
    showResult('info', `Nothing was looked through: ${why}.`, app.log);
    return;
  }
  const places = { uris: folders.map(({ uri }) => uri), documents: [] };
  const { found, reached } = await searchTelling('Looking for stored keys', (signal, onProgress) =>
    searchPlaces(places, signal, onProgress),
  );
  app.tellFound({ found, scope: 'workspace' });
  const files = await filesWithKeys(found, keys);
  const { isCancelled, skipped } = found;
  const { text, tone } = keysMetText({ files, read: reached.files, skipped: skipped.length, isCancelled });
  app.log.event(text);
  // The first line counts session ids, which are not what was searched for.
  for (const line of searchLines(found, reached).slice(1)) app.log.event(visibleText(line, 1000));
  const show = { title: 'Show Problems', run: () => vscode.commands.executeCommand(problems) };
  showResult(tone, text, app.log, files > 0 ? [show] : []);
}

const problems = 'workbench.actions.view.problems';

async function filesWithKeys({ sources }: Found, keys: StoredKeys): Promise<number> {
  let [files, looks] = [0, 0];
  for (const { findings } of sources) {
    let isMet = false;
    for (const { id } of findings) {
      looks += 1;
      if (looks % looksAtOnce === 0) await nextTurn();
      isMet ||= keys.get(id) !== undefined;
    }
    if (isMet) files += 1;
  }
  return files;
}
