import * as vscode from 'vscode';
import type { Entry, Shelf } from '../../cleanup/entry.ts';
import { newestEntries } from '../../cleanup/newestEntries.ts';
import type { CleanupView, EntryNode } from '../cleanupView.ts';
import type { Desk } from '../desk.ts';
import type { WhyNot } from '../eligibility.ts';
import { entryRow } from '../entryRow.ts';
import { inParts } from '../inParts.ts';
import { integrationKey, titleOf } from '../integration.ts';
import { showResult } from '../messages.ts';
import { Skips } from '../skips.ts';
import { entriesIn } from './handedOver.ts';

/** What a command wants to work on. */
export interface EntryWish {
  /** Its name in the palette. */
  readonly title: string;
  /** Goes on after "Nothing was": "removed". */
  readonly done: string;
  /** The shelves whose entries are offered where none is handed over and none is selected. */
  readonly offered: readonly Shelf[];
  readonly whyNot: WhyNot;
  /** Whether it works on one entry only. */
  readonly isSingle?: boolean;
}

/** The entries that a command works on, read from the database just now. */
export interface ChosenEntries {
  readonly eligible: readonly Entry[];
  readonly skips: Skips;
  /** Whether they were picked from a list, and so need not be in sight. */
  readonly isPicked: boolean;
}

/**
 * The entries that a command is meant for: those whose rows it is handed over, else the selected ones of the view, else
 * those that the user picks. Undefined where there are none to work on; the user has been told why, or gave up.
 */
export async function chosenEntries(
  desk: Desk,
  view: CleanupView,
  args: readonly unknown[],
  wish: EntryWish,
): Promise<ChosenEntries | undefined> {
  const handedOver = entriesIn(args);
  // A view that is being drawn anew hands over nothing in place of the row, and what is selected is not meant then.
  if (handedOver.length === 0 && args.length > 0 && args[0] === undefined) {
    const text = `Nothing was ${wish.done}: the row was drawn anew meanwhile. Try again.`;
    showResult('warning', text, desk.log);
    return undefined;
  }
  const rows = handedOver.length > 0 ? handedOver : view.selection;
  if (rows.length > 0) return chosenFrom(desk, wish, wish.isSingle === true ? firstMeant(rows, args) : rows);
  return pickedEntries(desk, wish);
}

/** Of several selected rows the one under the pointer, for a command that works on one only. */
function firstMeant(rows: readonly EntryNode[], [clicked]: readonly unknown[]): readonly EntryNode[] {
  return [rows.find((row) => row === clicked) ?? rows[0]].filter((row) => row !== undefined);
}

async function pickedEntries(desk: Desk, wish: EntryWish): Promise<ChosenEntries | undefined> {
  const offered = await offeredItems(desk, wish);
  if (offered.items.length === 0) {
    showResult('info', `Nothing was ${wish.done}: there is nothing on the list for that.`, desk.log);
    return undefined;
  }
  const options = {
    title: wish.title,
    placeHolder: offered.isCut
      ? `The newest ${offered.items.length} are shown; filter the list and select others there.`
      : 'Which entries of the cleanup list?',
    matchOnDescription: true,
    matchOnDetail: true,
  };
  const picked =
    wish.isSingle === true
      ? [await vscode.window.showQuickPick(offered.items, options)].filter((item) => item !== undefined)
      : await vscode.window.showQuickPick(offered.items, { ...options, canPickMany: true });
  if (picked === undefined || picked.length === 0) return undefined;
  const rows = picked.map(({ entry }) => ({ kind: 'entry' as const, entry }));
  const chosen = await chosenFrom(desk, wish, rows);
  return chosen && { ...chosen, isPicked: true };
}

interface EntryItem extends vscode.QuickPickItem {
  readonly entry: Entry;
}

// A list that is longer than anybody scrolls through would only keep everybody waiting.
const mostOffered = 1000;

async function offeredItems(
  desk: Desk,
  { offered, whyNot }: EntryWish,
): Promise<{ readonly items: readonly EntryItem[]; readonly isCut: boolean }> {
  const { integrations } = await desk.store.read();
  const titles = new Map(integrations.map((each) => [integrationKey(each), titleOf(each)]));
  const entries = newestEntries(desk.records().database, offered, mostOffered + 1);
  const now = Date.now();
  const items = entries
    .slice(0, mostOffered)
    .filter((entry) => whyNot(entry) === undefined)
    .map((entry) => {
      const integration = titles.get(entry.integration) ?? 'integration not stored here';
      const { description } = entryRow(entry, { now, integration, namesIntegration: true });
      return { label: entry.sessionId, description, entry };
    });
  return { items, isCut: entries.length > mostOffered };
}

/** Reads the entries of rows, which may be stale or made up: any extension may hand over anything. */
async function chosenFrom(
  desk: Desk,
  { done, whyNot }: EntryWish,
  rows: readonly EntryNode[],
): Promise<ChosenEntries | undefined> {
  const skips = new Skips();
  const eligible: Entry[] = [];
  const seen = new Set<number>();
  await inParts(rows, (part) => {
    const { list } = desk.records();
    for (const { entry: shown } of part) {
      if (seen.has(shown.id)) continue;
      seen.add(shown.id);
      const entry = list.byId(shown.id);
      // The numbers begin anew with a new list: only number and session together mean an entry.
      const why = entry?.sessionId === shown.sessionId ? whyNot(entry) : 'not on the list any more';
      if (entry !== undefined && why === undefined) eligible.push(entry);
      else if (why !== undefined) skips.add(why);
    }
  });
  if (eligible.length > 0) return { eligible, skips, isPicked: false };
  showResult('info', `Nothing was ${done}. ${skips.text()}`, desk.log);
  return undefined;
}
