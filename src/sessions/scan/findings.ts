import type { SessionId } from '../../veriff/sessionId.ts';
import type { IdRole } from '../role/role.ts';

/** One id in one source, at the first place there that says most about it. It never carries a token. */
export interface Finding {
  readonly id: SessionId;
  readonly role: IdRole;
  /** Why the role was given, for a person; if it is unknown, empty or that the id is part of a longer word. */
  readonly reason: string;
  /** From 0, in the source as an editor shows it. */
  readonly line: number;
  /**
   * From 0, in UTF-16 units, of the first character of what holds the id: the UUID, or the whole session URL or
   * token.
   */
  readonly column: number;
  /** At how many places of the source the id stands. */
  readonly count: number;
}

/** What was found in one source. */
export interface SourceFindings {
  /** The URI of the file or document; absent if nobody could go back to it, as to a clipboard. */
  readonly uri?: string;
  /** What a person calls it: a path within the workspace, or "the clipboard". */
  readonly name: string;
  readonly findings: readonly Finding[];
}

/**
 * A file or folder that was not read, or not to its end, and why, in words for a person. If very many were not read,
 * the last ones of a search stand for more of the same reason, of which they name the first.
 */
export interface SkippedSource {
  readonly name: string;
  readonly reason: string;
  /** For how many it stands; for itself alone if it is absent. */
  readonly count?: number;
}

/** All that one search found, in the order in which it was met. */
export interface Found {
  readonly sources: readonly SourceFindings[];
  readonly skipped: readonly SkippedSource[];
  readonly isCancelled: boolean;
}
