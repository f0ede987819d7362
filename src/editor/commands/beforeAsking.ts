import type { ChosenSession } from '../chosenSession.ts';
import type { Desk } from '../desk.ts';
import { integrationKey, titleOf, type Integration } from '../integration.ts';
import { asking, lookUpNobody, lookUpEntry } from '../lookUp.ts';
import { showResult } from '../messages.ts';
import { lookUpText } from '../outcomeText.ts';

/**
 * Looks up those of the sessions whose last request brought no believable answer: sending it again would cost a
 * tenth of a day's quota, a look-up is free. Returns the sessions that are left to be deleted; undefined where
 * nothing is to be done, and the user has been told why.
 */
export async function withoutUnknown(
  desk: Desk,
  integration: Integration,
  sessions: readonly ChosenSession[],
): Promise<readonly ChosenSession[] | undefined> {
  const { list } = desk.records();
  const key = integrationKey(integration);
  const unknown = sessions
    .map(({ sessionId }) => list.find(key, sessionId))
    .filter((entry) => entry?.state === 'unknown');
  const left = new Set(sessions);
  const told: string[] = [];
  for (const entry of unknown) {
    if (entry === undefined) continue;
    const outcome = await asking(`Looking up ${entry.sessionId} · ${titleOf(integration)}`, (signal) =>
      lookUpEntry(desk, integration, entry, signal),
    );
    if (outcome.kind === 'found') continue;
    told.push(`${entry.sessionId}: ${lookUpText(outcome)}`);
    for (const session of sessions) if (session.sessionId === entry.sessionId) left.delete(session);
  }
  if (left.size > 0 || told.length === 0) return [...left];
  showResult(
    'info',
    told.length === 1 ? (told[0] ?? '') : `${told.length} sessions: ${told[0] ?? ''}`,
    desk.log,
  );
  return undefined;
}

/**
 * Where no slot is free, asks Veriff's clock once: after a restart of the machine, only the server's time tells
 * how long the slots have been taken, since the wall clock may have been set meanwhile.
 */
export async function withServerTime(desk: Desk, integration: Integration): Promise<void> {
  const { book } = desk.records();
  const { freeInMs, parkedForMs } = book.quota(integrationKey(integration));
  if (freeInMs === 0 || parkedForMs > 0) return;
  await asking(`No slot seems free: asking ${titleOf(integration)} for the time`, (signal) =>
    lookUpNobody(desk, integration, 'server time asked with a random id', signal),
  );
  desk.changed();
}
