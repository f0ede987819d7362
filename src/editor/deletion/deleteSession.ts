import * as vscode from 'vscode';
import type { ChosenSession } from '../input/chosenSession.ts';
import type { NewEntry } from '../../cleanup/list/cleanupList.ts';
import { candidatesOf, type Candidates } from '../confirming/candidates.ts';
import { askToDelete } from '../confirming/confirmation.ts';
import { sentNow, type DeletionPlan } from '../confirming/confirmationText.ts';
import {
  elsewhereOf,
  knownOf,
  planFor,
  showPlanDocument,
  type PlanFacts,
} from '../confirming/deletionPlan.ts';
import { lookFirst, type LookUps } from '../confirming/lookFirst.ts';
import { tellNothingToDelete } from '../confirming/nothingToDelete.ts';
import { elsewhereActions, offerElsewhere } from './offerElsewhere.ts';
import type { App } from '../app/app.ts';
import { isStoredSecret, type Integration } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';
import { chooseSessions, sessionsFromText, type Entrance, type IsSecret } from '../input/sessionInput.ts';
import { selectedTexts } from '../input/sessionsInEditor.ts';
import {
  tellChangedMeanwhile,
  withoutHeld,
  withoutUnknown,
  withServerTime,
} from '../confirming/beforeConfirming.ts';
import { entriesIn, sourceOf, textOf } from '../input/commandArguments.ts';
import { offerIntegration } from '../app/offerIntegration.ts';
import type { PlanDocuments } from '../confirming/planDocuments.ts';
import type { CleanupRun } from '../run/cleanupRun.ts';
import { sendConfirmed } from './sendConfirmed.ts';

/** What the deletion commands need. */
export interface Deleting {
  readonly app: App;
  readonly run: CleanupRun;
  readonly plans: PlanDocuments;
}

/**
 * "Delete Veriff Session…": finds the ids that the user means, asks once, and sends as many as have a slot now; the
 * rest waits on the list. Nothing is deleted without the user's answer in the dialog.
 */
export async function deleteSession(
  deleting: Deleting,
  entrance: Entrance,
  args: readonly unknown[],
): Promise<void> {
  const { app } = deleting;
  const { integrations, currentId } = await app.store.read();
  if (currentId === undefined) {
    offerIntegration(app);
    return;
  }
  if (holdsStoredSecret(args, integrations)) {
    refuseSecret(app);
    return;
  }
  // While VS Code redraws the view, it passes undefined instead of the clicked row. The id under the cursor is not
  // meant then.
  if (args.length > 0 && args[0] === undefined) {
    showResult('warning', 'Nothing was deleted: the row was drawn anew meanwhile. Try again.', app.log);
    return;
  }
  const integration = integrationMeant(app, args, integrations, currentId);
  if (integration === undefined) return;
  const sessions = await sessionsOf(entrance, args, (text) => isStoredSecret(text, integrations));
  if (sessions === undefined) return;
  if (sessions.length === 0) {
    showResult('error', 'Nothing was deleted: what was handed over holds no session id.', app.log);
    return;
  }
  // A stored key, whether typed, copied or under the cursor, must neither be sent nor shown.
  if (sessions.some(({ sessionId }) => isStoredSecret(sessionId, integrations))) {
    refuseSecret(app);
    return;
  }
  tellLeftOut(app, args);
  await deleteChosen(deleting, integration, sessions);
}

/** The dialog names one integration. Tells the user that selected rows of other integrations are left out. */
function tellLeftOut(app: App, args: readonly unknown[]): void {
  const rows = entriesIn(args);
  const others = rows.filter(({ entry }) => entry.integration !== rows[0]?.entry.integration).length;
  if (others === 0) return;
  const text =
    others === 1
      ? 'One of the selected sessions belongs to another integration and is left out.'
      : `${others} of the selected sessions belong to another integration and are left out.`;
  showResult('info', `${text} Delete those by themselves.`, app.log);
}

/**
 * Asks for these sessions of this integration and, if the user agrees, deletes them. What Veriff would refuse or does not
 * know is left out of the question; if that is all, there is a message instead, from which the user can ask all the same.
 */
export async function deleteChosen(
  deleting: Deleting,
  integration: Integration,
  chosen: readonly ChosenSession[],
): Promise<void> {
  const { app } = deleting;
  const free = withoutHeld(app, integration, chosen);
  const left = free && (await withoutUnknown(app, integration, free));
  const lookedUp = left && (await lookFirst(app, integration, left));
  if (left === undefined || lookedUp === undefined) return;
  if ((await withServerTime(app, integration)) === 'cancelled') return;
  const known = knownOf(app, integration, left);
  const elsewhere = await elsewhereOf(app, integration, left);
  const facts = { known, lookedUp, elsewhere, origin: 'given' } as const;
  const candidates = candidatesOf(left, facts);
  if (candidates.sessions.length > 0) return ask(deleting, integration, candidates, facts);
  const all = { sessions: left, leftOut: [] };
  tellNothingToDelete(app, planFor(app, integration, candidates, facts), [
    { title: 'Ask Anyway…', run: () => ask(deleting, integration, all, facts) },
    ...(await elsewhereActions(app, integration, lookedUp)),
  ]);
}

