import { titleOf, type Integration } from '../app/integration.ts';
import type { ChosenSession } from '../input/chosenSession.ts';
import type { Tone } from '../text/outcomeText.ts';
import { visibleText } from '../text/visibleText.ts';

/** What one other integration said about sessions. */
export interface FoundElsewhere {
  readonly integration: Integration;
  /** Those that it knows, and their statuses in the same order. */
  readonly sessions: readonly Pick<ChosenSession, 'sessionId' | 'source'>[];
  readonly statuses: readonly (string | undefined)[];
  /** How many look-ups got no valid response. */
  readonly notAnswered: number;
}

/** The message after sessions were looked up at other integrations; `total` is how many were asked for. */
export function elsewhereText(
  found: readonly FoundElsewhere[],
  total: number,
): { readonly tone: Tone; readonly text: string } {
  const known = found.filter(({ sessions }) => sessions.length > 0);
  const silent = found.filter(({ notAnswered }) => notAnswered > 0);
  const parts = [
    ...known.map((each) => knownText(each, total)),
    ...(known.length === 0 && silent.length < found.length
      ? [`Not known to ${namesOf(found.filter((each) => !silent.includes(each)))} either.`]
      : []),
    ...(silent.length === 0 ? [] : [`No valid response from ${namesOf(silent)}; the log has the details.`]),
  ];
  return { tone: silent.length === 0 ? 'info' : 'warning', text: parts.join(' ') };
}

function knownText({ integration, sessions, statuses }: FoundElsewhere, total: number): string {
  const [status] = statuses;
  if (total === 1)
    return `It exists in ${titleOf(integration)}${status === undefined ? '' : `, ${visibleText(status, 30)}`}.`;
  return `${sessions.length} of ${total} ${sessions.length === 1 ? 'exists' : 'exist'} in ${titleOf(integration)}.`;
}

function namesOf(found: readonly FoundElsewhere[]): string {
  return found.map(({ integration }) => titleOf(integration)).join(', ');
}
