import { notStoredHere } from '../../app/integration.ts';
import * as vscode from 'vscode';
import type { Entry, EntryRef, EntryGroup } from '../../../cleanup/list/entry.ts';
import { newestEntries } from '../../../cleanup/list/newestEntries.ts';
import { isEntryNode, type EntryNode } from '../../input/commandArguments.ts';
import type { CleanupView } from '../view/cleanupView.ts';
import type { App } from '../../app/app.ts';
import type { WhyNot } from './eligibility.ts';
import { entryText } from '../view/entryText.ts';
import { inParts } from '../../app/inParts.ts';
import { titleOf } from '../../app/integration.ts';
import { showResult } from '../../app/messages.ts';
import { Skips } from './skips.ts';
import { entriesBelow, isAboveEntries, type EntriesAbove } from './entriesBelow.ts';

/** What a command needs to choose its entries. */
export interface EntryWish {
  /** The command's name in the palette. */
  readonly title: string;
  /** Completes "Nothing was …", for example "removed". */
  readonly done: string;
  /** The groups whose entries are offered if no row is passed or selected. */
  readonly offered: readonly EntryGroup[];
  readonly whyNot: WhyNot;
  /** Whether the command works on a single entry. */
  readonly isSingle?: boolean;
}

/** The entries that a command works on, just read from the database. */
export interface ChosenEntries {
  readonly eligible: readonly Entry[];
  readonly skips: Skips;
  /** Whether the rows were not chosen one by one, and so may be out of sight. */
  readonly isUnseen: boolean;
}

/** A row with entries: that of one entry, or of a group or page with many. */
type RowOfEntries = EntryNode | EntriesAbove;

/**
 * The entries that a command works on: those of the passed rows, else of the rows selected in the view, else those that
 * the user picks. Undefined if there are none and the user has been told why, or if the user gave up.
 */
export async function chosenEntries(
  app: App,
  view: CleanupView,
  args: readonly unknown[],
  wish: EntryWish,
): Promise<ChosenEntries | undefined> {
  const handedOver = rowsIn(args);
  // While VS Code redraws the view, it passes undefined instead of the clicked row. The selected rows are not meant
  // then.
  if (handedOver.length === 0 && args.length > 0 && args[0] === undefined) {
    const text = `Nothing was ${wish.done}: the row was drawn anew meanwhile. Try again.`;
    showResult('warning', text, app.log);
    return undefined;
  }
  const rows = handedOver.length > 0 ? handedOver : view.selectedRows;
  if (rows.length === 0) return pickedEntries(app, wish);
  const wanted = await entriesOf(app, view, wish.isSingle === true ? firstMeant(rows, args) : rows);
  const chosen = await chosenFrom(app, wish, wanted);
  return chosen && { ...chosen, isUnseen: rows.some(isAboveEntries) };
}

/** The rows that a command of the tree was called on: all selected ones, else the clicked one. */
function rowsIn([clicked, selected]: readonly unknown[]): readonly RowOfEntries[] {
  const given: readonly unknown[] = Array.isArray(selected) ? selected : [clicked];
  return given.filter((row) => isEntryNode(row) || isAboveEntries(row));
}

/** The clicked one of several selected rows, for a command that works on a single entry. */
function firstMeant(rows: readonly RowOfEntries[], [clicked]: readonly unknown[]): readonly RowOfEntries[] {
  return [rows.find((row) => row === clicked) ?? rows[0]].filter((row) => row !== undefined);
}

/** The entries of rows; a group or page has all entries below it. */
async function entriesOf(
  app: App,
  view: CleanupView,
  rows: readonly RowOfEntries[],
): Promise<readonly ShownEntry[]> {
  const entries: ShownEntry[] = [];
  for (const row of rows) {
    if (row.kind === 'entry') entries.push(row.entry);
    else for await (const part of entriesBelow(app, row, view.choice)) entries.push(...part);
  }
  return entries;
}

/** The part of a row's entry that is used; everything else is read again from the database. */
type ShownEntry = EntryRef;

async function pickedEntries(app: App, wish: EntryWish): Promise<ChosenEntries | undefined> {
  const offered = await offeredItems(app, wish);
  if (offered.items.length === 0) {
    tellNothing(app, wish, new Skips());
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
  const chosen = await chosenFrom(
    app,
    wish,
    picked.map(({ entry }) => entry),
  );
  return chosen && { ...chosen, isUnseen: true };
}

interface EntryItem extends vscode.QuickPickItem {
  readonly entry: Entry;
}

// No one scrolls through a longer list, and making it would take noticeable time.
const mostOffered = 1000;

async function offeredItems(
  app: App,
  { offered, whyNot }: EntryWish,
): Promise<{ readonly items: readonly EntryItem[]; readonly isCut: boolean }> {
  const { integrations } = await app.store.read();
  const titles = new Map(integrations.map((each) => [each.id, titleOf(each)]));
  const entries = newestEntries(app.records().database, offered, mostOffered + 1);
  const now = Date.now();
  const items = entries
    .slice(0, mostOffered)
    .filter((entry) => whyNot(entry) === undefined)
    .map((entry) => {
      const integration = titles.get(entry.integration) ?? notStoredHere;
      const { description } = entryText(entry, { now, integration, namesIntegration: true });
      return { label: entry.sessionId, description, entry };
    });
  return { items, isCut: entries.length > mostOffered };
}

/** Reads the current entries of rows, which may be stale. */
async function chosenFrom(
  app: App,
  wish: EntryWish,
  wanted: readonly ShownEntry[],
): Promise<Omit<ChosenEntries, 'isUnseen'> | undefined> {
  const skips = new Skips();
  const eligible: Entry[] = [];
  const seen = new Set<number>();
  await inParts(wanted, (part) => {
    const { list } = app.records();
    for (const shown of part) {
      if (seen.has(shown.id)) continue;
      seen.add(shown.id);
      const entry = list.meant(shown);
      const why = entry === undefined ? 'not on the list any more' : wish.whyNot(entry);
      if (entry !== undefined && why === undefined) eligible.push(entry);
      else if (why !== undefined) skips.add(why);
    }
  });
  if (eligible.length > 0) return { eligible, skips };
  tellNothing(app, wish, skips);
  return undefined;
}

function tellNothing(app: App, { done }: EntryWish, skips: Skips): void {
  const why = skips.count === 0 ? ': there is nothing on the list for that.' : `. ${skips.text()}`;
  showResult('info', `Nothing was ${done}${why}`, app.log);
}
