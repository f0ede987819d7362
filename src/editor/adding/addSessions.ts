import * as vscode from 'vscode';
import { copiedText } from '../input/copiedText.ts';
import type { App } from '../app/app.ts';
import { chooseWay } from './waysToAdd.ts';
import { textsUnderCursors, sourceUriOf } from '../input/sessionsInEditor.ts';
import { sourceOf, textOf } from '../input/commandArguments.ts';
import { listSources, listTexts } from './addTexts.ts';
import { addTarget, type AddTarget } from './listing/addToList.ts';
import type { Reviews } from './review/reviews.ts';
import { searchFiles } from './search/searchCommand.ts';

/**
 * "Add to Veriff Cleanup List": the ids in the command's argument, else those in the selection or under a cursor, else
 * what the user picks. Adding never confirms anything.
 */
export async function addToList(
  app: App,
  reviews: Reviews,
  [argument, place]: readonly unknown[],
): Promise<void> {
  const target = await addTarget(app);
  if (target === undefined) return;
  const handedOver = textOf(argument);
  if (handedOver !== undefined)
    return listTexts(app, reviews, [{ text: handedOver, name: 'what was handed over', ...sourceOf(place) }]);
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && (await listUnderCursors(app, reviews, target, editor))) return;
  await addByChosenWay(app, reviews, target, editor);
}

/** "Add from Clipboard". */
export async function addFromClipboard(app: App, reviews: Reviews): Promise<void> {
  await listTexts(app, reviews, [{ text: await copiedText(), name: 'the clipboard' }]);
}

/** "Add from Files…": the user can pick several files. */
export async function addFromFiles(app: App, reviews: Reviews): Promise<void> {
  if ((await addTarget(app)) === undefined) return;
  const uris = await vscode.window.showOpenDialog({
    title: 'Add session ids from files to the Veriff cleanup list',
    openLabel: 'Add to List',
    canSelectMany: true,
  });
  if (uris !== undefined && uris.length > 0) await searchFiles(app, reviews, uris);
}

/** Lists the ids that are selected or under a cursor. False if there is none. */
async function listUnderCursors(
  app: App,
  reviews: Reviews,
  target: AddTarget,
  editor: vscode.TextEditor,
): Promise<boolean> {
  const { texts, length } = textsUnderCursors(editor);
  return (await listSources(app, reviews, target, texts, length)) !== 'none';
}

async function addByChosenWay(
  app: App,
  reviews: Reviews,
  { isKey }: AddTarget,
  editor: vscode.TextEditor | undefined,
): Promise<void> {
  const way = await chooseWay(editor, isKey);
  switch (way?.kind) {
    case 'text':
      return listTexts(app, reviews, [way]);
    case 'document': {
      const uri = sourceUriOf(way.document);
      const text = way.document.getText();
      return listTexts(app, reviews, [{ text, name: 'the document', ...(uri !== undefined && { uri }) }]);
    }
    case 'files':
      return addFromFiles(app, reviews);
    case undefined:
      return;
  }
}
