import type { ChosenSession } from '../input/chosenSession.ts';
import type { App } from '../app/app.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';
import { lookUpRandomId, lookUpEntry } from '../app/lookUp.ts';
import { withProgress } from '../app/progress.ts';
import { showResult } from '../app/messages.ts';
import { lookUpText } from '../text/outcomeText.ts';

/**
 * Looks up the sessions whose last request got no believable answer: sending it again would cost a tenth of a day's
 * quota, a look-up is free. Returns the sessions that are left to be deleted; undefined if there are none and the user
 * has been told why, or if the user cancelled.
 */
export async function withoutUnknown(
  app: App,
  integration: Integration,
  sessions: readonly ChosenSession[],
): Promise<readonly ChosenSession[] | undefined> {
  const { list } = app.records();
  const key = integration.id;
  const unknown = sessions
    .map(({ sessionId }) => list.find(key, sessionId))
    .filter((entry) => entry?.state === 'unknown');
  const left = new Set(sessions);
  const told: string[] = [];
  for (const entry of unknown) {
    if (entry === undefined) continue;
    const outcome = await withProgress(`Looking up ${entry.sessionId} · ${titleOf(integration)}`, (signal) =>
      lookUpEntry(app, integration, entry, signal),
    );
    // Cancel ends the command: it is not an answer about the session.
    if (outcome.kind === 'notSent' && outcome.reason === 'cancelled') return undefined;
    if (outcome.kind === 'found') continue;
    told.push(`${entry.sessionId}: ${lookUpText(outcome)}`);
    for (const session of sessions) if (session.sessionId === entry.sessionId) left.delete(session);
  }
  if (left.size > 0 || told.length === 0) return [...left];
  showResult(
    'info',
    told.length === 1 ? (told[0] ?? '') : `${told.length} sessions: ${told[0] ?? ''}`,
    app.log,
  );
  return undefined;
}

/** Tells the user that the integration is not the one that the dialog named any more, so nothing was confirmed. */
export function tellChangedMeanwhile(app: App, done: 'deleted' | 'confirmed'): void {
  showResult(
    'warning',
    `Nothing was ${done}: the integration was changed or removed while the question was open. Ask again.`,
    app.log,
  );
}

/**
 * Leaves out sessions on hold and tells the user about them; undefined if none is left. Only Release ends a hold, not a
 * deletion command.
 */
export function withoutHeld(
  app: App,
  integration: Integration,
  sessions: readonly ChosenSession[],
): readonly ChosenSession[] | undefined {
  const { list } = app.records();
  const isHeld = ({ sessionId }: ChosenSession): boolean =>
    list.find(integration.id, sessionId)?.heldAt !== undefined;
  const free = sessions.filter((session) => !isHeld(session));
  const held = sessions.length - free.length;
  if (held === 0) return sessions;
  const what = held === 1 ? 'One session is on hold' : `${held} sessions are on hold`;
  const left = free.length === 0 ? 'Nothing was deleted' : 'The others go on';
  showResult('warning', `${left}: ${what.toLowerCase()}. Release first what is to be deleted.`, app.log);
  return free.length === 0 ? undefined : free;
}

/**
 * If no slot is free, asks Veriff for its time: after a restart of the machine, only the server's time together with
 * the wall clock tells how long the slots have been used.
 */
export async function withServerTime(app: App, integration: Integration): Promise<'go on' | 'cancelled'> {
  const { book } = app.records();
  const { freeInMs, parkedForMs } = book.quota(integration.id);
  if (freeInMs === 0 || parkedForMs > 0) return 'go on';
  for (let times = 0; times < datesNeeded && book.wantsServerTime(hostOf(integration)); times += 1) {
    const outcome = await withProgress(
      `No slot seems free: asking ${titleOf(integration)} for the time`,
      (signal) => lookUpRandomId(app, integration, 'server time asked with a random id', signal),
    );
    if (outcome.kind === 'notSent' && outcome.reason === 'cancelled') return 'cancelled';
    if (outcome.kind !== 'found' && outcome.kind !== 'notFound') break;
  }
  app.changed();
  return 'go on';
}

// A single answer may have a wrong date.
const datesNeeded = 3;
