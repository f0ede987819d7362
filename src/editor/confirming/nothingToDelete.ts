import type { App } from '../app/app.ts';
import { titleOf } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';
import { groupsText, type DeletionPlan } from './confirmationText.ts';
import { seenOf } from './seen.ts';

/**
 * Tells the user that nothing was asked, since Veriff would refuse each session or knows none of them; `askAnyway` asks
 * all the same.
 */
export function tellNothingToDelete(
  app: App,
  plan: DeletionPlan,
  askAnyway: (() => unknown) | undefined,
): void {
  const { leftOut, notFound, integration } = plan;
  const kinds = new Set(leftOut.map(({ sessionId }) => seenOf(sessionId, plan)?.kind));
  const [only] = leftOut;
  const what = leftOut.length === 1 ? (only?.sessionId ?? '') : `${leftOut.length} sessions`;
  const parts = [
    `Nothing was deleted for ${titleOf(integration)}.`,
    leftOut.length === 0 ? '' : `${what}: ${groupsText(leftOut, plan)}.`,
    notFound === 0 ? '' : `Moved to Not Found: ${notFound} not known to this integration.`,
    kinds.has('found') ? 'Try again after Veriff’s decision.' : '',
    kinds.has('notKnown') || notFound > 0
      ? 'What is not known was deleted before, belongs to another integration, or was archived. If erasure must be certain, ask Veriff.'
      : '',
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  const actions = askAnyway === undefined ? [] : [{ title: 'Ask Anyway…', run: askAnyway }];
  showResult('warning', text, app.log, actions);
}
