/** Watches the timers that one file has started. */
export interface TimerWatch {
  /** The stack line that started each timer that has neither fired nor been cancelled. */
  pending(): readonly string[];
  /** Fires the pending timers with this delay at once; returns their number. */
  fire(delayMs: number): number;
  stop(): void;
}

interface Pending {
  readonly timer: NodeJS.Timeout;
  readonly startedBy: string;
  readonly delayMs: number;
  readonly callback: () => void;
}

/** Watches the timers of the file until `stop`. Timers of VS Code itself are not included. */
export function watchTimers(file: string): TimerWatch {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const pending = new Map<unknown, Pending>();
  const watchedSet = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    // The lines are the message, this function, and its caller. VS Code indents stacks with tabs, Node with spaces.
    const startedBy = new Error().stack?.split(/\n\s+at /)[2] ?? '';
    const call = (): void => {
      pending.delete(timer);
      callback(...args);
    };
    const timer: NodeJS.Timeout = realSet(call, delayMs);
    if (startedBy.includes(file)) pending.set(timer, { timer, startedBy, delayMs, callback: call });
    return timer;
  };
  const watchedClear = (timer?: NodeJS.Timeout | string | number): void => {
    pending.delete(timer);
    realClear(timer);
  };
  Object.assign(globalThis, { setTimeout: watchedSet, clearTimeout: watchedClear });
  return {
    pending: () => [...pending.values()].map(({ startedBy }) => startedBy),
    fire: (delayMs) => {
      const due = [...pending.values()].filter((each) => each.delayMs === delayMs);
      for (const { timer, callback } of due) {
        realClear(timer);
        callback();
      }
      return due.length;
    },
    stop: () => {
      Object.assign(globalThis, { setTimeout: realSet, clearTimeout: realClear });
    },
  };
}
