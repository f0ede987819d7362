import type { SessionId } from '../../veriff/sessionId.ts';
import type { IdRole } from '../role/role.ts';

/** One id in one source, at its most telling place. It never carries a token. */
export interface Finding {
  readonly id: SessionId;
  readonly role: IdRole;
  /**
   * Why the role was given, in words for the user. For an unknown role it is empty, or says that the id is part of a
   * longer word.
   */
  readonly reason: string;
  /** From 0, in the source as an editor shows it. */
  readonly line: number;
  /**
   * From 0, in UTF-16 units, of the first character of what holds the id: the UUID, or the whole session URL or
   * token.
   */
  readonly column: number;
  /** How often the id occurs in the source. */
  readonly count: number;
}

/** What was found in one source. */
export interface SourceFindings {
  /** The URI of the file or document; absent if it cannot be opened again, as for a clipboard. */
  readonly uri?: string;
  /** Its name for the user: a path within the workspace, or "the clipboard". */
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
  /** How many sources it stands for; 1 if it is absent. */
  readonly count?: number;
}

/** Everything that one search found, in the order of the sources. */
export interface Found {
  readonly sources: readonly SourceFindings[];
  readonly skipped: readonly SkippedSource[];
  readonly isCancelled: boolean;
}
