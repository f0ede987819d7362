import type { Entry } from '../../../cleanup/list/entry.ts';
import type { LookUpOutcome } from '../../../veriff/outcome.ts';
import { outcomeText, type NextStep, type Tone } from '../../text/outcomeText.ts';
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
  const why = failed === undefined ? '' : ` ${unansweredText(failed.outcome)}`;
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
  if (outcome.kind !== 'notFound') return `no answer. ${unansweredText(outcome)}`;
  return before.state === 'unknown' && after?.state === 'deleted'
    ? 'the session is not there any more; it was before, so it counts as deleted.'
    : 'Veriff does not know it for this integration: it was deleted before, belongs to another integration, or was archived. If erasure must be certain, ask Veriff.';
}

function foundText(before: Entry, after: Entry | undefined): string {
  if (before.state === 'notFound') return ' It is listed again.';
  if (before.state !== 'unknown') return '';
  return after?.state === 'confirmed'
    ? ' It was not deleted, and waits for a slot again.'
    : ' It was not deleted.';
}

function unansweredText(outcome: LookUpOutcome): string {
  switch (outcome.kind) {
    case 'found':
    case 'notFound':
      return '';
    case 'unauthorised':
      return 'Veriff does not accept the credentials (401): check the API key and the shared secret key.';
    case 'forbidden':
      return 'Veriff forbids the look-up (403).';
    case 'limited':
      return 'Veriff’s rate limit is reached (429): try again later.';
    case 'failed':
      return 'Veriff refused the request; the log has the details.';
    case 'unknown':
      return 'No answer came that can be believed; the log has the details.';
    case 'notSent':
      return outcomeText(outcome).text;
  }
}
