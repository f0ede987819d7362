import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import { endsLookUps } from '../../veriff/outcome.ts';
import type { App } from '../app/app.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';
import { lookUpAny } from '../app/lookUp.ts';
import { showResult, type MessageAction } from '../app/messages.ts';
import { withProgress } from '../app/progress.ts';
import type { ChosenSession } from '../input/chosenSession.ts';
import { countText } from '../text/countText.ts';
import { elsewhereText, type FoundElsewhere } from './elsewhereText.ts';

/** Sessions that one integration does not know. */
type Sessions = readonly Pick<ChosenSession, 'sessionId' | 'source'>[];

/** The button that looks sessions up at the other integrations; undefined if no other is stored. */
export async function lookElsewhereAction(
  app: App,
  integration: Integration,
  sessions: Sessions,
): Promise<MessageAction | undefined> {
  const { integrations } = await app.store.read();
  if (integrations.every(({ id }) => id === integration.id)) return undefined;
  return {
    title: 'Look in Other Integrations…',
    run: () => lookElsewhere(app, integration.id, sessions),
  };
}

/**
 * Looks sessions that the integration with this id does not know up at the others that the user picks, since the ids go to
 * their accounts, and offers to move them to the list of the one that knows them.
 */
export async function lookElsewhere(app: App, integrationId: string, sessions: Sessions): Promise<void> {
  const { integrations } = await app.store.read();
  const others = integrations.filter(({ id }) => id !== integrationId);
  if (others.length === 0) {
    showResult('info', 'Nothing was looked up: no other integration is stored.', app.log);
    return;
  }
  const picked = await pickIntegrations(others, sessions.length);
  if (picked === undefined || picked.length === 0) return;
  const found = await withProgress(
    `Looking up ${countText(sessions.length, 'session')} in ${countText(picked.length, 'other integration')}`,
    async (signal) => {
      const results = await Promise.all(picked.map((other) => lookIn(app, other, sessions, signal)));
      return signal.aborted ? undefined : results;
    },
  );
  if (found === undefined) return;
  const { tone, text } = elsewhereText(found, sessions.length);
  showResult(
    tone,
    text,
    app.log,
    found
      .filter((each) => each.sessions.length > 0)
      .map((each) => moveAction(app, integrationId, each, found.length === 1)),
  );
}

async function pickIntegrations(
  others: readonly Integration[],
  count: number,
): Promise<readonly Integration[] | undefined> {
  const rows = others.map((integration) => ({
    label: titleOf(integration),
    description: hostOf(integration),
    picked: true,
    integration,
  }));
  const picked = await vscode.window.showQuickPick(rows, {
    title: 'Look in Other Integrations',
    placeHolder: `${count === 1 ? 'The session id is' : `${count} session ids are`} sent to the accounts that you pick.`,
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return picked?.map(({ integration }) => integration);
}

async function lookIn(
  app: App,
  integration: Integration,
  sessions: Sessions,
  signal: AbortSignal,
): Promise<FoundElsewhere> {
  const found: { session: Sessions[number]; status: string | undefined }[] = [];
  let notAnswered = 0;
  for (const session of sessions) {
    const { outcome } = await lookUpAny(app, integration, session.sessionId, signal);
    if (outcome.kind === 'found') found.push({ session, status: outcome.sessionStatus });
    else if (outcome.kind !== 'notFound') notAnswered += 1;
    if (endsLookUps(outcome)) break;
  }
  return {
    integration,
    sessions: found.map(({ session }) => session),
    statuses: found.map(({ status }) => status),
    notAnswered,
  };
}

function moveAction(
  app: App,
  from: string,
  { integration, sessions }: FoundElsewhere,
  isOnlyOne: boolean,
): MessageAction {
  const what = sessions.length === 1 ? 'It' : String(sessions.length);
  return {
    title: isOnlyOne ? `Move ${what} There…` : `Move ${what} to ${titleOf(integration)}…`,
    run: () => move(app, from, integration, sessions),
  };
}

async function move(app: App, from: string, to: Integration, sessions: Sessions): Promise<void> {
  const what =
    sessions.length === 1 ? `session ${sessions[0]?.sessionId ?? ''}` : `${sessions.length} sessions`;
  const button = 'Move';
  const choice = await vscode.window.showInformationMessage(
    `Move ${what} to the list of ${titleOf(to)}?`,
    {
      modal: true,
      detail: `Host: ${hostOf(to)}\nThis only changes the cleanup list: nothing is deleted, and nothing is confirmed.`,
    },
    button,
  );
  if (choice !== button) return;
  const { list, integrations } = app.records();
  if (!integrations.isCurrent(to)) {
    showResult('warning', 'Nothing was moved: the integration was changed or removed meanwhile.', app.log);
    return;
  }
  const at = Date.now();
  const entries = sessions.flatMap(({ sessionId }) => list.find(from, sessionId) ?? []);
  list.moveTo(to.id, entries, at);
  // Those that are on no list yet.
  list.add(to.id, sessions, at);
  app.changed();
  const text = `${countText(sessions.length, 'session')} moved to the list of ${titleOf(to)}. Nothing is sent before you confirm ${sessions.length === 1 ? 'it' : 'them'} there.`;
  app.log.event(text);
  showResult('info', text, app.log, [
    { title: 'Show List', run: () => vscode.commands.executeCommand(`${views.list}.focus`) },
  ]);
}
