import type { App } from '../app/app.ts';
import { isStoredSecret, titleOf, type Integration } from '../app/integration.ts';
import { lookUpAny } from '../app/lookUp.ts';
import { actionFor, showResult, type MessageAction } from '../app/messages.ts';
import { offerIntegration } from '../app/offerIntegration.ts';
import { withProgress } from '../app/progress.ts';
import type { ChosenSession } from '../input/chosenSession.ts';
import { textOf } from '../input/commandArguments.ts';
import { chooseSessions, sessionsFromText } from '../input/sessionInput.ts';
import { endsLookUps, type LookUpOutcome } from '../../veriff/outcome.ts';
import { checkText } from '../text/checkText.ts';
import { countText } from '../text/countText.ts';
import { noAnswerText, notKnownText, type Tone } from '../text/outcomeText.ts';
import { statusMeaning } from '../text/statusText.ts';
import { lookElsewhereAction } from './lookElsewhere.ts';

/**
 * "Look Up Session Status": looks up the ids that the user points at for the current integration, without putting them on
 * the list. Uses no quota.
 */
export async function lookUpStatus(app: App, args: readonly unknown[]): Promise<void> {
  const { integrations, currentId } = await app.store.read();
  const integration = integrations.find(({ id }) => id === currentId);
  if (integration === undefined) {
    offerIntegration(app);
    return;
  }
  const isSecret = (text: string): boolean => isStoredSecret(text, integrations);
  const text = textOf(args[0]);
  const sessions =
    text === undefined
      ? await chooseSessions(args.length > 0 ? 'contextMenu' : 'palette', isSecret, {
          title: 'Look Up Veriff Session',
          next: 'Nothing is deleted or listed.',
        })
      : sessionsFromText(text);
  if (sessions === undefined) return;
  if (sessions.some(({ sessionId }) => isSecret(sessionId))) {
    const refusal = 'Nothing was looked up: this is a stored API key or shared secret key, not a session id.';
    showResult('error', refusal, app.log);
    return;
  }
  if (sessions.length === 0) {
    showResult('error', 'Nothing was looked up: what was handed over holds no session id.', app.log);
    return;
  }
  await lookUpAndTell(app, integration, sessions);
}

async function lookUpAndTell(
  app: App,
  integration: Integration,
  sessions: readonly ChosenSession[],
): Promise<void> {
  const [only] = sessions;
  const what = sessions.length === 1 ? (only?.sessionId ?? '') : countText(sessions.length, 'session');
  const outcomes: LookUpOutcome[] = [];
  const notKnown: ChosenSession[] = [];
  const isCancelled = await withProgress(
    `Looking up ${what} · ${titleOf(integration)}`,
    async (signal, progress) => {
      for (const [index, session] of sessions.entries()) {
        const { outcome } = await lookUpAny(app, integration, session.sessionId, signal);
        if (signal.aborted) return true;
        outcomes.push(outcome);
        if (outcome.kind === 'notFound') notKnown.push(session);
        if (endsLookUps(outcome)) break;
        if (sessions.length > 1) progress.report({ message: `${index + 1} of ${sessions.length}` });
      }
      return false;
    },
  );
  const [first] = outcomes;
  if (first === undefined) return;
  const { tone, text } =
    sessions.length === 1
      ? oneText(first)
      : checkText({
          outcomes,
          isCancelled,
          notStored: 0,
          notAsked: isCancelled ? 0 : sessions.length - outcomes.length,
        });
  const elsewhere = notKnown.length === 0 ? undefined : await lookElsewhereAction(app, integration, notKnown);
  const actions: readonly MessageAction[] = [
    ...(outcomes.some(({ kind }) => kind === 'unauthorised')
      ? [actionFor('editIntegration', integration)]
      : []),
    ...(elsewhere === undefined ? [] : [elsewhere]),
  ];
  showResult(tone, `${titleOf(integration)} · ${what}: ${text}`, app.log, actions);
}

function oneText(outcome: LookUpOutcome): { readonly tone: Tone; readonly text: string } {
  if (outcome.kind === 'notFound')
    return { tone: 'warning', text: `Veriff does not know it for this integration: ${notKnownText}` };
  if (outcome.kind !== 'found') return { tone: 'warning', text: noAnswerText(outcome) };
  const { sessionStatus } = outcome;
  return {
    tone: 'info',
    text:
      sessionStatus === undefined ? 'at Veriff, without a status.' : `${statusMeaning(sessionStatus).text}.`,
  };
}
