import type { QuotaState } from '../../cleanup/quota/quota.ts';
import { roleWarning, type ChosenSession } from '../input/chosenSession.ts';
import { hostOf, titleOf, type Integration } from '../app/integration.ts';
import { leavesText, nextSlotText } from '../text/quotaText.ts';
import { isAbsent, meaningOf, mostLookedUp, seenOf, type SeenSources } from './seen.ts';
import { timeText } from '../text/timeText.ts';

/** Everything that the user is asked to confirm. */
export interface DeletionPlan extends SeenSources {
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
  /** Sessions that are left out, since a DELETE would cost a slot and most likely delete nothing. */
  readonly leftOut: readonly ChosenSession[];
  /** How many listed sessions the look-ups before the question did not find; they are not listed any more. */
  readonly notFound: number;
  /** Where else the sessions are listed: one note for each session, by session id. */
  readonly elsewhere: ReadonlyMap<string, string>;
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
      ...statusLines(plan).flatMap((line) => [line, '']),
      ...sessionLines(plan),
      `This cannot be undone. ${sessions.length === 1 ? 'The' : 'Each'} session leaves the Veriff portal and API as soon as it is deleted; its data is erased within 12 hours.`,
      ...webhookLines(plan),
    ].join('\n'),
    button: isNow ? 'Delete' : 'Put on the List',
  };
}

/** What the look-ups say of the sessions, by groups, and which are left out. */
function statusLines(plan: DeletionPlan): readonly string[] {
  const { sessions, leftOut, notFound } = plan;
  return [
    lookedUpLine(plan),
    ...(notFound === 0 ? [] : [`Moved to Not Found: ${notFound} not known to this integration.`]),
    ...(leftOut.length === 0
      ? []
      : [`Left out: ${leftOut.length === 1 ? '1 ' : ''}${groupsText(leftOut, plan)}.`]),
    ...(sessions.length > mostLookedUp ? ['“Check First” looks up the whole list, at no cost.'] : []),
  ];
}

function lookedUpLine(plan: DeletionPlan): string {
  const { sessions, now } = plan;
  const times = sessions.flatMap(({ sessionId }) => seenOf(sessionId, plan)?.at ?? []);
  if (times.length > 0) return `${lookedUpText(times, sessions.length, now)}: ${groupsText(sessions, plan)}.`;
  return sessions.length === 1 ? 'Not looked up.' : `None of the ${sessions.length} was looked up.`;
}

function lookedUpText(times: readonly number[], total: number, now: number): string {
  const [first, last] = [Math.min, Math.max].map((most) =>
    timeText(
      times.reduce((a, b) => most(a, b)),
      now,
    ),
  );
  const when = first === last ? `at ${first}` : `from ${first} to ${last}`;
  return times.length === total ? `Looked up ${when}` : `${times.length} of ${total} looked up ${when}`;
}

/** Sessions in words, by what the look-ups say of them; a single one without its number. */
export function groupsText(sessions: readonly ChosenSession[], sources: SeenSources): string {
  const counts = new Map<string, number>();
  for (const { sessionId } of sessions) {
    const { text } = meaningOf(seenOf(sessionId, sources));
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (sessions.length === 1 ? text : `${count} ${text}`)).join(' · ');
}

/** Says what else a deletion may set off, unless the statuses say that it sets off nothing. */
function webhookLines(plan: DeletionPlan): readonly string[] {
  const isSilent = plan.sessions.every(
    ({ sessionId }) => meaningOf(seenOf(sessionId, plan)).firesWebhook === false,
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
  // The title names a single one.
  if (sessions.length === 1 && shown[0] === sessions[0]?.sessionId) return [];
  const hidden = sessions.length - shown.length;
  return [...shown, ...(hidden > 0 ? [`… and ${hidden} more; “Show Plan” has every one of them.`] : []), ''];
}

function notesOn(session: ChosenSession, { known, elsewhere, now }: DeletionPlan): readonly string[] {
  const warning = roleWarning(session);
  const entry = known.get(session.sessionId);
  const other = elsewhere.get(session.sessionId);
  return [
    ...(warning === undefined ? [] : [warning]),
    ...(other === undefined ? [] : [other]),
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

/** The question before sessions that were left out are included. */
export interface IncludeText {
  readonly message: string;
  readonly detail: string;
  readonly button: string;
}

/** Asks whether to include what was left out: what it is, and what it would cost. `all` is the plan with them. */
export function includeText(plan: DeletionPlan, all: DeletionPlan): IncludeText {
  const { leftOut, quota } = plan;
  const spent = sentNow(all) - sentNow(plan);
  const what = leftOut.length === 1 ? '1 more session' : `${leftOut.length} more sessions`;
  const isListed = plan.origin === 'list' || spent === 0;
  return {
    message: `Include ${what}?`,
    detail: [
      `${groupsText(leftOut, plan)}.`,
      isListed
        ? `On the list, each is looked up again before its turn, and waits while Veriff refuses it.`
        : `Sending ${leftOut.length === 1 ? 'it' : 'them'} would spend ${spent} of your ${quota.freeNow} free deletions, and most likely delete nothing.`,
    ].join('\n'),
    button: `Include ${leftOut.length} More`,
  };
}

/** The button that brings in what was left out. */
export function includeButton({ leftOut }: DeletionPlan): string | undefined {
  return leftOut.length === 0 ? undefined : `Include ${leftOut.length} More…`;
}
