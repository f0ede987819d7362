import type { SessionId } from '../../src/veriff/sessionId.ts';

/** What the user knows of one session. */
export interface SessionNote {
  isOnList: boolean;
  /** The user's word that it may be deleted stands. */
  isAgreed: boolean;
  isHeld: boolean;
  /** When (true ms) a slot was taken for it of which nobody knows what became; undefined where there is none. */
  reservedMs: number | undefined;
  /** When (true ms) the last request left whose outcome nobody knows; undefined where there is none. */
  unansweredMs: number | undefined;
  /** Veriff's answer has settled it; nothing more is to be sent without another word of the user's. */
  isSettled: boolean;
  /** Since the user's word: how often it was sent in vain, and until when (true ms) it is left alone. */
  blocks: number;
  leftAloneUntilMs: number;
}

/** The user's own notes, on paper: the list can't touch them, and it is judged by them. */
export class UserNotes {
  isPaused = false;
  /** What the last removal took off the list, in its order there. */
  removed: { readonly sessionId: SessionId; readonly note: SessionNote }[] = [];
  readonly #notes = new Map<SessionId, SessionNote>();

  /** The note on a session; a blank one where there was none. */
  on(sessionId: SessionId): SessionNote {
    const known = this.#notes.get(sessionId);
    if (known !== undefined) return known;
    const blank = blankNote();
    this.#notes.set(sessionId, blank);
    return blank;
  }

  /** The sessions that were put on the list and not taken off it. */
  onList(): readonly SessionId[] {
    return [...this.#notes].filter(([, note]) => note.isOnList).map(([sessionId]) => sessionId);
  }

  /** The user has agreed: whatever was settled or blocked may be sent. What nobody knows is still looked up first. */
  agree(sessionId: SessionId): void {
    const note = this.on(sessionId);
    Object.assign(note, { isOnList: true, isAgreed: true, isSettled: false, blocks: 0, leftAloneUntilMs: 0 });
  }

  /** It went off the list. */
  forget(sessionId: SessionId): void {
    this.#notes.set(sessionId, blankNote());
  }

  /** It came back onto the list by an undo; the consent did not come with it. */
  restore(sessionId: SessionId, note: SessionNote): void {
    this.#notes.set(sessionId, { ...note, isOnList: true, isAgreed: false });
  }
}

function blankNote(): SessionNote {
  return {
    isOnList: false,
    isAgreed: false,
    isHeld: false,
    reservedMs: undefined,
    unansweredMs: undefined,
    isSettled: false,
    blocks: 0,
    leftAloneUntilMs: 0,
  };
}
