import { entriesOn } from '../app/entriesOn.ts';
import * as vscode from 'vscode';
import type { Entry } from '../../cleanup/list/entry.ts';
import { commands } from '../../contributions.ts';
import type { ChosenSession } from '../input/chosenSession.ts';
import { candidatesOf, type Candidates } from '../confirming/candidates.ts';
import { askToDelete } from '../confirming/confirmation.ts';
import { sentNow, startedText, type DeletionPlan } from '../confirming/confirmationText.ts';
import { elsewhereOf, planFor, showPlanDocument, type PlanFacts } from '../confirming/deletionPlan.ts';
import { lookFirst, type LookUps } from '../confirming/lookFirst.ts';
import { tellNothingToDelete } from '../confirming/nothingToDelete.ts';
import type { App } from '../app/app.ts';
import { inParts } from '../app/inParts.ts';
import { isStoredSecret, titleOf, type Integration } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';
import { tellChangedMeanwhile, withServerTime } from '../confirming/beforeConfirming.ts';
import type { PlanDocuments } from '../confirming/planDocuments.ts';
import { elsewhereActions, offerElsewhere } from './offerElsewhere.ts';
import { offerIntegration } from '../app/offerIntegration.ts';

/**
 * "Delete Listed Sessions…": asks once for all checked entries; what Veriff would refuse is left out unless the user
 * includes it. After that, the runner sends them.
 */
export async function deleteListed(app: App, plans: PlanDocuments): Promise<void> {
  const integration = await integrationToClean(app);
  if (integration === undefined) return;
  if ((await withServerTime(app, integration)) === 'cancelled') return;
  const before = await checkedEntries(app, integration);
  if (before.length === 0) {
    tellNothingListed(app, integration);
    return;
  }
  const lookedUp = await lookFirst(app, integration, before.map(chosenFrom));
  if (lookedUp === undefined) return;
  // What a look-up did not find is not listed any more.
  const entries = lookedUp.size === 0 ? before : await checkedEntries(app, integration);
  const { sessions, facts } = await questionOf(app, integration, entries, lookedUp);
  const candidates = candidatesOf(sessions, facts);
  const asking = { app, plans, entries, planOf: plannerOf(app, integration, facts) };
  if (candidates.sessions.length > 0) return ask(asking, candidates);
  const askAnyway = { title: 'Ask Anyway…', run: () => ask(asking, { sessions, leftOut: [] }) };
  tellNothingToDelete(app, asking.planOf(candidates), [
    ...(entries.length === 0 ? [] : [askAnyway]),
    ...(await elsewhereActions(app, integration, lookedUp)),
  ]);
}

/** What a question about listed entries needs. */
interface Asking {
  readonly app: App;
  readonly plans: PlanDocuments;
  readonly entries: readonly Entry[];
  readonly planOf: (asked: Candidates) => DeletionPlan;
}

function plannerOf(app: App, integration: Integration, facts: PlanFacts): Asking['planOf'] {
  const notFound = [...facts.lookedUp.values()].filter(({ outcome }) => outcome.kind === 'notFound').length;
  return (asked) => ({ ...planFor(app, integration, asked, facts), notFound });
}

async function ask({ app, plans, entries, planOf }: Asking, candidates: Candidates): Promise<void> {
  const { answer, plan } = await askToDelete(candidates, planOf);
  if (plan.notFound > 0) await offerElsewhere(app, plan.integration, plan.lookedUp);
  if (answer === 'plan') {
    await showPlanDocument(app, plans, plan);
    offerToAskAgain(app);
  }
  if (answer !== 'agreed') return;
  const named = new Set(plan.sessions.map(({ sessionId }) => sessionId));
  await confirmed(
    app,
    plan,
    entries.filter(({ sessionId }) => named.has(sessionId)),
  );
}

/** "Show Plan": the sessions that would be confirmed or, if nothing is listed, the confirmed ones that wait. */
export async function showPlan(app: App, plans: PlanDocuments): Promise<void> {
  const integration = await integrationToClean(app);
  if (integration === undefined) return;
  const listed = await checkedEntries(app, integration);
  if (listed.length > 0) {
    const { sessions, facts } = await questionOf(app, integration, listed, new Map());
    const plan = planFor(app, integration, candidatesOf(sessions, facts), facts);
    return showPlanDocument(app, plans, plan);
  }
  const queued = await allOn(app, integration, 'queue');
  const { sessions, facts } = await questionOf(app, integration, queued, new Map());
  const { book } = app.records();
  const schedule = book.schedule(integration.id);
  await showPlanDocument(app, plans, {
    ...planFor(app, integration, { sessions, leftOut: [] }, facts),
    queued: 0,
    forecastMs: queued.map((_, index) => schedule.at(index)),
  });
}

