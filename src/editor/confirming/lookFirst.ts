import * as vscode from 'vscode';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { App } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import { endsLookUps } from '../../veriff/outcome.ts';
import { hasFreshAnswer, lookUpAny, type LookUp } from '../app/lookUp.ts';
import { actionFor, showResult } from '../app/messages.ts';
import { mostLookedUp } from './seen.ts';
import { isOn } from '../app/settings.ts';
import { startTimer } from '../app/startTimer.ts';
import type { ChosenSession } from '../input/chosenSession.ts';
import { countText } from '../text/countText.ts';
import { outcomeText } from '../text/outcomeText.ts';

const longestMs = 5000;

export type LookUps = ReadonlyMap<SessionId, LookUp>;

/**
 * Looks up to 20 sessions up before the user is asked about them, for five seconds at most; costs no quota. Sessions
 * without an answer by then, or after Skip, are not in the result. Undefined if the user pressed Escape, or if Veriff does
 * not accept the credentials, which the user was told. Throws `DatabaseUnusable`.
 */
export async function lookFirst(
  app: App,
  integration: Integration,
  sessions: readonly ChosenSession[],
): Promise<LookUps | undefined> {
  if (!isOn('lookUpFirst') || sessions.length === 0 || sessions.length > mostLookedUp) return new Map();
  const round = new Round(app, integration);
  const ids = sessions.map(({ sessionId }) => sessionId);
  // If all answers are known already, nothing flashes up.
  if (ids.every((id) => hasFreshAnswer(app, integration, id))) await round.run(ids);
  else if ((await untilPicked(round, ids, integration)) === 'cancelled') return undefined;
  if (round.refusal === undefined) return round.lookedUp;
  const { tone, text, nextStep } = outcomeText(round.refusal);
  const actions = nextStep === undefined ? [] : [actionFor(nextStep, integration)];
  showResult(tone, `${titleOf(integration)}: ${text}`, app.log, actions);
  return undefined;
}

/** The look-ups before one question. */
class Round {
  readonly lookedUp = new Map<SessionId, LookUp>();
  refusal: Extract<LookUp['outcome'], { kind: 'unauthorised' }> | undefined;
  readonly #app: App;
  readonly #integration: Integration;
  readonly #controller = new AbortController();

  constructor(app: App, integration: Integration) {
    this.#app = app;
    this.#integration = integration;
  }

  async run(ids: readonly SessionId[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        const lookUp = await lookUpAny(this.#app, this.#integration, id, this.#controller.signal);
        const { outcome } = lookUp;
        if (outcome.kind === 'unauthorised') this.refusal = outcome;
        // The others would get the same answer.
        if (endsLookUps(outcome)) this.stop();
        if (outcome.kind === 'found' || outcome.kind === 'notFound') this.lookedUp.set(id, lookUp);
      }),
    );
  }

  stop(): void {
    this.#controller.abort();
  }
}

async function untilPicked(
  round: Round,
  ids: readonly SessionId[],
  integration: Integration,
): Promise<'over' | 'cancelled'> {
  const pick = vscode.window.createQuickPick();
  pick.title = `Looking up ${countText(ids.length, 'session')} · ${titleOf(integration)}`;
  pick.placeholder = 'Looking up costs no deletion. Escape ends the command.';
  pick.items = [{ label: 'Skip', description: 'Ask without statuses' }];
  pick.busy = true;
  pick.ignoreFocusOut = true;
  let stopTimer = (): void => undefined;
  try {
    const picked = new Promise<'over' | 'cancelled'>((resolve) => {
      pick.onDidAccept(() => resolve('over'));
      pick.onDidHide(() => resolve('cancelled'));
      stopTimer = startTimer(longestMs, () => resolve('over'));
    });
    pick.show();
    return await Promise.race([round.run(ids).then(() => 'over' as const), picked]);
  } finally {
    stopTimer();
    round.stop();
    pick.dispose();
  }
}
