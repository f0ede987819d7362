/** An eye on the timers that one file has started. */
export interface TimerWatch {
  /** Where each timer was started that neither fired nor was stopped. */
  pending(): readonly string[];
  /** Fires at once those that were to fire after this many ms; returns how many there were. */
  fire(delayMs: number): number;
  stop(): void;
}

interface Pending {
  readonly timer: NodeJS.Timeout;
  readonly startedBy: string;
  readonly delayMs: number;
  readonly callback: () => void;
}

/** Watches the timers of the file until it is told to stop. Those of VS Code around it stay unseen. */
export function watchTimers(file: string): TimerWatch {
  const { setTimeout: realSet, clearTimeout: realClear } = globalThis;
  const pending = new Map<unknown, Pending>();
  const watchedSet = (callback: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]) => {
    // The message, this function, whoever called it. VS Code writes its stacks with tabs, Node with spaces.
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