/**
 * What a question about entries of the list is made of, with turns of the event loop in between: for 100,000 entries, each
 * step takes a while.
 */
async function questionOf(
  app: App,
  integration: Integration,
  entries: readonly Entry[],
  lookedUp: LookUps,
): Promise<{ readonly sessions: readonly ChosenSession[]; readonly facts: PlanFacts }> {
  const sessions: ChosenSession[] = [];
  const known = new Map<string, Entry>();
  await inParts(entries, (part) => {
    for (const entry of part) {
      sessions.push(chosenFrom(entry));
      known.set(entry.sessionId, entry);
    }
  });
  const elsewhere = await elsewhereOf(app, integration, sessions);
  return { sessions, facts: { known, lookedUp, elsewhere, origin: 'list' } };
}

async function confirmed(app: App, plan: DeletionPlan, entries: readonly Entry[]): Promise<void> {
  const { integration } = plan;
  const { integrations } = await app.store.read();
  // The mark outside the storage folder must be up to date before anything is confirmed, see `KeptMark`.
  app.tellMark(await app.store.mark.bringUpToDate());
  const { list } = app.records();
  const agreement = list.beginAgreement(integration, entries.length, Date.now());
  if (agreement === undefined) {
    tellChangedMeanwhile(app, 'confirmed');
    return;
  }
  let count = 0;
  await inParts(entries, (part) => {
    const sessions = part.filter(({ sessionId }) => !isStoredSecret(sessionId, integrations));
    count += list.agreeToListed(agreement, sessions, Date.now());
  });
  app.changed();
  app.wake();
  app.log.event(`confirmed for deletion: ${count} listed sessions · ${titleOf(integration)}`);
  if (count === 0) {
    showResult('info', 'Nothing was confirmed: the listed sessions were changed meanwhile.', app.log);
    return;
  }
  const pause = { title: 'Pause', run: () => vscode.commands.executeCommand(commands.pauseCleanup) };
  showResult('info', startedText(plan, count, sentNow(plan)), app.log, [pause]);
}

/** The current integration or, if only others have listed entries, the one of them that the user picks. */
async function integrationToClean(app: App): Promise<Integration | undefined> {
  const { integrations, currentId } = await app.store.read();
  const current = integrations.find(({ id }) => id === currentId);
  if (current === undefined) {
    offerIntegration(app);
    return undefined;
  }
  const withListed = app.records().groups.integrationsOn(['listed']);
  const others = integrations.filter((each) => withListed.includes(each.id));
  if (others.length === 0 || others.includes(current)) return current;
  const picked = await vscode.window.showQuickPick(
    others.map((integration) => ({ label: titleOf(integration), integration })),
    { title: `Nothing is listed for ${titleOf(current)}. For which integration?` },
  );
  return picked?.integration;
}

async function checkedEntries(app: App, integration: Integration): Promise<readonly Entry[]> {
  return (await allOn(app, integration, 'listed')).filter(({ isChecked }) => isChecked);
}

async function allOn(
  app: App,
  integration: Integration,
  group: 'listed' | 'queue',
): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const part of entriesOn(app, group, { integrations: [integration.id] })) entries.push(...part);
  return entries;
}

function tellNothingListed(app: App, integration: Integration): void {
  const { groups } = app.records();
  const unchecked = groups.uncheckedCount(integration.id);
  showResult(
    'info',
    unchecked > 0
      ? `Nothing was deleted: none of the ${unchecked} listed sessions of ${titleOf(integration)} is checked. Check those that are to be deleted.`
      : `Nothing was deleted: no session of ${titleOf(integration)} is listed and waits for your confirmation.`,
    app.log,
    unchecked > 0
      ? []
      : [
          {
            title: 'Add from Clipboard',
            run: () => vscode.commands.executeCommand(commands.addFromClipboard),
          },
        ],
  );
}

function offerToAskAgain(app: App): void {
  showResult('info', 'Nothing was confirmed. Read the plan, then ask again.', app.log, [
    {
      title: 'Delete Listed Sessions…',
      run: () => vscode.commands.executeCommand(commands.startCleanup),
    },
  ]);
}

function chosenFrom({ sessionId, source }: Entry): ChosenSession {
  return { sessionId, role: 'unknown', reason: '', ...(source !== undefined && { source }) };
}
