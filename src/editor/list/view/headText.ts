import type { QuotaState } from '../../../cleanup/quota/quota.ts';
import type { StopReason } from '../../../cleanup/attempts/switches.ts';
import { orderTitles, type ListChoice } from './listFilter.ts';
import { quotaBadge, stopWords } from '../../text/quotaText.ts';
import { dateText, timeText } from '../../text/timeText.ts';

/** What the texts of the head are made of. */
export interface HeadFacts {
  /** The current integration; undefined if there is none. */
  readonly current: CurrentFacts | undefined;
  /** The text for an integration whose credentials are not stored. */
  readonly absent: string;
  /** The titles of the other integrations that an answer has stopped. */
  readonly othersStopped: readonly string[];
  /** The number of entries on the whole list that need the user. */
  readonly needsYou: number;
  readonly isPaused: boolean;
  /** Whether no row is shown; then VS Code shows its welcome text instead of the message. */
  readonly isEmpty: boolean;
  /** The filter in words; empty if there is none. */
  readonly filter: string;
  readonly order: ListChoice['order'];
  /** Epoch ms. */
  readonly now: number;
}

/** The facts about the current integration. */
export interface CurrentFacts {
  readonly title: string;
  readonly quota: QuotaState;
  readonly stop: StopReason | undefined;
  /** When its last waiting session is sent, in epoch ms; undefined if none waits. */
  readonly lastAt: number | undefined;
}

/** The texts above the rows and on the view's icon. Empty texts show nothing. */
export interface ListHead {
  readonly message: string;
  readonly description: string;
  readonly badge: { readonly value: number; readonly tooltip: string } | undefined;
}

export const emptyHead: ListHead = { message: '', description: '', badge: undefined };

/** The head of the list. The rate-limit state comes first in both texts, since VS Code cuts them at the end. */
export function headText(facts: HeadFacts): ListHead {
  return { message: messageOf(facts), description: descriptionOf(facts), badge: badgeOf(facts) };
}

function messageOf({ current, isEmpty, ...facts }: HeadFacts): string {
  if (isEmpty) return '';
  // The description is next to the title, and has no space in a narrow side bar.
  const state =
    current === undefined
      ? upperFirst(facts.absent)
      : [current.title, quotaBadge(current.quota), ...lastOne(current, facts)].join(' · ');
  const sentences = [
    ...(current === undefined ? ['Nothing is sent.'] : standstills(current, facts)),
    ...facts.othersStopped.map((title) => `Stopped: ${title}.`),
    ...(facts.filter === '' ? [] : [`Shows what matches ${facts.filter}.`]),
    ...(facts.order === 'place' ? [] : [`Sorted: ${lowerFirst(orderTitles[facts.order])}.`]),
  ];
  return [state, sentences.join(' ')].filter((part) => part !== '').join(' · ');
}

function standstills(
  { stop, quota }: CurrentFacts,
  { isPaused, now }: Pick<HeadFacts, 'isPaused' | 'now'>,
): readonly string[] {
  return [
    ...(isPaused ? ['Paused: nothing is sent.'] : []),
    ...(stop === undefined ? [] : [`Stopped: ${stopWords[stop]}; nothing is sent before you resume.`]),
    ...(quota.parkedForMs > 0
      ? [`Veriff answered 429: nothing is sent until ${timeText(now + quota.parkedForMs, now)}.`]
      : []),
  ];
}

function descriptionOf({ current, isPaused, now }: HeadFacts): string {
  if (current === undefined) return '';
  const standstill = isPaused ? 'paused' : 'stopped';
  const isStill = isPaused || current.stop !== undefined;
  return [quotaBadge(current.quota), ...(isStill ? [standstill] : lastOne(current, { isPaused, now }))].join(
    ' · ',
  );
}

/** When the last one is sent, if any waits and nothing prevents it. */
function lastOne(
  { stop, lastAt }: CurrentFacts,
  { isPaused, now }: Pick<HeadFacts, 'isPaused' | 'now'>,
): readonly string[] {
  if (isPaused || stop !== undefined || lastAt === undefined) return [];
  return [`last one ${dayText(lastAt, now)}`];
}

/** A time if it is today, else a date. */
function dayText(at: number, now: number): string {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  return isToday ? timeText(at, now) : dateText(at, now);
}

function badgeOf({ needsYou, current, othersStopped }: HeadFacts): ListHead['badge'] {
  const stopped = othersStopped.length + (current?.stop === undefined ? 0 : 1);
  if (needsYou + stopped === 0) return undefined;
  const parts = [
    ...(needsYou === 0 ? [] : [needsYou === 1 ? 'one session needs you' : `${needsYou} sessions need you`]),
    ...(stopped === 0
      ? []
      : [stopped === 1 ? 'one integration is stopped' : `${stopped} integrations are stopped`]),
  ];
  return { value: needsYou + stopped, tooltip: `Veriff Cleanup: ${parts.join(', ')}` };
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
