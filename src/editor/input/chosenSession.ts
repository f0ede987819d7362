import type { EntrySource } from '../../cleanup/list/entry.ts';
import type { FoundId } from '../../sessions/scan/findSessionIds.ts';
import { rankOfRole, type IdRole } from '../../sessions/role/role.ts';
import type { SessionId } from '../../veriff/sessionId.ts';

/** One session that the user pointed at, and what the place where it stands says of it. */
export interface ChosenSession {
  readonly sessionId: SessionId;
  readonly role: IdRole;
  /** Why it has this role, in words; empty if nothing is known. */
  readonly reason: string;
  readonly source?: EntrySource;
}

/** A found id as a choice; `sourceAt` tells where an offset of the text stands. */
export function chosenFrom(found: FoundId, sourceAt?: (offset: number) => EntrySource): ChosenSession {
  return {
    sessionId: found.id,
    role: found.role,
    reason: found.reason,
    ...(sourceAt && { source: sourceAt(found.start) }),
  };
}

/** Each session once, in the order of its first place; of several places the one that says most of it counts. */
export function withoutRepeats(chosen: readonly ChosenSession[]): readonly ChosenSession[] {
  const byId = new Map<SessionId, ChosenSession>();
  for (const session of chosen) {
    const known = byId.get(session.sessionId);
    if (known === undefined || rankOfRole(session.role) > rankOfRole(known.role))
      byId.set(session.sessionId, session);
  }
  return [...byId.values()];
}

/** A warning if the surroundings say that the id is another thing than a session's; otherwise undefined. */
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
