/**
 * Does `work` with all of the items, part by part, with a turn of the event loop between two parts, so that nobody
 * waits for a long list: neither the editor nor another window that wants to write. Ends early once `signal` is aborted.
 */
export async function inParts<T>(
  items: readonly T[],
  work: (part: readonly T[]) => void,
  { size = 500, signal }: { readonly size?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  for (let from = 0; from < items.length && signal?.aborted !== true; from += size) {
    work(items.slice(from, from + size));
    await new Promise(setImmediate);
  }
}
