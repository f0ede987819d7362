import type { CheckResults } from '../../cleanup/runner/checkList.ts';
import type { LookUpOutcome } from '../../veriff/outcome.ts';
import { countText, numberText } from './countText.ts';
import type { Tone } from './outcomeText.ts';
import { statusMeaning } from './statusText.ts';

/** The message after many sessions were looked up: what they are, and what was not done. */
export function checkText(results: CheckResults): { readonly tone: Tone; readonly text: string } {
  const { outcomes, notStored, notAsked, isCancelled } = results;
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(wordsOf(outcome), (counts.get(wordsOf(outcome)) ?? 0) + 1);
  const groups = [...counts].map(([words, count]) => `${numberText(count)} ${words}`).join(' · ');
  const isWhole = !isCancelled && notStored === 0 && !outcomes.some((outcome) => !isAnswered(outcome));
  const parts = [
    `${countText(outcomes.length, 'session')} checked${groups === '' ? '' : `: ${groups}`}.`,
    notAsked === 0 ? '' : `${numberText(notAsked)} more would get the same answer, and were not asked for.`,
    notStored === 0 ? '' : `${numberText(notStored)} belong to an integration that is not stored here.`,
    isCancelled ? 'Cancelled: the others were not checked.' : '',
  ];
  return { tone: isWhole ? 'info' : 'warning', text: parts.filter((part) => part !== '').join(' ') };
}

function wordsOf(outcome: LookUpOutcome): string {
  if (outcome.kind === 'found')
    return outcome.sessionStatus === undefined
      ? 'without a status'
      : statusMeaning(outcome.sessionStatus).text;
  if (outcome.kind === 'notFound') return 'not known to the integration';
  if (outcome.kind === 'unauthorised') return 'without an answer: Veriff rejected the credentials (401)';
  if (outcome.kind === 'forbidden') return 'without an answer: Veriff forbids look-ups (403)';
  return 'without a valid response';
}

function isAnswered({ kind }: LookUpOutcome): boolean {
  return kind === 'found' || kind === 'notFound';
}
