import type { App } from '../app/app.ts';
import { titleOf } from '../app/integration.ts';
import { timeText } from '../text/timeText.ts';

/**
 * The message once after a start: that the list resumes, for which integrations, and when the next and the last request
 * is sent. Forecasts are only for integrations with stored credentials; for others nothing is sent.
 */
export async function resumedText(app: App, waiting: number): Promise<string> {
  const { integrations } = await app.store.read();
  const { groups, book } = app.records();
  const now = Date.now();
  const parts = integrations.flatMap((integration) => {
    const key = integration.id;
    const count = groups.counts({ integrations: [key] }).get('queue') ?? 0;
    if (count === 0) return [];
    const schedule = book.schedule(key);
    const next = schedule.at(0) <= 0 ? 'now' : timeText(now + schedule.at(0), now);
    const last = count === 1 ? '' : `, the last one ${timeText(now + schedule.at(count - 1), now)}`;
    return [`${titleOf(integration)}: ${count}, the next one ${next}${last}`];
  });
  const sessions = waiting === 1 ? 'One confirmed session waits' : `${waiting} confirmed sessions wait`;
  const what = parts.length === 0 ? 'their integration is not stored here' : parts.join('; ');
  return `The cleanup goes on. ${sessions} on the list to be deleted (${what}).`;
}
