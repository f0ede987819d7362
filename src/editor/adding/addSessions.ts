import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import { copiedText } from '../input/copiedText.ts';
import type { Desk } from '../app/app.ts';
import { showResult } from '../app/messages.ts';
import { chooseWay } from './waysToAdd.ts';
import { readingsUnderCursors, sourceUriOf } from '../input/sessionsInEditor.ts';
import { sourceOf, textOf } from '../input/commandArguments.ts';
import {
  listingTarget,
  listReadings,
  listTexts,
  readingOf,
  tellNothing,
  type ListingTarget,
} from './listing/addToList.ts';
import { reviewFiles } from '../commands/reviewFiles.ts';

/**
 * "Add to Veriff Cleanup List": what is handed over, else what the editor shows or a paste box holds, else what the
 * user picks. Nothing that is added is confirmed by that.
 */
export async function addToList(desk: Desk, [argument, place]: readonly unknown[]): Promise<void> {
  const target = await listingTarget(desk);
  if (target === undefined) return;
  const handedOver = textOf(argument);
  if (handedOver !== undefined)
    return listTexts(desk, [{ text: handedOver, name: 'what was handed over', ...sourceOf(place) }]);
  const box = desk.pasteBoxes.find(argument);
  if (box !== undefined) return listPasteBox(desk, target, box);
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined && (await listUnderCursors(desk, target, editor))) return;
  await addByChosenWay(desk, target, editor);
}

/** "Add from Clipboard". */
export async function addFromClipboard(desk: Desk): Promise<void> {
  await listTexts(desk, [{ text: await copiedText(), name: 'the clipboard' }]);
}

/** "Add from Files…": of as many files as are picked. */
export async function addFromFiles(desk: Desk): Promise<void> {
  if ((await listingTarget(desk)) === undefined) return;
  const uris = await vscode.window.showOpenDialog({
    title: 'Add session ids from files to the Veriff cleanup list',
    openLabel: 'Add to List',
    canSelectMany: true,
  });
  if (uris !== undefined && uris.length > 0) await reviewFiles(desk, uris);
}

/** "Paste Session Ids…": an empty document to paste into, whose ids are listed with a button in its title. */
export async function pasteToList(desk: Desk): Promise<void> {
  if ((await listingTarget(desk)) === undefined) return;
  const { uri } = await desk.pasteBoxes.open();
  showResult(
    'info',
    'Paste session ids – lines, CSV, JSON or a log – into this document, then press “Add to Veriff Cleanup List” at its top right. It is closed then, and need not be saved.',
    desk.log,
    [{ title: 'Add to List', run: () => vscode.commands.executeCommand(commands.addToList, uri) }],
  );
}

/** Lists what a paste box holds, and closes it unless something of it could not be listed. */
async function listPasteBox(desk: Desk, target: ListingTarget, box: vscode.TextDocument): Promise<void> {
  const { version } = box;
  const text = box.getText();
  const end = await listReadings(desk, target, [readingOf({ text, name: 'the document' })], text.length);
  if (end === 'listed') await desk.pasteBoxes.close(box, version);
  if (end === 'none') tellNothing(desk, target, 'the document');
}

/** Lists what is selected or stands under a cursor; false where that is nothing. */
async function listUnderCursors(
  desk: Desk,
  target: ListingTarget,
  editor: vscode.TextEditor,
): Promise<boolean> {
  const { readings, length } = readingsUnderCursors(editor);
  return (await listReadings(desk, target, readings, length)) !== 'none';
}

async function addByChosenWay(
  desk: Desk,
  { isKey }: ListingTarget,
  editor: vscode.TextEditor | undefined,
): Promise<void> {
  const way = await chooseWay(editor, isKey);
  switch (way?.kind) {
    case 'text':
      return listTexts(desk, [way]);
    case 'document': {
      const uri = sourceUriOf(way.document);
      const text = way.document.getText();
      return listTexts(desk, [{ text, name: 'the document', ...(uri !== undefined && { uri }) }]);
    }
    case 'paste':
      return pasteToList(desk);
    case 'files':
      return addFromFiles(desk);
    case undefined:
      return;
  }
}
