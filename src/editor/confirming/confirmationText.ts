import type { Entry } from '../../cleanup/list/entry.ts';
import type { QuotaState } from '../../cleanup/quota/quota.ts';
import { roleWarning, type ChosenSession } from '../input/chosenSession.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';
import { leavesText, nextSlotText } from '../text/quotaText.ts';
import { timeText } from '../text/timeText.ts';

/** All that the user is asked to agree to. */
export interface DeletionPlan {
  readonly integration: Integration;
  readonly sessions: readonly ChosenSession[];
  readonly quota: QuotaState;
  /** For each session in turn, in how many ms it may be sent. */
  readonly forecastMs: readonly number[];
  /** Where they come from: pointed at one by one, or the listed entries; those are sent by the list alone. */
  readonly origin: 'given' | 'list';
  /** How many confirmed sessions wait on the list already. */
  readonly queued: number;
  /** Whether the list is paused. */
  readonly isPaused: boolean;
  /** What the list knows of these sessions already. */
  readonly known: ReadonlyMap<string, Entry>;
  /** Epoch ms. */
  readonly now: number;
}

/** The words of the one confirmation. */
export interface ConfirmationText {
  readonly message: string;
  readonly detail: string;
  readonly button: 'Delete' | 'Put on the List';
}

// A dialog that is taller than the screen hides its own buttons; the plan holds the whole list.
const mostShown = 12;

/** How many of the plan's sessions leave at once; the others wait on the list. */
export function sentNow({ quota, sessions, isPaused }: DeletionPlan): number {
  return isPaused ? 0 : Math.min(quota.freeNow, sessions.length);
}

/**
 * The confirmation: what, how many, where, TEST or LIVE, what it sets off, what it costs, and when the last one goes.
 */
export function confirmationText(plan: DeletionPlan): ConfirmationText {
  const { integration, sessions } = plan;
  const [first] = sessions;
  const listed = plan.origin === 'list' ? 'listed ' : '';
  const what =
    sessions.length === 1
      ? `${listed}session ${first?.sessionId ?? ''}`
      : `${sessions.length} ${listed}sessions`;
  // What is on the list already need not be put there; the question is the same whether a slot is free or not.
  const isNow = sentNow(plan) > 0 || plan.origin === 'list';
  return {
    message: isNow
      ? `Delete ${what} at Veriff?`
      : `${plan.isPaused ? 'The cleanup is paused' : 'No slot is free'}: put ${what} on the cleanup list, confirmed for deletion?`,
    detail: [
      `Integration: ${titleOf(integration)}`,
      `Host: ${hostOf(integration)}`,
      '',
      ...sessionLines(plan),
      '',
      `This cannot be undone. ${sessions.length === 1 ? 'The' : 'Each'} session leaves the Veriff portal and API as soon as it is deleted; its data is erased within 12 hours.`,
      'Sessions that are created, started or waiting for a resubmission also fire a decision webhook (expired/abandoned).',
      '',
      ...costLines(plan),
    ].join('\n'),
    button: isNow ? 'Delete' : 'Put on the List',
  };
}

function sessionLines(plan: DeletionPlan): readonly string[] {
  const { sessions } = plan;
  // What the user should look at twice comes first, whatever the length of the list.
  const [noted, plain]: [string[], string[]] = [[], []];
  for (const session of sessions) {
    const notes = notesOn(session, plan);
    const lines = notes.length > 0 ? noted : plain;
    if (lines.length < mostShown) lines.push([session.sessionId, ...notes].join('\n      ⚠ '));
  }
  const shown = [...noted, ...plain].slice(0, mostShown);
  if (sessions.length === 1 && shown[0] === sessions[0]?.sessionId) return ['1 session.'];
  const hidden = sessions.length - shown.length;
  return hidden > 0 ? [...shown, `… and ${hidden} more; “Show Plan” has every one of them.`] : shown;
}

function notesOn(session: ChosenSession, { known, now }: DeletionPlan): readonly string[] {
  const warning = roleWarning(session);
  const entry = known.get(session.sessionId);
  const isDone = entry?.state === 'deleted' || entry?.state === 'gone';
  return [
    ...(warning === undefined ? [] : [warning]),
    ...(entry !== undefined && isDone
      ? [`${entry.state === 'deleted' ? 'deleted' : 'found gone'} before, ${timeText(entry.changedAt, now)}`]
      : []),
  ];
}

function costLines(plan: DeletionPlan): readonly string[] {
  const { sessions, quota, forecastMs, now, isPaused } = plan;
  const leaving = sentNow(plan);
  const waiting = sessions.length - leaving;
  if (waiting === 0)
    return [
      `It costs ${leaving} ${leaving === 1 ? 'slot' : 'slots'} of the rate limit: ${leavesText(quota, leaving)}.`,
    ];
  if (isPaused)
    return [
      `The cleanup is paused: ${waiting === 1 ? 'it waits' : 'they wait'} on the list, confirmed, until you resume it.`,
    ];
  const next = forecastMs[leaving] ?? 0;
  const last = forecastMs.at(-1) ?? 0;
  const ends = waiting === 1 ? '' : `, the last one ${timeText(now + last, now)}`;
  return leaving === 0
    ? [
        `The next slot comes ${nextSlotText(quota, now)}.`,
        `On the list ${waiting === 1 ? 'it waits' : 'they wait'} as confirmed; expected ${timeText(now + next, now)}${ends}.`,
      ]
    : [
        `${leaving} ${leaving === 1 ? 'is' : 'are'} sent now: ${leavesText(quota, leaving)}.`,
        `${waiting} ${waiting === 1 ? 'waits' : 'wait'} on the cleanup list as confirmed; expected ${timeText(now + next, now)}${ends}.`,
      ];
}

/** What is said once a list was confirmed: how many, which go now, and when the last one goes. */
export function startedText(plan: DeletionPlan, confirmed: number, leaving: number): string {
  const what = confirmed === 1 ? 'One session is confirmed' : `${confirmed} sessions are confirmed`;
  if (plan.isPaused) return `${what}. The cleanup is paused: nothing is sent before you resume it.`;
  const now = Math.min(leaving, confirmed);
  const last = plan.forecastMs[confirmed - 1] ?? 0;
  const when =
    now >= confirmed
      ? 'sent now'
      : `sent as the rate limit allows, the last one ${timeText(plan.now + last, plan.now)}, over restarts as well`;
  return `${what} and ${confirmed === 1 ? 'is' : 'are'} ${when}.`;
}
