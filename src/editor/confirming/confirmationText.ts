import type { Entry } from '../../cleanup/list/entry.ts';
import type { QuotaState } from '../../cleanup/quota/quota.ts';
import { roleWarning, type ChosenSession } from '../input/chosenSession.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';
import { leavesText, nextSlotText } from '../text/quotaText.ts';
import { statusMeaning } from '../text/statusText.ts';
import { timeText } from '../text/timeText.ts';

/** Everything that the user is asked to confirm. */
export interface DeletionPlan {
  readonly integration: Integration;
  readonly sessions: readonly ChosenSession[];
  readonly quota: QuotaState;
  /** For each session, the ms until it can be sent, in the same order. */
  readonly forecastMs: readonly number[];
  /** `given`: the user pointed at these sessions. `list`: they are listed entries, which only the runner sends. */
  readonly origin: 'given' | 'list';
  /** How many confirmed sessions are already waiting on the list. */
  readonly queued: number;
  /** Whether the list is paused. */
  readonly isPaused: boolean;
  /** The entries of sessions that are on the list already, by session id. */
  readonly known: ReadonlyMap<string, Entry>;
  /** Epoch ms. */
  readonly now: number;
}

/** The texts of the confirmation. */
export interface ConfirmationText {
  readonly message: string;
  readonly detail: string;
  readonly button: 'Delete' | 'Put on the List';
}

// A dialog taller than the screen would hide its own buttons; the plan shows all sessions.
const mostShown = 3;

/** How many of the sessions are sent at once; the others wait on the list. */
export function sentNow({ quota, sessions, isPaused }: DeletionPlan): number {
  return isPaused ? 0 : Math.min(quota.freeNow, sessions.length);
}

/**
 * The confirmation: what is deleted, how many, at which host, TEST or LIVE, what it triggers, what it costs, and when
 * the last request is sent.
 */
export function confirmationText(plan: DeletionPlan): ConfirmationText {
  const { integration, sessions } = plan;
  const [first] = sessions;
  const listed = plan.origin === 'list' ? 'listed ' : '';
  const what =
    sessions.length === 1
      ? `${listed}session ${first?.sessionId ?? ''}`
      : `${sessions.length} ${listed}sessions`;
  // Listed entries need not be put on the list, so their question is the same whether a slot is free or not.
  const isNow = sentNow(plan) > 0 || plan.origin === 'list';
  return {
    message: isNow
      ? `Delete ${what} at Veriff?`
      : `${plan.isPaused ? 'The cleanup is paused' : 'No slot is free'}: put ${what} on the cleanup list, confirmed for deletion?`,
    detail: [
      `Integration: ${titleOf(integration)}`,
      `Host: ${hostOf(integration)}`,
      ...costLines(plan),
      '',
      ...statusLines(plan),
      ...sessionLines(plan),
      '',
      `This cannot be undone. ${sessions.length === 1 ? 'The' : 'Each'} session leaves the Veriff portal and API as soon as it is deleted; its data is erased within 12 hours.`,
      ...webhookLines(plan),
    ].join('\n'),
    button: isNow ? 'Delete' : 'Put on the List',
  };
}

/** What is known of the sessions' statuses, by groups; nothing if none of them was looked up. */
function statusLines({ sessions, known, now }: DeletionPlan): readonly string[] {
  const counts = new Map<string, number>();
  let oldestAt = Number.POSITIVE_INFINITY;
  for (const { sessionId } of sessions) {
    const { seenStatus, seenAt } = lookUpOf(known.get(sessionId));
    const text =
      seenAt !== undefined && seenStatus === undefined ? 'without a status' : statusMeaning(seenStatus).text;
    counts.set(text, (counts.get(text) ?? 0) + 1);
    if (seenAt !== undefined) oldestAt = Math.min(oldestAt, seenAt);
  }
  if (oldestAt === Number.POSITIVE_INFINITY) return [];
  const since = `${sessions.length === 1 ? 'at' : 'since'} ${timeText(oldestAt, now)}`;
  const groups = [...counts].map(([text, count]) => (sessions.length === 1 ? text : `${count} ${text}`));
  return [`Looked up ${since}: ${groups.join(' · ')}.`];
}

/** What the last look-up found; nothing if the session has been deleted or not found since. */
function lookUpOf(entry: Entry | undefined): Pick<Entry, 'seenAt' | 'seenStatus'> {
  return entry === undefined || isAbsent(entry) ? {} : entry;
}

function isAbsent({ state }: Entry): boolean {
  return state === 'deleted' || state === 'notFound';
}

/** Says what else a deletion may set off, unless the statuses say that it sets off nothing. */
function webhookLines({ sessions, known }: DeletionPlan): readonly string[] {
  const isSilent = sessions.every(
    ({ sessionId }) => statusMeaning(lookUpOf(known.get(sessionId)).seenStatus).firesWebhook === false,
  );
  return isSilent
    ? []
    : [
        'Sessions that are created, started or waiting for a resubmission also fire a decision webhook (expired/abandoned).',
      ];
}

function sessionLines(plan: DeletionPlan): readonly string[] {
  const { sessions } = plan;
  // Sessions with a warning come first, so that they are shown even if the list is long.
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
  return [
    ...(warning === undefined ? [] : [warning]),
    ...(entry !== undefined && isAbsent(entry)
      ? [`${entry.state === 'deleted' ? 'deleted' : 'not found'} before, ${timeText(entry.changedAt, now)}`]
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

/** The message after listed entries were confirmed: how many, how many are sent now, and when the last one is sent. */
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