async function ask(
  deleting: Deleting,
  integration: Integration,
  candidates: Candidates,
  facts: PlanFacts,
): Promise<void> {
  const { app, plans } = deleting;
  const { answer, plan } = await askToDelete(candidates, (asked) => planFor(app, integration, asked, facts));
  if (plan.leftOut.length > 0) await offerElsewhere(app, integration, facts.lookedUp);
  if (answer === 'plan') {
    await showPlanDocument(app, plans, plan);
    const { sessions, leftOut } = plan;
    showResult('info', 'Nothing was confirmed. Read the plan, then ask again.', app.log, [
      { title: 'Ask Again', run: () => deleteChosen(deleting, integration, [...sessions, ...leftOut]) },
    ]);
  }
  if (answer === 'agreed') await deleteAgreed(deleting, plan);
}

async function deleteAgreed({ app, run }: Deleting, plan: DeletionPlan): Promise<void> {
  const { integration, lookedUp } = plan;
  // The mark outside the storage folder must be up to date before anything is confirmed, see `KeptMark`.
  app.tellMark(await app.store.mark.bringUpToDate());
  // The dialog may have been open for hours: the consent is valid only for the integration exactly as the dialog named
  // it.
  const sessions = plan.sessions.map((session) => ({ ...session, ...seenBefore(lookedUp, session) }));
  const agreed = app.records().list.agree(integration, sessions, Date.now());
  app.changed();
  if (agreed === undefined) {
    tellChangedMeanwhile(app, 'deleted');
    return;
  }
  if (agreed.entries.length === 0) {
    showResult('info', 'Nothing new was sent: this is being deleted already.', app.log);
    return;
  }
  await run.inForeground(integration, () => sendConfirmed(app, integration, agreed, sentNow(plan)));
}

/** What a look-up found of a session that may not be on the list yet. */
function seenBefore(lookedUp: LookUps, { sessionId }: ChosenSession): Pick<NewEntry, 'seen'> {
  const { outcome, at = 0, after } = lookedUp.get(sessionId) ?? {};
  if (outcome?.kind !== 'found' || after === undefined) return {};
  const { sessionStatus: status } = outcome;
  return { seen: { at, after, ...(status !== undefined && { status }) } };
}

/**
 * The integration of the rows, else the current one. If it is not stored any more, tells the user and returns
 * undefined.
 */
function integrationMeant(
  app: App,
  args: readonly unknown[],
  integrations: readonly Integration[],
  currentId: string,
): Integration | undefined {
  const [row] = entriesIn(args);
  const wanted = row?.entry.integration;
  if (typeof wanted !== 'string') return integrations.find(({ id }) => id === currentId);
  const integration = integrations.find((each) => each.id === wanted);
  if (integration === undefined)
    showResult(
      'warning',
      'Nothing was deleted: the integration of this session is not stored here any more. Add it again, with the same base URL and API key.',
      app.log,
    );
  return integration;
}

async function sessionsOf(
  entrance: Entrance,
  args: readonly unknown[],
  isSecret: IsSecret,
): Promise<readonly ChosenSession[] | undefined> {
  const [argument, place] = args;
  const nodes = entriesIn(args).filter(
    ({ entry }, _, [first]) => entry.integration === first?.entry.integration,
  );
  // Only the ids are used, because any extension may pass something that looks like a row.
  if (nodes.length > 0) return sessionsFromText(nodes.map(({ entry }) => String(entry.sessionId)).join('\n'));
  const text = textOf(argument);
  if (text !== undefined) {
    const source = sourceOf(place);
    return sessionsFromText(text).map((session) => ({ ...session, ...(source && { source }) }));
  }
  return chooseSessions(entrance, isSecret, {
    title: 'Delete Veriff Session',
    next: 'A confirmation follows.',
  });
}

function holdsStoredSecret(args: readonly unknown[], integrations: readonly Integration[]): boolean {
  const editor = vscode.window.activeTextEditor;
  const handedOver = textOf(args[0]);
  const texts = handedOver === undefined ? (editor === undefined ? [] : selectedTexts(editor)) : [handedOver];
  return texts.some((text) => isStoredSecret(text.replace(/^["'`]|["'`]$/g, ''), integrations));
}

function refuseSecret(app: App): void {
  const text = 'Nothing was deleted: this is a stored API key or shared secret key, not a session id.';
  app.log.event('refused: a stored API key or shared secret key was given in place of a session id');
  showResult('error', text, app.log);
}
