import { nextTurn } from '../../../sessions/scan/turns.ts';
import type { App } from '../../app/app.ts';
import { withProgress } from '../../app/progress.ts';
import type { Undone } from './undoText.ts';

// The size of one transaction.
const undoneAtOnce = 500;
// Fewer entries are done before anyone could read a progress message.
const manyEntries = 2000;

/**
 * Puts back the entries of the last removal, part by part. If there are many, the user can cancel and put back the rest
 * later. Throws if the database fails before the first one is back.
 */
export async function putBack(app: App, removed: number): Promise<Undone> {
  if (removed <= manyEntries) return putBackNow(app, removed);
  return withProgress('Putting back on the list', (signal, progress) =>
    putBackNow(app, removed, signal, (left) =>
      progress.report({ message: `${removed - left} of ${removed}` }),
    ),
  );
}

async function putBackNow(
  app: App,
  removed: number,
  signal?: AbortSignal,
  onPart?: (left: number) => void,
): Promise<Undone> {
  let undone: Undone = { restored: 0, unconfirmed: 0, left: removed };
  try {
    while (undone.left > 0 && signal?.aborted !== true) {
      const part = app.records().list.undoRemoval(undoneAtOnce);
      undone = {
        restored: undone.restored + part.restored,
        unconfirmed: undone.unconfirmed + part.unconfirmed,
        left: part.left,
      };
      onPart?.(undone.left);
      await nextTurn();
    }
    return undone;
  } catch (error) {
    if (undone.restored === 0) throw error;
    app.log.failure('not all entries could be put back on the list', error);
    return { ...undone, error };
  } finally {
    app.changed();
    // The runner looks up unknown entries again.
    app.wake();
  }
}
