import type { Locator } from 'playwright-core';

const patienceMs = 10_000;
const mostTries = 6;

/**
 * Repeats an action that can fail while the page is busy, until the locator is visible. Rejects with the last wait's
 * error.
 */
export async function untilSeen(locator: Locator, act: () => Promise<void>): Promise<void> {
  for (let tries = 1; !(await locator.isVisible()); tries += 1) {
    await act();
    const seen = locator.waitFor({ timeout: patienceMs });
    await (tries < mostTries ? seen.catch(() => undefined) : seen);
  }
}
