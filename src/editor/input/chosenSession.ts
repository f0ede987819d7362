import type { EntrySource } from '../../cleanup/list/entry.ts';
import type { FoundId } from '../../sessions/scan/findSessionIds.ts';
import { rankOfRole, type IdRole } from '../../sessions/role/role.ts';
import type { SessionId } from '../../veriff/sessionId.ts';

/** A session that the user chose, and what the text around its id says about it. */
export interface ChosenSession {
  readonly sessionId: SessionId;
  readonly role: IdRole;
  /** The reason for the role in words; empty if nothing is known. */
  readonly reason: string;
  readonly source?: EntrySource;
}

/** A found id as a chosen session; `sourceAt` returns the source of an offset in the text. */
export function chosenFrom(found: FoundId, sourceAt?: (offset: number) => EntrySource): ChosenSession {
  return {
    sessionId: found.id,
    role: found.role,
    reason: found.reason,
    ...(sourceAt && { source: sourceAt(found.start) }),
  };
}

/** Each session once, in the order of first occurrence, with the occurrence that says most about it. */
export function withoutRepeats(chosen: readonly ChosenSession[]): readonly ChosenSession[] {
  const byId = new Map<SessionId, ChosenSession>();
  for (const session of chosen) {
    const known = byId.get(session.sessionId);
    if (known === undefined || rankOfRole(session.role) > rankOfRole(known.role))
      byId.set(session.sessionId, session);
  }
  return [...byId.values()];
}

/** A warning if the text around the id says that it is not a session's id; otherwise undefined. */
export function roleWarning({ role, reason }: ChosenSession): string | undefined {
  switch (role) {
    case 'session':
    case 'unknown':
      return undefined;
    case 'attempt':
      return `this looks like an attempt’s id, not a session’s: it is ${reason}`;
    case 'endUser':
      return `this looks like an end-user’s id, not a session’s: it is ${reason}`;
    case 'vendorData':
      return `this looks like your own vendor data, not a session’s id: it is ${reason}`;
    case 'credential':
      return `this is no session’s id: it is ${reason}`;
  }
}
