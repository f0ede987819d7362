import type { Limit } from '../../cleanup/quota/quota.ts';
import { spanText } from '../text/timeText.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const longestAgoMs = 7 * dayMs;

/** The whole number from 1 to `most` in the text, or an error message. */
export function countIn(text: string, most: number): number | string {
  const count = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN;
  return count >= 1 && count <= most ? count : `A whole number from 1 to ${most}.`;
}

/**
 * The ms ago that the text means: "now", "14:05" (of today, or of yesterday if that is still to come), "20 min", "3 h";
 * or an error message. `now` is epoch ms.
 */
export function agoIn(text: string, now: number): number | string {
  const typed = text.trim().toLowerCase();
  if (typed === 'now') return 0;
  const [, number, unit] = /^(\d{1,5})\s*(min|m|h|hours?|minutes?)(?: ago)?$/.exec(typed) ?? [];
  if (number !== undefined) {
    const agoMs = Number(number) * (unit?.startsWith('h') === true ? hourMs : minuteMs);
    return agoMs <= longestAgoMs ? agoMs : 'What is older than a week counts no more.';
  }
  const [, hours, minutes] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(typed) ?? [];
  if (hours === undefined) return '“now”, a time such as 14:05, or how long ago: “20 min”, “3 h”.';
  const then = new Date(now);
  then.setHours(Number(hours), Number(minutes), 0, 0);
  // The user names only the minute, so it may have been up to a minute later; the later time is the safe one.
  const at = then.getTime() + minuteMs;
  if (then.getTime() <= now) return Math.max(0, now - at);
  then.setDate(then.getDate() - 1);
  return Math.max(0, now - (then.getTime() + minuteMs));
}

/** Limits in words: "5 in an hour and 10 in 24 h". */
export function limitsText(limits: readonly Limit[]): string {
  return limits
    .map(({ count, windowMs }) => `${count} in ${windowMs === hourMs ? 'an hour' : spanText(windowMs)}`)
    .join(' and ');
}
