import { nextTurn } from '../../sessions/scan/turns.ts';
const longestPartMs = 12;
const [smallest, largest] = [10, 2000];

/**
 * Calls `work` with all items, part by part, with a turn of the event loop between parts, so that a long list blocks
 * neither the editor nor another window that wants to write. The size of each part follows from the time that the
 * previous one took. Ends early if `signal` is aborted. Returns how many items were passed to `work`.
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
