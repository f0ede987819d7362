const dayMs = 24 * 60 * 60_000;

// Written out: asked for each time, Intl takes 0.1 ms for a word, which a page of 200 rows would let everybody feel.
const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

/**
 * A moment (epoch ms) as short as it can be understood from `now`, in the machine's own time zone: "14:05" on the
 * same day, "Tue 09:10" within six days, else "Tue 1 Dec 09:10", with the year if it is another one.
 */
export function timeText(at: number, now: number): string {
  const [then, today] = [new Date(at), new Date(now)];
  const clock = `${twoDigits(then.getHours())}:${twoDigits(then.getMinutes())}`;
  if (then.toDateString() === today.toDateString()) return clock;
  // Six days hold an hour more if the clocks change, and would then reach today’s own weekday.
  return Math.abs(at - now) < 6 * dayMs && then.getDay() !== today.getDay()
    ? `${weekdayOf(then)} ${clock}`
    : `${dateText(at, now)} ${clock}`;
}

/** The day of a moment: "Tue 1 Dec", with the year if it is not the present one. */
export function dateText(at: number, now: number): string {
  const then = new Date(at);
  const isThisYear = then.getFullYear() === new Date(now).getFullYear();
  const parts = [
    weekdayOf(then),
    String(then.getDate()),
    months[then.getMonth()] ?? '',
    ...(isThisYear ? [] : [String(then.getFullYear())]),
  ];
  return parts.join(' ');
}

/** A span as a person would say it: "40 s", "12 min", "3 h 20 min", "4 days". Rounded up: never too early. */
export function spanText(spanMs: number): string {
  const seconds = Math.ceil(spanMs / 1000);
  if (seconds < 60) return `${Math.max(0, seconds)} s`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.ceil(minutes / (24 * 60))} days`;
}

function weekdayOf(date: Date): string {
  return weekdays[date.getDay()] ?? '';
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0');
}
