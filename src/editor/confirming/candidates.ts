import type { ChosenSession } from '../input/chosenSession.ts';
import { isHopeless, seenOf, type SeenSources } from './seen.ts';

/** What a question may name: the sessions to delete, and those that are left out unless the user includes them. */
export interface Candidates {
  readonly sessions: readonly ChosenSession[];
  readonly leftOut: readonly ChosenSession[];
}

/** Divides sessions into those to delete and those for which a DELETE would most likely only cost a slot. */
export function candidatesOf(sessions: readonly ChosenSession[], sources: SeenSources): Candidates {
  const isLeftOut = ({ sessionId }: ChosenSession): boolean => isHopeless(seenOf(sessionId, sources));
  return {
    sessions: sessions.filter((session) => !isLeftOut(session)),
    leftOut: sessions.filter(isLeftOut),
  };
}
