import { countText } from '../text/countText.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';

/** How many sessions of an integration will be sent after a resume. */
export interface Waiting {
  readonly integration: Integration;
  readonly count: number;
}

/** The texts of the question before a resume. */
export interface ResumeQuestion {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

/** The question names the sessions that can be sent by number, integration, host, and TEST or LIVE. */
export function resumeQuestion(waiting: readonly Waiting[]): ResumeQuestion {
  const total = waiting.reduce((sum, { count }) => sum + count, 0);
  const live = waiting.reduce(
    (sum, { integration, count }) => sum + (integration.kind === 'LIVE' ? count : 0),
    0,
  );
  const kind = live === 0 ? 'TEST ' : live === total ? 'LIVE ' : '';
  const what = total === 1 ? `one ${kind}session` : `${total} ${kind}sessions`;
  return {
    message: `Resume deleting ${what} at Veriff?`,
    detail: [
      ...waiting.map(
        ({ integration, count }) =>
          `${titleOf(integration)} at ${hostOf(integration)}: ${countText(count, 'session')}`,
      ),
      '',
      `${total === 1 ? 'It was' : 'They were'} confirmed before and ${total === 1 ? 'is' : 'are'} sent as the rate limit allows. This cannot be undone.`,
    ].join('\n'),
    button: live === 0 ? 'Resume' : 'Resume LIVE Deletions',
  };
}
