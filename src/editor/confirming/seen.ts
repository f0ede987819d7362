import type { Entry } from '../../cleanup/list/entry.ts';
import { isRefused } from '../../veriff/sessionStatus.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { LookUp } from '../app/lookUp.ts';
import { statusMeaning, type StatusMeaning } from '../text/statusText.ts';

/** Up to so many sessions are looked up before the question. */
export const mostLookedUp = 20;

/** What the last answered look-up of a session said, and when (epoch ms). */
export type Seen =
  | { readonly kind: 'found'; readonly status?: string; readonly at: number }
  | { readonly kind: 'notKnown'; readonly at: number };

/** Where a look-up's result may be found: on the list, and among the look-ups that were made for the question. */
export interface SeenSources {
  /** The entries of sessions that are on the list, by session id. */
  readonly known: ReadonlyMap<string, Entry>;
  /** The look-ups that were made right before the question, by session id. */
  readonly lookedUp: ReadonlyMap<SessionId, LookUp>;
}

/** The latest that is known of a session; undefined if nothing is. */
export function seenOf(sessionId: SessionId, { known, lookedUp }: SeenSources): Seen | undefined {
  const { outcome, at = 0 } = lookedUp.get(sessionId) ?? {};
  if (outcome?.kind === 'notFound') return { kind: 'notKnown', at };
  if (outcome?.kind === 'found') {
    const { sessionStatus: status } = outcome;
    return { kind: 'found', at, ...(status !== undefined && { status }) };
  }
  const entry = known.get(sessionId);
  if (entry?.seenAt === undefined || isAbsent(entry)) return undefined;
  const { seenAt, seenStatus: status } = entry;
  return { kind: 'found', at: seenAt, ...(status !== undefined && { status }) };
}

/** Whether the list says that the session is not at Veriff. */
export function isAbsent({ state }: Entry): boolean {
  return state === 'deleted' || state === 'notFound';
}

/** Whether a DELETE would cost a slot and delete nothing, as far as is known. */
export function isHopeless(seen: Seen | undefined): boolean {
  return seen?.kind === 'notKnown' || (seen?.kind === 'found' && isRefused(seen.status));
}

/** What deleting the session means, for the middle of a sentence. */
export function meaningOf(seen: Seen | undefined): StatusMeaning {
  if (seen?.kind === 'notKnown') return { text: 'not known to this integration', firesWebhook: false };
  if (seen?.kind === 'found' && seen.status === undefined)
    return { text: 'without a status', firesWebhook: undefined };
  return statusMeaning(seen?.status);
}
