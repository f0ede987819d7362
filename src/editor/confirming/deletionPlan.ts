import * as vscode from 'vscode';
import type { Entry } from '../../cleanup/list/entry.ts';
import type { ChosenSession } from '../input/chosenSession.ts';
import type { Candidates } from './candidates.ts';
import { sentNow, type DeletionPlan } from './confirmationText.ts';
import { meaningOf, seenOf, type Seen } from './seen.ts';
import type { App } from '../app/app.ts';
import { inParts } from '../app/inParts.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import type { PlanDocuments } from './planDocuments.ts';
import { timeText } from '../text/timeText.ts';
import { planHead, planLine, type PlannedSession } from './planText.ts';

/** What has to be found out before a plan can be made. */
export type PlanFacts = Pick<DeletionPlan, 'known' | 'lookedUp' | 'elsewhere' | 'origin'>;

/**
 * Everything that the confirmation says about these sessions. Sessions that are sent at once go before the queue, the
 * others after it.
 */
export function planFor(
  app: App,
  integration: Integration,
  { sessions, leftOut }: Candidates,
  facts: PlanFacts,
): DeletionPlan {
  const { groups, book, switches } = app.records();
  const key = integration.id;
  const queued = groups.counts({ integrations: [key] }).get('queue') ?? 0;
  const schedule = book.schedule(key);
  const isPaused = switches.isPaused();
  const plan = {
    integration,
    sessions,
    leftOut,
    ...facts,
    notFound: 0,
    queued,
    isPaused,
    quota: book.quota(key),
    now: Date.now(),
  };
  const leaving = sentNow({ ...plan, forecastMs: [] });
  const before = facts.origin === 'list' ? 0 : leaving;
  return {
    ...plan,
    forecastMs: sessions.map((_, index) => schedule.at(index < before ? index : index + queued)),
  };
}

/** The entries of those sessions that are on the list. */
export function knownOf(
  app: App,
  integration: Integration,
  sessions: readonly ChosenSession[],
): ReadonlyMap<string, Entry> {
  const { list } = app.records();
  const key = integration.id;
  const known = new Map<string, Entry>();
  for (const { sessionId } of sessions) {
    const entry = list.find(key, sessionId);
    if (entry !== undefined) known.set(sessionId, entry);
  }
  return known;
}

/** A note for each session that the list of another integration holds confirmed, sent or deleted, by session id. */
export async function elsewhereOf(
  app: App,
  integration: Integration,
  sessions: readonly ChosenSession[],
): Promise<ReadonlyMap<string, string>> {
  const { integrations } = await app.store.read();
  const others = new Map(
    integrations.filter(({ id }) => id !== integration.id).map((each) => [each.id, each]),
  );
  const notes = new Map<string, string>();
  if (others.size === 0) return notes;
  await inParts(sessions, (part) => {
    const ids = part.map(({ sessionId }) => sessionId);
    for (const { sessionId, state, ...entry } of app.records().list.elsewhere([...others.keys()], ids)) {
      const other = others.get(entry.integration);
      if (other === undefined) continue;
      const when = state === 'deleted' ? ` ${timeText(entry.changedAt, Date.now())}` : '';
      notes.set(sessionId, `on the list of ${titleOf(other)} as well: ${state}${when}`);
    }
  });
  return notes;
}

/** Shows a plan as a read-only document, with a line for each session. */
export async function showPlanDocument(app: App, plans: PlanDocuments, plan: DeletionPlan): Promise<void> {
  const { integration, sessions, known, forecastMs, quota, now, queued } = plan;
  const stop = app.records().switches.stopOf(integration.id);
  const standstill = plan.isPaused ? 'paused' : stop === undefined ? undefined : 'stopped';
  const lines = planHead({
    integration,
    quota,
    queued,
    standstill,
    now,
    total: sessions.length,
    lastInMs: standstill === undefined ? forecastMs.at(-1) : undefined,
  }).slice();
  await inParts(
    sessions.map((session, index) => ({ session, index })),
    (part) => {
      for (const { session, index } of part) {
        const inMs = standstill === undefined ? forecastMs[index] : undefined;
        const seen = seenOf(session.sessionId, plan);
        lines.push(planLine(planned(session, known.get(session.sessionId), seen, inMs), index + 1, now));
      }
    },
  );
  await plans.show(`Plan for ${titleOf(integration)}`, `${lines.join('\n')}\n`);
}

function planned(
  { sessionId, source }: ChosenSession,
  entry: Entry | undefined,
  seen: Seen | undefined,
  inMs: number | undefined,
): PlannedSession {
  const place = entry?.source ?? source;
  return {
    sessionId,
    inMs,
    source:
      place === undefined
        ? ''
        : `${vscode.workspace.asRelativePath(vscode.Uri.parse(place.uri))}:${place.line + 1}`,
    ...(seen !== undefined && { setsOff: meaningOf(seen).text }),
  };
}
