const cleanups = new Set<() => void>();
let watching = false;

/**
 * Has `cleanup` run when this process ends, by itself, by an error or by Ctrl-C, SIGTERM or SIGHUP: the last
 * one handed in first. It has to be synchronous. Gives back a function that takes it off again.
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
    // 128 and the signal's number is what a shell reports for a process that the signal ended.
    process.once(signal, () => process.exit(128 + number));
  }
}
