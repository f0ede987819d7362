import * as vscode from 'vscode';
import type { Entry } from '../../cleanup/list/entry.ts';
import type { CleanupView } from '../cleanupView.ts';
import type { Desk } from '../desk.ts';
import { whyNotHeld, whyNotLookedUp, whyNotReleased, whyNotRetried } from '../eligibility.ts';
import { lookUpReport } from '../lookUpReport.ts';
import { actionFor, failureText, showResult } from '../messages.ts';
import { changeEntries, notStoredText, tellChange, type Change } from './changeEntries.ts';
import type { Skips } from '../skips.ts';
import { chosenEntries } from './chosenEntries.ts';
import { lookUpEach, type LookUps } from './lookUpEach.ts';

/** "Hold…": keeps entries from being sent, whatever was confirmed, until they are released; asks for a note. */
export async function holdEntries(desk: Desk, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(desk, view, args, {
    title: 'Hold…',
    done: 'put on hold',
    offered: ['needsYou', 'queue', 'later', 'listed'],
    whyNot: whyNotHeld,
  });
  if (chosen === undefined) return;
  const note = await askNote(desk, chosen.eligible);
  if (note === undefined) return;
  const change = await changeEntries(desk, 'Putting on hold', chosen.eligible, (ids) =>
    desk.records().list.hold(ids, note === '' ? undefined : note, Date.now()),
  );
  desk.log.event(`put on hold: ${change.count}`);
  const kept = change.count === 1 ? 'it is not sent' : 'none of them is sent';
  const text = `${change.count} put on hold: ${kept} before you release ${change.count === 1 ? 'it' : 'them'}.`;
  tellChange(desk, chosen, change, { text });
}

/** "Release": ends the hold; what was confirmed waits for its slot again. */
export async function releaseEntries(desk: Desk, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(desk, view, args, {
    title: 'Release',
    done: 'released',
    offered: ['held', 'needsYou'],
    whyNot: whyNotReleased,
  });
  if (chosen === undefined) return;
  const change = await changeEntries(desk, 'Releasing', chosen.eligible, (ids) =>
    desk.records().list.release(ids),
  );
  desk.log.event(`released: ${change.count}`);
  desk.run.wake();
  const notStored = await notStoredText(desk, confirmedOf(chosen.eligible));
  const text = `${change.count} released. ${notStored}`.trim();
  tellChange(desk, chosen, change, { text, isAlwaysShown: notStored !== '' });
}

/** "Try Again": what Veriff blocked or refused waits for a slot again; what is unknown is looked up now. */
export async function retryEntries(desk: Desk, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(desk, view, args, {
    title: 'Try Again',
    done: 'tried again',
    offered: ['needsYou', 'later'],
    whyNot: whyNotRetried,
  });
  if (chosen === undefined) return;
  const unknown = chosen.eligible.filter(({ state }) => state === 'unknown');
  const others = chosen.eligible.filter(({ state }) => state !== 'unknown');
  const change = await changeEntries(desk, 'Trying again', others, (ids) =>
    desk.records().list.retry(ids, Date.now()),
  );
  desk.run.wake();
  const isWhole = change.error === undefined && !change.isCancelled;
  if (unknown.length > 0 && isWhole) {
    chosen.skips.add('changed meanwhile', others.length - change.count);
    const lookUps = await lookUpEach(desk, unknown, chosen.skips);
    tellLookUps(desk, lookUps, chosen.skips, change.count === 0 ? '' : queuedText(change));
    return;
  }
  const notStored = await notStoredText(desk, others);
  const text = `${queuedText(change)} ${notStored}`.trim();
  tellChange(desk, { ...chosen, eligible: others }, change, { text, isAlwaysShown: notStored !== '' });
}

/** "Look Up Status": asks Veriff for each of the sessions, which costs no quota, and tells what it found. */
export async function lookUpEntries(desk: Desk, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await chosenEntries(desk, view, args, {
    title: 'Look Up Status',
    done: 'looked up',
    offered: ['needsYou', 'queue', 'later', 'held', 'listed', 'done'],
    whyNot: whyNotLookedUp,
  });
  if (chosen === undefined) return;
  tellLookUps(desk, await lookUpEach(desk, chosen.eligible, chosen.skips), chosen.skips);
}

function queuedText({ count }: Change): string {
  return `${count} ${count === 1 ? 'waits' : 'wait'} for a slot again.`;
}

function confirmedOf(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ confirmedAt }) => confirmedAt !== undefined);
}

function tellLookUps(desk: Desk, lookUps: LookUps, skips: Skips, before = ''): void {
  const { lookedUp, stoppedBy, isCancelled, error } = lookUps;
  const { tone, text, nextStep } = lookUpReport(lookedUp);
  const [failed] = stoppedBy;
  const actions = nextStep === undefined || failed === undefined ? [] : [actionFor(nextStep, failed)];
  const sentences = [
    before,
    text,
    skips.text(),
    isCancelled ? 'Cancelled: the others were not looked up.' : '',
    error === undefined ? '' : failureText(error),
  ];
  const isWhole = !isCancelled && skips.count === 0;
  const worst = error !== undefined ? 'error' : isWhole ? tone : 'warning';
  showResult(worst, sentences.filter((sentence) => sentence !== '').join(' '), desk.log, actions);
}

// As long as a tooltip can show.
const longestNote = 200;

/** The note, which may be empty; undefined where the user gave up. */
async function askNote(desk: Desk, entries: readonly Entry[]): Promise<string | undefined> {
  const { integrations } = await desk.store.read();
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
