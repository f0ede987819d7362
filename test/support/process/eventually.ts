import { setTimeout as pause } from 'node:timers/promises';

const deadlineMs = 10_000;
const pauseMs = 5;

/** Looks again until `look` gives something, for what no event tells of. Rejects with what was missing. */
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
