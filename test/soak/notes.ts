import type { WindowMessage } from './soakMessages.ts';

/** What the windows have told, which no kill takes back: the promises that are held against list and server. */
export class Notes {
  /** Ids whose confirmation was begun: whatever came of it, these may be sent. */
  readonly agreed = new Set<string>();
  readonly confirmed = new Set<string>();
  readonly added = new Set<string>();
  /** Ids of which a window told what became of them, and that it is written down. */
  readonly recorded = new Map<string, string>();
  /** Ids that were called deleted, written down or not. */
  readonly calledDeleted = new Set<string>();
  readonly troubles = new Map<string, number>();
  readonly outcomes = new Map<string, number>();
  stale = 0;
  lookedUp = 0;

  take(message: WindowMessage): void {
    switch (message.kind) {
      case 'confirming':
      case 'confirmed':
      case 'added':
        for (const id of message.sessionIds) this.#setFor(message.kind).add(id);
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

  #setFor(kind: 'confirming' | 'confirmed' | 'added'): Set<string> {
    return kind === 'confirming' ? this.agreed : kind === 'confirmed' ? this.confirmed : this.added;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
