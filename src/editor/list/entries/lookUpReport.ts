import type { Entry } from '../../../cleanup/list/entry.ts';
import type { LookUpOutcome } from '../../../veriff/outcome.ts';
import { noAnswerText, notKnownText, type NextStep, type Tone } from '../../text/outcomeText.ts';
import { visibleText } from '../../text/visibleText.ts';

/** A look-up's entry before and after it, and the outcome. `after` is undefined if the entry was removed meanwhile. */
export interface LookedUp {
  readonly before: Entry;
  readonly after: Entry | undefined;
  readonly outcome: LookUpOutcome;
}

/** The message after look-ups. */
export interface LookUpReport {
  readonly tone: Tone;
  readonly text: string;
  readonly nextStep?: NextStep;
}

/**
 * The message after look-ups: for one, a sentence of its own; for several, how many were found, not found or not answered.
 */
export function lookUpReport(lookedUp: readonly LookedUp[]): LookUpReport {
  const [first] = lookedUp;
  if (first === undefined) return { tone: 'info', text: 'Nothing was looked up.' };
  const unanswered = lookedUp.filter(({ outcome }) => !isAnswered(outcome));
  const [failed] = unanswered;
  const tone = failed === undefined ? 'info' : 'warning';
  const nextStep = failed?.outcome.kind === 'unauthorised' ? { nextStep: 'editIntegration' as const } : {};
  if (lookedUp.length === 1)
    return { tone, text: `${first.before.sessionId}: ${oneText(first)}`, ...nextStep };
  const found = lookedUp.filter(({ outcome }) => outcome.kind === 'found').length;
  const notFound = lookedUp.filter(({ outcome }) => outcome.kind === 'notFound').length;
  const parts = [
    ...(found > 0 ? [`${found} ${found === 1 ? 'is' : 'are'} at Veriff`] : []),
    ...(notFound > 0 ? [`${notFound} ${notFound === 1 ? 'is' : 'are'} not known to the integration`] : []),
    ...(unanswered.length > 0 ? [`${unanswered.length} could not be told`] : []),
  ];
  const why = failed === undefined ? '' : ` ${noAnswerText(failed.outcome)}`;
  return { tone, text: `${lookedUp.length} looked up: ${parts.join(', ')}.${why}`, ...nextStep };
}

function isAnswered({ kind }: LookUpOutcome): boolean {
  return kind === 'found' || kind === 'notFound';
}

function oneText({ before, after, outcome }: LookedUp): string {
  if (outcome.kind === 'found') {
    const { sessionStatus } = outcome;
    const status = sessionStatus === undefined ? '' : `, with the status “${visibleText(sessionStatus, 40)}”`;
    return `the session is at Veriff${status}.${foundText(before, after)}`;
  }
  if (outcome.kind !== 'notFound') return `no answer. ${noAnswerText(outcome)}`;
  return before.state === 'unknown' && after?.state === 'deleted'
    ? 'the session is not there any more; it was before, so it counts as deleted.'
    : `Veriff does not know it for this integration: ${notKnownText}`;
}

function foundText(before: Entry, after: Entry | undefined): string {
  if (before.state === 'notFound') return ' It is listed again.';
  if (before.state !== 'unknown') return '';
  return after?.state === 'confirmed'
    ? ' It was not deleted, and waits for a slot again.'
    : ' It was not deleted.';
}
