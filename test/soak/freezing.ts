import { writeSync } from 'node:fs';
import type { FreezePoint, WindowMessage, WindowOrder } from './soakMessages.ts';

/** Reports to the supervisor synchronously: the message is written before the next line runs or a signal arrives. */
export function tell(message: WindowMessage): void {
  writeSync(1, `${JSON.stringify(message)}\n`);
}

/** Stops this process at a point, as closing a laptop's lid does; the supervisor lets it continue. */
export class Freezing {
  readonly #plan: WindowOrder['freeze'];
  readonly #chance: () => number;
  readonly #nowMs: () => number;

  constructor(plan: WindowOrder['freeze'], chance: () => number, nowMs: () => number) {
    this.#plan = plan;
    this.#chance = chance;
    this.#nowMs = nowMs;
  }

  readonly meet = (point: FreezePoint): void => {
    if (this.#plan?.point !== point || this.#chance() >= this.#plan.chance) return;
    const { leastMs } = this.#plan;
    const startedMs = this.#nowMs();
    const forMs = (): number => this.#nowMs() - startedMs;
    tell({ kind: 'frozen', point, forMs: 0 });
    // The signal may arrive a moment late, and a SIGCONT that was meant for another stop too early.
    while (forMs() < leastMs) process.kill(process.pid, 'SIGSTOP');
    tell({ kind: 'thawed', point, forMs: forMs() });
  };
}
