import { nextTurn } from '../../sessions/scan/turns.ts';
const longestPartMs = 12;
const [smallest, largest] = [10, 2000];

/**
 * Does `work` with all of the items, part by part, with a turn of the event loop between two parts, so that nobody
 * waits for a long list: neither the editor nor another window that wants to write. A part grows and shrinks with the
 * time that the one before it took. Ends early once `signal` is aborted. Returns how many items were worked on.
 */
export async function inParts<T>(
  items: readonly T[],
  work: (part: readonly T[]) => void,
  signal?: AbortSignal,
): Promise<number> {
  let from = 0;
  let size = 100;
  while (from < items.length && signal?.aborted !== true) {
    const startedMs = performance.now();
    work(items.slice(from, from + size));
    from = Math.min(items.length, from + size);
    const tookMs = performance.now() - startedMs;
    if (tookMs > longestPartMs) size = Math.max(smallest, Math.floor(size / 2));
    else if (tookMs < longestPartMs / 2) size = Math.min(largest, size * 2);
    await nextTurn();
  }
  return from;
}
