import { countText } from '../../text/countText.ts';
import * as vscode from 'vscode';
import type { Review } from './review.ts';
import type { ReviewRow } from './reviewRows.ts';
import { endText, labelText, roleTitles, rowText } from './reviewText.ts';

/** How the user closed the pick list: accepted the choice, opened the view (which shows more), or gave up. */
export type PickAnswer = 'accepted' | 'inView' | 'gaveUp';

interface PickItem extends vscode.QuickPickItem {
  readonly row?: ReviewRow;
}

const openButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('go-to-file'),
  tooltip: 'Open Source',
};
const viewButton: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('list-tree'),
  tooltip: 'Review in the Side Bar',
};

/**
 * Lets the user choose from a few ids, each shown once: sessions first, below their source, then the other ids. Ids
 * that are on the list already and stored keys are shown and cannot be picked. `open` shows the source of a row while
 * the list stays open.
 */
export async function pickReviewed(
  review: Review,
  title: string,
  open: (row: ReviewRow) => unknown,
): Promise<PickAnswer> {
  const pick = vscode.window.createQuickPick<PickItem>();
  const items = pickItems(review);
  pick.title = `Review ${countText(review.size, 'id')} for the list of ${title}`;
  pick.placeholder = placeholderText(review);
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  // Looking at a source takes the focus away, and must not close the pick list.
  pick.ignoreFocusOut = true;
  pick.buttons = [viewButton];
  pick.items = items;
  pick.selectedItems = items.filter(({ row }) => row?.of?.isChosen === true);
  pick.onDidTriggerItemButton(({ item }) => item.row && open(item.row));
  pick.onDidChangeSelection((selected) => {
    const possible = selected.filter(({ row }) => row?.of?.mark === undefined && row?.of !== undefined);
    if (possible.length < selected.length) pick.selectedItems = possible;
  });
  const answer = await answerOf(pick);
  if (answer !== 'gaveUp') {
    const rows = pick.selectedItems.flatMap(({ row }) => row ?? []);
    await review.chooseNone();
    await review.choose(rows, true);
  }
  pick.dispose();
  return answer;
}

function answerOf(pick: vscode.QuickPick<PickItem>): Promise<PickAnswer> {
  return new Promise((resolve) => {
    pick.onDidAccept(() => resolve('accepted'));
    pick.onDidTriggerButton(() => resolve('inView'));
    pick.onDidHide(() => resolve('gaveUp'));
    pick.show();
  });
}

function pickItems({ groups }: Review): readonly PickItem[] {
  const seen = new Set<unknown>();
  // An id with several sources is shown below the first one in which it is a session, else below the first one.
  const once = ({ of }: ReviewRow): boolean => {
    if (of === undefined) return true;
    const isNew = !seen.has(of);
    seen.add(of);
    return isNew;
  };
  const sessions = groups.map(({ name, sessions: { rows } }) => ({ name, rows: rows.filter(once) }));
  const others = groups.map(({ name, others: { rows } }) => ({ name, rows: rows.filter(once) }));
  return [
    ...sessions.flatMap(({ name, rows }) => under(labelText(name), rows)),
    ...others.flatMap(({ name, rows }) => under(`${labelText(name)} · other ids, not picked`, rows)),
  ];
}

function under(separator: string, rows: readonly ReviewRow[]): readonly PickItem[] {
  if (rows.length === 0) return [];
  return [{ label: separator, kind: vscode.QuickPickItemKind.Separator }, ...rows.map(pickItem)];
}

function pickItem(row: ReviewRow): PickItem {
  return {
    label: row.of?.id ?? '$(key) A stored key',
    description: rowText(row),
    ...(row.section.group.uri !== undefined && { buttons: [openButton] }),
    row,
  };
}

function placeholderText(review: Review): string {
  // VS Code cuts a text that is too long for the box, so the instruction comes first.
  const what =
    review.chosenCount === 0
      ? 'None of these is known to be a session. Which ones are?'
      : 'Enter adds what is picked to the list';
  const keys = review.countOf('credential');
  const left = keys === 0 ? [] : [`${roleTitles.credential}: ${keys}.`];
  const more = [...left, ...endText(review)];
  return more.length === 0 ? what : `${what.replace(/(?<=\w)$/, '.')} ${more.join(' ')}`;
}
