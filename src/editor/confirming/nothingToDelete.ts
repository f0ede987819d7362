import type { App } from '../app/app.ts';
import { titleOf } from '../app/integration.ts';
import { showResult, type MessageAction } from '../app/messages.ts';
import { notKnownText } from '../text/outcomeText.ts';
import { roleWarning } from '../input/chosenSession.ts';
import { groupsText, type DeletionPlan } from './confirmationText.ts';
import { seenOf } from './seen.ts';

/** Tells the user that nothing was asked, since Veriff would refuse each session or knows none of them. */
export function tellNothingToDelete(app: App, plan: DeletionPlan, actions: readonly MessageAction[]): void {
  const { leftOut, notFound, integration } = plan;
  const kinds = new Set(leftOut.map(({ sessionId }) => seenOf(sessionId, plan)?.kind));
  const [only] = leftOut;
  const warned = leftOut.flatMap((session) => roleWarning(session) ?? []);
  const what = leftOut.length === 1 ? (only?.sessionId ?? '') : `${leftOut.length} sessions`;
  const parts = [
    `Nothing was deleted for ${titleOf(integration)}.`,
    leftOut.length === 0 ? '' : `${what}: ${groupsText(leftOut, plan)}.`,
    warned.length === 0
      ? ''
      : `${warned.length === 1 ? 'Warning' : `${warned.length} warnings, the first`}: ${warned[0] ?? ''}.`,
    notFound === 0 ? '' : `Moved to Not Found: ${notFound} not known to this integration.`,
    kinds.has('found') ? 'Try again after Veriff’s decision.' : '',
    kinds.has('notKnown') || notFound > 0 ? `What is not known: ${notKnownText}` : '',
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  showResult('warning', text, app.log, actions);
}
