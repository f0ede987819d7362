import * as vscode from 'vscode';
import type { Entry } from '../../../cleanup/list/entry.ts';
import type { CleanupView } from '../view/cleanupView.ts';
import type { App } from '../../app/app.ts';
import { whyNotHeld, whyNotLookedUp, whyNotReleased, whyNotRetried } from './eligibility.ts';
import { lookUpReport } from './lookUpReport.ts';
import { commands } from '../../../contributions.ts';
import { actionFor, failureText, showResult, type MessageAction } from '../../app/messages.ts';
import { changeEntries, tellChange, type Change } from './changeEntries.ts';
import type { Skips } from './skips.ts';
import { chosenEntries } from './chosenEntries.ts';
import { lookElsewhere, lookElsewhereAction } from '../../lookingUp/lookElsewhere.ts';
import { lookUpEach, type LookUps } from './lookUpEach.ts';

/** "Hold…": keeps entries from being sent until they are released, and ends their consents. It asks for a note. */
export async function holdEntries(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Hold…',
    done: 'put on hold',
    offered: ['needsYou', 'queue', 'later', 'listed'],
    whyNot: whyNotHeld,
  });
  if (chosen === undefined) return;
  const note = await askNote(app, chosen.eligible);
  if (note === undefined) return;
  const change = await changeEntries(app, 'Putting on hold', chosen.eligible, (entries) =>
    app.records().list.hold(entries, note === '' ? undefined : note, Date.now()),
  );
  app.log.event(`put on hold: ${change.count}`);
  const kept = change.count === 1 ? 'it is not sent' : 'none of them is sent';
  const text = `${change.count} put on hold: ${kept} before you release and confirm ${change.count === 1 ? 'it' : 'them'}.`;
  tellChange(app, chosen, change, { text });
}

/** "Release": ends the hold. The entries are listed, and must be confirmed before they are sent. */
export async function releaseEntries(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Release',
    done: 'released',
    offered: ['held', 'needsYou'],
    whyNot: whyNotReleased,
  });
  if (chosen === undefined) return;
  const change = await changeEntries(app, 'Releasing', chosen.eligible, (entries) =>
    app.records().list.release(entries),
  );
  app.log.event(`released: ${change.count}`);
  app.wake();
  const text = `${change.count} released. ${confirmText(change)}`;
  tellChange(app, chosen, change, { text, isAlwaysShown: true, actions: [deleteListedAction] });
}

/**
 * "Try Again": entries that Veriff blocked or refused are listed, to be confirmed again; unknown ones, and those that
 * were not found, are looked up now.
 */
export async function retryEntries(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Try Again',
    done: 'tried again',
    offered: ['needsYou', 'later', 'notFound'],
    whyNot: whyNotRetried,
  });
  if (chosen === undefined) return;
  const isLookedUp = ({ state }: Entry): boolean => state === 'unknown' || state === 'notFound';
  const unknown = chosen.eligible.filter(isLookedUp);
  const others = chosen.eligible.filter((entry) => !isLookedUp(entry));
  const change = await changeEntries(app, 'Trying again', others, (entries) =>
    app.records().list.listAgain(entries, Date.now()),
  );
  app.wake();
  const isWhole = change.error === undefined && !change.isCancelled;
  if (unknown.length > 0 && isWhole) {
    chosen.skips.add('changed meanwhile', others.length - change.count);
    const lookUps = await lookUpEach(app, unknown, chosen.skips);
    const listed = change.count === 0 ? undefined : listedText(change);
    await tellLookUps(app, lookUps, chosen.skips, listed);
    return;
  }
  tellChange(app, { ...chosen, eligible: others }, change, {
    text: listedText(change),
    isAlwaysShown: true,
    actions: [deleteListedAction],
  });
}

/** "Look Up Status": looks up each session at Veriff, which uses no quota, and shows the results. */
export async function lookUpEntries(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Look Up Status',
    done: 'looked up',
    offered: ['needsYou', 'queue', 'later', 'held', 'listed', 'notFound', 'done'],
    whyNot: whyNotLookedUp,
  });
  if (chosen === undefined) return;
  await tellLookUps(app, await lookUpEach(app, chosen.eligible, chosen.skips), chosen.skips);
}

