import { byPlace } from '../../../cleanup/list/positions.ts';
import type { Entry } from '../../../cleanup/list/entry.ts';
import type { CleanupView } from '../view/cleanupView.ts';
import type { App } from '../../app/app.ts';
import { whyNotMoved } from './eligibility.ts';
import { showResult } from '../../app/messages.ts';
import { changeEntries, notStoredText, tellChange } from './changeEntries.ts';
import { chosenEntries, type ChosenEntries } from './chosenEntries.ts';

/** "Move Up": moves entries one position up, each within its integration. */
export function moveUp(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  return moveByOne(app, view, args, 'up');
}

/** "Move Down": moves entries one position down, each within its integration. */
export function moveDown(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  return moveByOne(app, view, args, 'down');
}

/** "Send Next": moves entries before all others of their integrations and keeps their order. */
export async function sendNext(app: App, view: CleanupView, args: readonly unknown[]): Promise<void> {
  const chosen = await queued(app, view, args, 'Send Next');
  if (chosen === undefined) return;
  // From the last part to the first: each is put before the parts that were moved already.
  const backwards = groups(chosen).flatMap((group) => group.toReversed());
  const change = await changeEntries(app, 'Moving to the head of the queue', backwards, (entries) => {
    const { order } = app.records();
    let count = 0;
    for (const [integration, part] of byIntegration(entries.toReversed()))
      count += order.moveToHead(integration, part);
    return count;
  });
  app.wake();
  const text = [`${change.count} ${change.count === 1 ? 'goes' : 'go'} next.`];
  const notStored = await notStoredText(app, chosen.eligible);
  tellChange(app, chosen, change, {
    text: [...text, notStored].filter((sentence) => sentence !== '').join(' '),
    isAlwaysShown: notStored !== '',
  });
}

// All rows are moved in one transaction; a longer one would be noticeable.
const mostMovedByOne = 2000;

async function moveByOne(
  app: App,
  view: CleanupView,
  args: readonly unknown[],
  direction: 'up' | 'down',
): Promise<void> {
  const chosen = await queued(app, view, args, direction === 'up' ? 'Move Up' : 'Move Down');
  if (chosen === undefined) return;
  const { eligible, isUnseen, skips } = chosen;
  if (eligible.length > mostMovedByOne) {
    const text = `Nothing was moved: no more than ${mostMovedByOne} entries at a time can be moved by one place. “Send Next” takes any number.`;
    showResult('warning', text, app.log);
    return;
  }
  const { order } = app.records();
  let count = 0;
  try {
    for (const [integration, entries] of byIntegration(eligible))
      count += order.moveByOne(integration, entries, direction);
  } finally {
    app.changed();
  }
  // The rows show the change if they are in sight.
  if (skips.count === 0 && !isUnseen) return;
  const end = direction === 'up' ? 'first' : 'last';
  const done = count === 0 ? `Nothing was moved: it stands ${end} already.` : `${count} moved ${direction}.`;
  showResult(skips.count === 0 ? 'info' : 'warning', `${done} ${skips.text()}`.trim(), app.log);
}

function queued(
  app: App,
  view: CleanupView,
  args: readonly unknown[],
  title: string,
): Promise<ChosenEntries | undefined> {
  const wish = { title, done: 'moved', offered: ['queue'], whyNot: whyNotMoved } as const;
  return chosenEntries(app, view, args, wish);
}

/** The entries in queue order, one array for each integration. */
function groups({ eligible }: ChosenEntries): readonly (readonly Entry[])[] {
  const grouped = Map.groupBy(eligible, ({ integration }) => integration);
  return [...grouped.values()].map((group) => group.toSorted(byPlace));
}

function byIntegration(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  return Map.groupBy(entries, ({ integration }) => integration);
}
