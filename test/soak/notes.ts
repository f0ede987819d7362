import type { KnownAct } from './soakActs.ts';
import type { ToldReservation, WindowMessage } from './soakMessages.ts';

/** Everything that the windows have reported; it survives any kill. List and server are checked against it. */
export class Notes {
  readonly acts = new Map<string, KnownAct>();
  readonly reservations = new Map<string, ToldReservation>();
  /** The outcomes that a window reported as recorded, by session id. */
  readonly recorded = new Map<string, string>();
  /** Ids that were reported deleted, recorded or not. */
  readonly calledDeleted = new Set<string>();
  readonly troubles = new Map<string, number>();
  readonly outcomes = new Map<string, number>();
  stale = 0;
  lookedUp = 0;

  take(message: WindowMessage): void {
    switch (message.kind) {
      case 'begins':
        this.acts.set(message.name, { name: message.name, act: message.act, beganMs: message.atMs });
        return;
      case 'done':
        this.#acknowledge(message);
        return;
      case 'reserved':
        this.reservations.set(message.token, message);
        return;
      case 'sent':
        count(this.outcomes, message.outcome);
        if (message.outcome === 'deleted') this.calledDeleted.add(message.sessionId);
        if (message.isRecorded) this.recorded.set(message.sessionId, message.outcome);
        return;
      case 'stale':
        this.stale += 1;
        return;
      case 'lookedUp':
        this.lookedUp += 1;
        return;
      case 'trouble':
        count(this.troubles, message.problem);
        return;
      case 'ready':
      case 'frozen':
      case 'thawed':
    }
  }

  /** How often each kind of act was acknowledged. */
  acknowledged(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { act, doneMs } of this.acts.values()) if (doneMs !== undefined) count(counts, act.kind);
    return counts;
  }

  #acknowledge({ name, atMs, sessionIds }: Extract<WindowMessage, { kind: 'done' }>): void {
    const known = this.acts.get(name);
    if (known === undefined) throw new Error(`${name} was acknowledged, and had never begun.`);
    known.doneMs = atMs;
    known.sessionIds = new Set(sessionIds);
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
