import { setTimeout as pause } from 'node:timers/promises';

const deadlineMs = 10_000;
const pauseMs = 5;

/**
 * Calls `look` repeatedly until it returns something, for changes without an event. Rejects with `what`, after 10 s.
 */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> {
  const giveUpAt = performance.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > giveUpAt) throw new Error(`Within ${deadlineMs / 1000} s: ${what}`);
    await pause(pauseMs);
  }
}
