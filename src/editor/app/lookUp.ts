import type { EntryRef } from '../../cleanup/list/entry.ts';
import { lookUpSession } from '../../veriff/client.ts';
import type { LookUpOutcome } from '../../veriff/outcome.ts';
import { randomSessionId, type SessionId } from '../../veriff/sessionId.ts';
import type { App } from './app.ts';
import type { Integration } from './integration.ts';

/**
 * Looks up one session, which uses no deletion quota, and logs it under its purpose. Network failures are part of the
 * outcome; throws `DatabaseUnusable`.
 */
async function lookUp(
  app: App,
  integration: Integration,
  sessionId: SessionId,
  purpose: string,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  // The credentials may have been erased since they were read, and must not be used then.
  if (!app.records().integrations.isCurrent(integration)) return { kind: 'notSent', reason: 'cancelled' };
  const askedMs = app.clock().monotonicMs;
  const outcome = await lookUpSession(integration, sessionId, app.client, signal);
  const durationMs = app.clock().monotonicMs - askedMs;
  const quota = app.shownQuota(integration.id);
  app.log.lookUp(purpose, { integration, sessionId, outcome, durationMs, quota });
  return outcome;
}

/** Looks up an id that does not exist, to learn whether the credentials are accepted and what time the server has. */
export async function lookUpRandomId(
  app: App,
  integration: Integration,
  purpose: string,
  signal: AbortSignal,
): Promise<LookUpOutcome> {
  const outcome = await lookUp(app, integration, randomSessionId(), purpose, signal);
  app.records().book.noteLookUp(integration, outcome);
  return outcome;
}

/** Looks up an entry, and records the result if the entry has not changed since the request was sent. */
export async function lookUpEntry(
  app: App,
  integration: Integration,
  ref: EntryRef,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  // Read again: the caller's entry may be older than the request that got no answer.
  const asked = app.records().list.meant(ref);
  if (asked?.integration !== integration.id) return { kind: 'notSent', reason: 'cancelled' };
  const outcome = await lookUp(app, integration, asked.sessionId, 'look-up', signal);
  app.records().book.recordLookUp(integration, asked, outcome);
  app.changed();
  return outcome;
}
