import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { Entry } from '../cleanup/list/cleanupList.ts';
import { findingOf } from '../cleanup/runner/runner.ts';
import { lookUpSession } from '../veriff/client.ts';
import type { LookUpOutcome } from '../veriff/outcome.ts';
import { parseSessionId, type SessionId } from '../veriff/sessionId.ts';
import type { Desk } from './desk.ts';
import { integrationKey, type Integration } from './integration.ts';

/**
 * Looks one session up, which spends no deletion quota, logs it under its purpose, and remembers the server's
 * time. What the network does is in the outcome; a failing database throws `DatabaseUnusable`.
 */
async function lookUp(
  desk: Desk,
  integration: Integration,
  sessionId: SessionId,
  purpose: string,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  const asked = desk.clock();
  const outcome = await lookUpSession(integration, sessionId, desk.client, signal);
  const durationMs = desk.clock().monotonicMs - asked.monotonicMs;
  const key = integrationKey(integration);
  desk.log.lookUp(purpose, { integration, sessionId, outcome, durationMs, quota: desk.shownQuota(key) });
  desk.records().book.noteLookUp(key, outcome, asked.uptimeMs);
  return outcome;
}

/** Looks up an id that cannot exist: it tells whether the credentials are accepted, and what time the server has. */
export async function lookUpNobody(
  desk: Desk,
  integration: Integration,
  purpose: string,
  signal: AbortSignal,
): Promise<LookUpOutcome> {
  return lookUp(desk, integration, randomSessionId(), purpose, signal);
}

/** An id that no session has. */
export function randomSessionId(): SessionId {
  const nobody = parseSessionId(randomUUID());
  if (nobody === undefined) throw new Error('randomUUID gave no UUID.');
  return nobody;
}

/** Looks up an entry, and writes what it finds to the list. */
export async function lookUpEntry(
  desk: Desk,
  integration: Integration,
  { id, sessionId }: Entry,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  // As it is now: what the caller holds may be older than the request that brought no answer.
  const asked = desk.records().list.byId(id);
  const outcome = await lookUp(desk, integration, sessionId, 'look-up', signal);
  const { list } = desk.records();
  const isAnswered = outcome.kind === 'found' || outcome.kind === 'gone';
  if (isAnswered) list.noteLookUp(id, findingOf(outcome), Date.now(), asked);
  else if (outcome.kind !== 'notSent') list.noteVainLookUp(id, desk.clock().uptimeMs);
  desk.changed();
  return outcome;
}

/** Shows a progress with cancel around something that asks Veriff; the signal is aborted by the cancel button. */
export function asking<T>(
  title: string,
  ask: (
    signal: AbortSignal,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
  ) => Promise<T>,
): Thenable<T> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, cancellable: true, title },
    async (progress, token) => {
      const controller = new AbortController();
      const subscription = token.onCancellationRequested(() => controller.abort());
      // A token that is cancelled already says so one turn later, when the first request would have left.
      if (token.isCancellationRequested) controller.abort();
      try {
        return await ask(controller.signal, progress);
      } finally {
        subscription.dispose();
      }
    },
  );
}
