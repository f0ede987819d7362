import type { Entry } from '../../../cleanup/list/entry.ts';
import type { App } from '../../app/app.ts';
import { inParts } from '../../app/inParts.ts';
import { withProgress } from '../../app/progress.ts';
import { failureText, showResult, type MessageAction } from '../../app/messages.ts';
import type { ChosenEntries } from './chosenEntries.ts';

/** The result of a change of many entries. */
export interface Change {
  /** How many entries were changed. */
  readonly count: number;
  readonly isCancelled: boolean;
  /** What ended it early. */
  readonly error?: unknown;
}

// Fewer entries are done before anyone could read a progress message.
const manyEntries = 2000;

/**
 * Calls `work` with the entries, part by part; it returns how many it has changed. If there are many, the user can
 * cancel. Throws if the database fails before the first change; after that, the changes stay and are counted.
 */
export async function changeEntries(
  app: App,
  title: string,
  entries: readonly Entry[],
  work: (entries: readonly Entry[]) => number,
): Promise<Change> {
  const change = async (signal?: AbortSignal, onPart?: (begun: number) => void): Promise<Change> => {
    let count = 0;
    let begun = 0;
    const doPart = (part: readonly Entry[]): void => {
      onPart?.(begun);
      begun += part.length;
      count += work(part);
    };
    try {
      const done = await inParts(entries, doPart, signal);
      return { count, isCancelled: done < entries.length };
    } catch (error) {
      if (count === 0) throw error;
      app.log.failure(`${title}: not all entries could be changed`, error);
      return { count, isCancelled: false, error };
    } finally {
      app.changed();
    }
  };
  if (entries.length <= manyEntries) return change();
  return withProgress(title, (signal, progress) =>
    change(signal, (begun) => progress.report({ message: `${begun} of ${entries.length}` })),
  );
}

/** The message after a change. */
export interface ChangeText {
  /** What was done, in a sentence; empty if the view already shows it. */
  readonly text: string;
  /** Whether the message is shown even if nothing was skipped and the rows are visible. */
  readonly isAlwaysShown?: boolean;
  readonly actions?: readonly MessageAction[];
}

/** Shows the message after a change, unless the view already shows everything. */
export function tellChange(
  app: App,
  { eligible, skips, isUnseen }: ChosenEntries,
  { count, isCancelled, error }: Change,
  { text, isAlwaysShown = false, actions = [] }: ChangeText,
): void {
  const isWhole = !isCancelled && error === undefined;
  if (isWhole) skips.add('changed meanwhile', eligible.length - count);
  if (isWhole && skips.count === 0 && !isUnseen && !isAlwaysShown) return;
  const sentences = [
    text,
    skips.text(),
    ...(isCancelled ? ['Cancelled: the others were left as they are.'] : []),
    ...(error === undefined ? [] : [`The others were left as they are. ${failureText(error)}`]),
  ];
  const tone = error !== undefined ? 'error' : isWhole && skips.count === 0 ? 'info' : 'warning';
  showResult(tone, sentences.filter((sentence) => sentence !== '').join(' '), app.log, actions);
}

/** A warning about entries that are now queued but cannot be sent, because their integration is not stored here. */
export async function notStoredText(app: App, entries: readonly Entry[]): Promise<string> {
  const { integrations } = await app.store.read();
  const stored = new Set(integrations.map(({ id }) => id));
  const count = entries.filter(({ integration }) => !stored.has(integration)).length;
  if (count === 0) return '';
  return `${count} of them ${count === 1 ? 'waits' : 'wait'} until the integration is stored here again.`;
}
