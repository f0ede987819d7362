import * as vscode from 'vscode';
import type { Entry } from '../../../cleanup/list/entry.ts';
import { commands } from '../../../contributions.ts';
import type { CleanupView } from '../view/cleanupView.ts';
import type { App } from '../../app/app.ts';
import { whyNotChecked, whyNotCopied, whyNotOpened, whyNotRemoved } from './eligibility.ts';
import { failureText, showResult } from '../../app/messages.ts';
import { undoText } from './undoText.ts';
import { changeEntries, tellChange } from './changeEntries.ts';
import { chosenEntries } from './chosenEntries.ts';
import { putBack } from './putBack.ts';
import { showSource } from '../../app/showSource.ts';

/** "Remove from List": removes entries from the list, except those being sent. Nothing is deleted at Veriff. */
export async function removeFromList(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Remove from List',
    done: 'removed',
    offered: ['needsYou', 'queue', 'later', 'held', 'listed', 'notFound', 'done'],
    whyNot: whyNotRemoved,
  });
  if (chosen === undefined) return;
  let isFirst = true;
  const change = await changeEntries(app, 'Removing from the list', chosen.eligible, (entries) => {
    const { list } = app.records();
    if (isFirst) list.endUndo();
    isFirst = false;
    return list.remove(entries, Date.now());
  });
  const { count } = change;
  app.log.event(`removed from the list (nothing was deleted at Veriff): ${count}`);
  const undo = { title: 'Undo', run: () => vscode.commands.executeCommand(commands.undoRemoval) };
  tellChange(app, chosen, change, {
    text: `${count} removed from the list; nothing was deleted at Veriff.`,
    isAlwaysShown: true,
    actions: count > 0 ? [undo] : [],
  });
}

/** "Undo Last Removal": puts back the entries of the last removal. Their consents stay ended. */
export async function undoRemoval(app: App): Promise<void> {
  const removed = app.records().list.removedCount();
  if (removed === 0) {
    showResult('info', 'Nothing was put back: there is no removal to undo.', app.log);
    return;
  }
  const undone = await putBack(app, removed);
  const { restored, unconfirmed, error } = undone;
  app.log.event(`put back on the list: ${restored}, of these confirmed before: ${unconfirmed}`);
  const tone = error !== undefined ? 'error' : undone.left > 0 ? 'warning' : 'info';
  const failure = error === undefined ? '' : ` ${failureText(error)}`;
  showResult(tone, undoText(undone, removed) + failure, app.log);
}

/** "Check or Uncheck for Deletion": sets whether "Delete Listed Sessions…" includes the entries, the same for all. */
export async function toggleCheckbox(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Check or Uncheck for Deletion',
    done: 'checked or unchecked',
    offered: ['listed'],
    whyNot: whyNotChecked,
  });
  if (chosen === undefined) return;
  const isChecked = chosen.eligible.some((entry) => !entry.isChecked);
  const title = isChecked ? 'Checking' : 'Unchecking';
  const change = await changeEntries(app, title, chosen.eligible, (entries) => {
    app.records().list.setChecked(entries, isChecked);
    return entries.length;
  });
  const text = isChecked
    ? `${change.count} checked: “Delete Listed Sessions…” asks for them.`
    : `${change.count} unchecked: “Delete Listed Sessions…” leaves them out.`;
  tellChange(app, chosen, change, { text });
}

/** "Open Source": shows the place where the id was found. */
export async function openSource(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Open Source',
    done: 'opened',
    offered: ['needsYou', 'sending', 'queue', 'later', 'held', 'listed', 'notFound', 'done'],
    whyNot: whyNotOpened,
    isSingle: true,
  });
  const [entry] = chosen?.eligible ?? [];
  if (entry?.source === undefined) return;
  // A click on the row passes the row alone. The focus stays in the list, for users who go through it by keyboard.
  const trouble = await showSource(entry.sessionId, entry.source, { preserveFocus: args.length === 1 });
  if (trouble !== undefined) showResult('warning', trouble, app.log);
}

/** "Copy Session Id": copies the ids of the entries, one per line. */
export async function copySessionId(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Copy Session Id',
    done: 'copied',
    offered: ['needsYou', 'sending', 'queue', 'later', 'held', 'listed', 'notFound', 'done'],
    whyNot: whyNotCopied,
  });
  if (chosen === undefined) return;
  const { eligible, skips, isUnseen } = chosen;
  await vscode.env.clipboard.writeText(eligible.map(({ sessionId }: Entry) => sessionId).join('\n'));
  if (skips.count === 0 && !isUnseen) return;
  const what = eligible.length === 1 ? 'One session id' : `${eligible.length} session ids`;
  showResult('info', `${what} copied. ${skips.text()}`.trim(), app.log);
}
