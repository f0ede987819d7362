// The limits in true time, as Veriff documents them, without code of the product: "10 sessions per 24 hours and 5
// sessions per 1 hour".
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const limits = [
  [5, hourMs],
  [10, dayMs],
] as const;

/** A span of true time, in ms since the world began. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Whether more than 5 were sent in any hour or more than 10 in any 24 hours; true times, ascending. */
export function isOverLimit(sentMs: readonly number[]): boolean {
  return limits.some(([count, windowMs]) =>
    sentMs.some((atMs, index) => (sentMs[index + count] ?? Infinity) - atMs < windowMs),
  );
}

/**
 * The earliest times at which the limits allow sending until `untilMs`, for a sender that knows the true time and
 * cannot send during the spans (ascending). No sender can send more.
 */
export function mostPossible(untilMs: number, awaySpans: readonly Span[]): readonly number[] {
  const sentMs: number[] = [];
  for (;;) {
    const free = limits.map(([count, windowMs]) => (sentMs.at(-count) ?? -Infinity) + windowMs);
    let atMs = Math.max(0, sentMs.at(-1) ?? 0, ...free);
    for (const { fromMs, toMs } of awaySpans) if (fromMs <= atMs && atMs < toMs) atMs = toMs;
    if (atMs >= untilMs) return sentMs;
    sentMs.push(atMs);
  }
}
