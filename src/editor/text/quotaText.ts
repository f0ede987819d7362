import type { QuotaState, WindowUse } from '../../cleanup/quota/quota.ts';
import type { StopReason } from '../../cleanup/attempts/switches.ts';
import { spanText, timeText } from './timeText.ts';

const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/** The shortest form, for the status bar and the view: "3/5 h · 7/10 d", used and allowed. */
export function quotaBadge({ windows }: QuotaState): string {
  return windows
    .map(({ used, limit }) => `${used}/${limit.count} ${unitOf(limit.windowMs, 'short')}`)
    .join(' · ');
}

/** For the log: used and free in each window, and when the next slot comes. `now` is epoch ms. */
export function quotaLine(quota: QuotaState, now: number): string {
  const windows = quota.windows.map(
    (window) => `${window.used}/${window.limit.count} used ${windowText(window)} (${window.free} free)`,
  );
  return `rate limit ${windows.join(', ')}, next slot ${nextSlotText(quota, now)}`;
}

/** For the message after a deletion: "2 left this hour, 4 today; next slot now". `now` is epoch ms. */
export function leftText(quota: QuotaState, now: number): string {
  const windows = quota.windows.map((window, index) => {
    return `${window.free}${index === 0 ? ' left' : ''} ${unitOf(window.limit.windowMs, 'spoken')}`;
  });
  return `${windows.join(', ')}; next slot ${nextSlotText(quota, now)}`;
}

/** For confirmations, after `sent` more deletions: "leaves 2 this hour, 4 today". */
export function leavesText(quota: QuotaState, sent: number): string {
  const windows = quota.windows.map(
    (window) => `${Math.max(0, window.free - sent)} ${unitOf(window.limit.windowMs, 'spoken')}`,
  );
  return `leaves ${windows.join(', ')}`;
}

/** When the next deletion may be sent: "now", or "at 14:05 (in 12 min)". `now` is epoch ms. */
export function nextSlotText({ freeInMs, inFlight }: QuotaState, now: number): string {
  if (freeInMs > 0) return `at ${timeText(now + freeInMs, now)} (in ${spanText(freeInMs)})`;
  return inFlight ? 'once the request that is out is answered' : 'now';
}

/** A window in words: "this hour", "in 24 h", or "in 30 min" if Veriff granted another. */
export function windowText({ limit }: WindowUse): string {
  return limit.windowMs === hourMs ? 'this hour' : `in ${spanText(limit.windowMs)}`;
}

/** Why an integration is stopped, in words for the middle of a sentence. */
export const stopWords: Readonly<Record<StopReason, string>> = {
  unauthorised: 'Veriff does not accept the credentials (401)',
  forbidden: 'Veriff forbids deletions (403)',
  notEnabled: 'deletion is probably not enabled at Veriff',
  accessRefused: 'Veriff refuses access (403)',
};

/**
 * Why nothing is sent although something may be waiting; "" if nothing prevents it. The text is for the middle of a
 * sentence.
 */
export function standstillText(
  isPaused: boolean,
  stop: StopReason | undefined,
  { parkedForMs }: QuotaState,
  waiting: number,
): string {
  if (isPaused) return 'the cleanup is paused';
  if (stop !== undefined) return stopWords[stop];
  return parkedForMs > 0 && waiting > 0
    ? `Veriff answered 429, nothing is sent for ${spanText(parkedForMs)}`
    : '';
}

/** How many confirmed sessions wait and when the last one is sent, `lastInMs` from now; "" if none waits. */
export function waitingText(waiting: number, lastInMs: number, standstill: string): string {
  if (waiting === 0) return '';
  const what = waiting === 1 ? 'One confirmed session waits' : `${waiting} confirmed sessions wait`;
  const now = Date.now();
  return `${what}: ${standstill === '' ? `the last one goes ${lastInMs <= 0 ? 'now' : timeText(now + lastInMs, now)}` : standstill}.`;
}

function unitOf(windowMs: number, form: 'short' | 'spoken'): string {
  if (windowMs === hourMs) return form === 'short' ? 'h' : 'this hour';
  if (windowMs === dayMs) return form === 'short' ? 'd' : 'today';
  return form === 'short' ? spanText(windowMs).replace(' ', '') : `in ${spanText(windowMs)}`;
}
