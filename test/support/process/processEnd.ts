const cleanups = new Set<() => void>();
let watching = false;

/**
 * Runs `cleanup` when this process ends, by itself, by an error or by Ctrl-C, SIGTERM or SIGHUP; the last one added
 * runs first. It has to be synchronous. Returns a function that removes it again.
 */
export function atProcessEnd(cleanup: () => void): () => void {
  watch();
  cleanups.add(cleanup);
  return () => cleanups.delete(cleanup);
}

const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;

function watch(): void {
  if (watching) return;
  watching = true;
  process.once('exit', () => {
    for (const cleanup of [...cleanups].reverse()) cleanup();
  });
  for (const [signal, number] of Object.entries(signalNumbers)) {
    // A shell reports 128 plus the signal's number for a process that a signal ended.
    process.once(signal, () => process.exit(128 + number));
  }
}