/** "Look in Other Integrations…": for entries that their own integration does not know. */
export async function lookEntriesElsewhere(
  app: App,
  view: CleanupView,
  args: readonly unknown[],
): Promise<void> {
  const chosen = await chosenEntries(app, view, args, {
    title: 'Look in Other Integrations…',
    done: 'looked up',
    offered: ['notFound'],
    whyNot: whyNotLookedUp,
  });
  if (chosen === undefined) return;
  const [first] = chosen.eligible;
  const entries = chosen.eligible.filter(({ integration }) => integration === first?.integration);
  chosen.skips.add('of another integration than the first', chosen.eligible.length - entries.length);
  if (chosen.skips.count > 0) showResult('info', chosen.skips.text(), app.log);
  if (first !== undefined) await lookElsewhere(app, first.integration, entries);
}

function listedText(change: Change): string {
  return `${change.count} listed again. ${confirmText(change)}`;
}

function confirmText({ count }: Change): string {
  return `Nothing is sent before you confirm ${count === 1 ? 'it' : 'them'}.`;
}

const deleteListedAction: MessageAction = {
  title: 'Delete Listed Sessions…',
  run: () => vscode.commands.executeCommand(commands.startCleanup),
};

/** `listed` is the text about entries that were listed again before. */
async function tellLookUps(app: App, lookUps: LookUps, skips: Skips, listed?: string): Promise<void> {
  const { lookedUp, stoppedBy, isCancelled, error } = lookUps;
  const { tone, text, nextStep } = lookUpReport(lookedUp);
  const [failed] = stoppedBy;
  const elsewhere = await elsewhereAction(app, lookUps);
  const actions = [
    ...(elsewhere === undefined ? [] : [elsewhere]),
    ...(nextStep === undefined || failed === undefined ? [] : [actionFor(nextStep, failed)]),
    ...(listed === undefined ? [] : [deleteListedAction]),
  ];
  const sentences = [
    listed ?? '',
    text,
    skips.text(),
    isCancelled ? 'Cancelled: the others were not looked up.' : '',
    error === undefined ? '' : failureText(error),
  ];
  const isWhole = !isCancelled && skips.count === 0;
  const worst = error !== undefined ? 'error' : isWhole ? tone : 'warning';
  showResult(worst, sentences.filter((sentence) => sentence !== '').join(' '), app.log, actions);
}

/** For sessions that one integration does not know. */
async function elsewhereAction(app: App, { lookedUp, error }: LookUps): Promise<MessageAction | undefined> {
  const notKnown = lookedUp.flatMap(({ outcome, after }) =>
    outcome.kind === 'notFound' && after?.state === 'notFound' ? [after] : [],
  );
  // If the list has failed, what was found must be told all the same.
  if (notKnown.length === 0 || error !== undefined) return undefined;
  const { integrations } = await app.store.read();
  const own = integrations.find(({ id }) => id === notKnown[0]?.integration);
  if (own === undefined || notKnown.some(({ integration }) => integration !== own.id)) return undefined;
  return lookElsewhereAction(app, own, notKnown);
}

// The longest note that a tooltip can show.
const longestNote = 200;

/** Asks for the note. It may be empty; undefined if the user gave up. */
async function askNote(app: App, entries: readonly Entry[]): Promise<string | undefined> {
  const { integrations } = await app.store.read();
  const keys = integrations.flatMap(({ apiKey, sharedSecretKeys }) => [apiKey, ...sharedSecretKeys]);
  const notes = new Set(entries.map(({ holdNote }) => holdNote ?? ''));
  const [note = ''] = notes;
  const typed = await vscode.window.showInputBox({
    title: entries.length === 1 ? `Hold ${entries[0]?.sessionId ?? ''}` : `Hold ${entries.length} sessions`,
    prompt: 'Why? The note is optional. Escape holds nothing.',
    value: notes.size === 1 ? note : '',
    ignoreFocusOut: true,
    validateInput: (text) => {
      if (text.trim().length > longestNote) return `At most ${longestNote} characters.`;
      const isSecret = keys.some((key) => text.toLowerCase().includes(key.toLowerCase()));
      return isSecret ? 'This holds a stored API key or shared secret key.' : undefined;
    },
  });
  return typed?.trim();
}
