import type { IntegrationKind } from '../../../src/cleanup/integrations/integration.ts';
import type { EntryRef } from '../../../src/cleanup/list/entry.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';

/** What a dialog names of an integration, and the API key that the user has typed for it. */
export interface Words {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly kind: IntegrationKind;
}

/** The words of one integration, with its id when they were read. */
export interface NamedWords extends Words {
  readonly id: string;
}

/** What the user agreed to for one session: in which dialog, and when (true ms) the list stored it. */
export interface Agreement {
  readonly dialog: number;
  /** The id of the integration that the dialog was about. */
  readonly integration: string;
  readonly writtenMs: number;
  /** Whether it is still expected to be done; otherwise it may be sent, but does not have to be. */
  isExpected: boolean;
}

/** What is known of the requests for one session of one integration. */
export interface RequestNote {
  /** When (true ms) a slot was taken whose result is unknown; undefined if there is none. */
  reservedMs: number | undefined;
  /** When (true ms) the last request without a known outcome left; undefined if there is none. */
  unansweredMs: number | undefined;
  /** Since the user last agreed: how often it was sent in vain, and until when (true ms) it is left alone. */
  blocks: number;
  leftAloneUntilMs: number;
}

/** An entry that was removed from the list, as it was noted. */
interface RemovedEntry {
  readonly id: number;
  readonly sessionId: SessionId;
  readonly isHeld: boolean;
}

/** The notes about one list, which belong to its file. */
class ListNotes {
  isPaused = false;
  /** The sessions on the list by the numbers of their entries, as the list has acknowledged them. */
  readonly entries = new Map<number, SessionId>();
  readonly held = new Set<number>();
  /** What the last removal took, in its order; undefined if it is unknown, because the file is another one. */
  removed: RemovedEntry[] | undefined;
  readonly agreements = new Map<string, Agreement>();
  /** When (true ms) something was last taken back, by session or integration. */
  readonly takenBackMs = new Map<string, number>();
  readonly requests = new Map<string, RequestNote>();
  /** The ids of the integrations that an answer has stopped. */
  readonly stopped = new Set<string>();
}

/** When (true ms) a shared secret key was entered, and when others were stored in its place. */
export interface SecretNote {
  readonly enteredMs: number;
  replacedMs?: number;
}

/** What is known of an integration that the user has stored. */
export interface StoredWords extends Words {
  /** When (true ms) they were entered last. */
  storedMs: number;
  readonly secrets: Map<string, SecretNote>;
}

/** The user's own notes, which the list cannot change; the list is judged by them. */
export class UserNotes {
  /** The integrations that have been stored, and not removed or changed, by their words. */
  readonly stored = new Map<string, StoredWords>();
  /** The words of integrations whose keys could not be erased: an older copy of the file may use them again. */
  readonly keysLeft = new Set<string>();
  #list = new ListNotes();
  #away: ListNotes | undefined;

  get list(): ListNotes {
    return this.#list;
  }

  /** The current agreement for a session of an integration. */
  agreement(words: Words, sessionId: SessionId): Agreement | undefined {
    return this.#list.agreements.get(keyOf(words, sessionId));
  }

  /** The note on the requests for a session of an integration; a blank one if there was none. */
  requests({ baseUrl, apiKey }: Words, sessionId: SessionId): RequestNote {
    const key = `${baseUrl} ${apiKey} ${sessionId}`;
    const known = this.#list.requests.get(key);
    if (known !== undefined) return known;
    const blank = blankNote();
    this.#list.requests.set(key, blank);
    return blank;
  }

  /**
   * A look-up at `seenMs` was answered, even if the entry has moved to another integration: requests that left before
   * are not unknown any more.
   */
  lookedUp(sessionId: SessionId, seenMs: number): void {
    for (const [key, note] of this.#list.requests)
      if (key.endsWith(sessionId) && (note.unansweredMs ?? note.reservedMs ?? Infinity) <= seenMs)
        Object.assign(note, { reservedMs: undefined, unansweredMs: undefined });
  }

  /**
   * The user agreed, at `agreedMs`, in a dialog that named this integration, and the list has stored it now: blocked
   * sessions may be sent again. What was taken back in between stays taken back.
   */
  agree(named: NamedWords, sessionId: SessionId, dialog: number, agreedMs: number, nowMs: number): void {
    const key = keyOf(named, sessionId);
    const takenBack = [key, wordsKey(named)].map((each) => this.#list.takenBackMs.get(each) ?? -Infinity);
    if (Math.max(...takenBack) > agreedMs) return;
    this.#list.agreements.set(key, { dialog, integration: named.id, writtenMs: nowMs, isExpected: true });
    Object.assign(this.requests(named, sessionId), { blocks: 0, leftAloneUntilMs: 0 });
  }

  /** An answer has used up the agreement, if the list had stored it by `upToMs`. */
  end(words: Words, sessionId: SessionId, upToMs = Infinity): void {
    const agreement = this.agreement(words, sessionId);
    if (agreement !== undefined && agreement.writtenMs <= upToMs)
      this.#list.agreements.delete(keyOf(words, sessionId));
  }

  /** The user has taken the agreement back by changing the entry of this integration. */
  takeBack(named: NamedWords, sessionId: SessionId, nowMs: number): void {
    if (this.agreement(named, sessionId)?.integration === named.id) this.end(named, sessionId);
    this.#list.takenBackMs.set(keyOf(named, sessionId), nowMs);
  }

  /** A dialog was taken back. */
  endDialog(dialog: number): void {
    for (const [key, agreement] of this.#list.agreements)
      if (agreement.dialog === dialog) this.#list.agreements.delete(key);
  }

  /**
   * The words of an integration are no longer valid since `atMs`: nothing that they named may be sent, and the
   * credentials may not be used, except for what was entered or agreed to after that.
   */
  endWords(words: Words, atMs: number): void {
    const key = wordsKey(words);
    const stored = this.stored.get(key);
    if (stored !== undefined && stored.storedMs <= atMs) this.stored.delete(key);
    for (const { takenBackMs, agreements } of this.#lists()) {
      takenBackMs.set(key, Math.max(atMs, takenBackMs.get(key) ?? -Infinity));
      for (const [each, { writtenMs }] of agreements)
        if (each.startsWith(key) && writtenMs <= atMs) agreements.delete(each);
    }
  }

  /**
   * The same for all other words with this API key: an integration that has lost its keys ends as soon as they are
   * entered again.
   */
  endOtherWords(words: Words, atMs: number): void {
    for (const [key, other] of this.stored)
      if (other.apiKey === words.apiKey && key !== wordsKey(words)) this.endWords(other, atMs);
  }

  /** The words of an integration are valid, because the user has entered them, together with these secrets. */
  storeWords(words: Words, secrets: readonly string[], nowMs: number): void {
    const key = wordsKey(words);
    const known = this.stored.get(key) ?? {
      ...words,
      storedMs: nowMs,
      secrets: new Map<string, SecretNote>(),
    };
    known.storedMs = nowMs;
    for (const secret of secrets) known.secrets.set(secret, { enteredMs: nowMs });
    this.stored.set(key, known);
  }

  /** The secrets that were entered at `enteredMs` are stored now, in place of all that were entered before. */
  replaceSecrets(words: Words, secrets: readonly string[], enteredMs: number, nowMs: number): void {
    const known = this.stored.get(wordsKey(words));
    for (const [secret, note] of known?.secrets ?? [])
      if (!secrets.includes(secret) && note.enteredMs < enteredMs) note.replacedMs ??= nowMs;
    for (const secret of secrets) known?.secrets.set(secret, { enteredMs: nowMs });
  }

  /** Entries have moved to an integration, some of them in place of the entries of the last requests. */
  forgetRequests({ baseUrl, apiKey }: Words): void {
    for (const key of this.#list.requests.keys())
      if (key.startsWith(`${baseUrl} ${apiKey} `)) this.#list.requests.delete(key);
  }

  /** Nothing that was agreed to so far has to be done, for whatever reason; it still may be. */
  expectNothing(which: (key: string, agreement: Agreement) => boolean = () => true): void {
    for (const { agreements } of this.#lists())
      for (const [key, agreement] of agreements) if (which(key, agreement)) agreement.isExpected = false;
  }

  /** The same for one integration. */
  expectNothingOf(words: Words): void {
    this.expectNothing((key) => key.startsWith(wordsKey(words)));
  }

  remove({ id, sessionId }: EntryRef, named: NamedWords | undefined, nowMs: number): void {
    this.#list.removed?.push({ id, sessionId, isHeld: this.#list.held.has(id) });
    this.#list.entries.delete(id);
    this.#list.held.delete(id);
    if (named === undefined) return;
    this.takeBack(named, sessionId, nowMs);
    Object.assign(this.requests(named, sessionId), blankNote());
  }

  /** The entry came back by an undo, without its consent. */
  restore({ id, sessionId, isHeld }: RemovedEntry): void {
    this.#list.entries.set(id, sessionId);
    if (isHeld) this.#list.held.add(id);
  }

  /** Another file has replaced the list, or a new list was begun: all agreements have ended. */
  begin(): void {
    this.#list = new ListNotes();
  }

  /**
   * A copy without the last additions has replaced the list, which cannot be detected: earlier agreements may still
   * hold.
   */
  forgetAdded(): void {
    const { agreements, requests } = this.#list;
    this.#list = new ListNotes();
    for (const [key, agreement] of agreements)
      this.#list.agreements.set(key, { ...agreement, isExpected: false });
    for (const [key, note] of requests) this.#list.requests.set(key, note);
  }

  /** The folder of the list is away, perhaps for a while. */
  leave(): void {
    this.#away = this.#list;
    this.#list = new ListNotes();
  }

  /** The folder is back as it was, or never comes back. */
  comeBack(how: 'as it was' | 'never'): void {
    if (this.#away !== undefined && how === 'as it was') this.#list = this.#away;
    this.#away = undefined;
  }

  /** The list, and the one whose folder is away: changes of integrations apply to both. */
  #lists(): readonly ListNotes[] {
    return this.#away === undefined ? [this.#list] : [this.#list, this.#away];
  }

  /** The expected agreements: the words in the key, and the session. */
  *expected(): Generator<{ readonly words: string; readonly sessionId: SessionId }> {
    for (const [key, { isExpected }] of this.#list.agreements)
      if (isExpected) {
        const [words = '', sessionId = ''] = key.split('#');
        yield { words, sessionId: sessionId as SessionId };
      }
  }
}

/** Words as one text. */
export function wordsKey({ apiKey, baseUrl, kind }: Words): string {
  return `${kind} ${apiKey} ${baseUrl}#`;
}

function keyOf(words: Words, sessionId: SessionId): string {
  return wordsKey(words) + sessionId;
}

function blankNote(): RequestNote {
  return { reservedMs: undefined, unansweredMs: undefined, blocks: 0, leftAloneUntilMs: 0 };
}
