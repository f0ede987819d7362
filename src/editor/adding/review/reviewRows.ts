import type { Finding, SourceFindings } from '../../../sessions/scan/findings.ts';
import type { SessionId } from '../../../veriff/sessionId.ts';

/** What an id is taken for. A `credential` equals a stored key: it can be looked at and never be chosen. */
export type ReviewRole = Finding['role'];

/** What the list has of an id already; to list it once more would change nothing, so it cannot be chosen. */
export type ReviewMark = 'listed' | 'held' | 'deleted' | 'gone';

/** One id, however many sources hold it. To choose it in one of them chooses it in all. */
export interface ReviewedId {
  readonly id: SessionId;
  readonly mark: ReviewMark | undefined;
  readonly isChosen: boolean;
}

/** One id in one source. The value of a stored key is not in it. */
export interface ReviewRow extends Pick<Finding, 'reason' | 'line' | 'column' | 'count'> {
  readonly role: ReviewRole;
  readonly section: ReviewSection;
  readonly of: ReviewedId | undefined;
}

/** Half of a source: what is taken for sessions, or everything else. */
export interface ReviewSection {
  readonly kind: 'sessions' | 'others';
  readonly group: ReviewGroup;
  readonly rows: readonly ReviewRow[];
  /** How many of the rows are chosen, and how many could be. */
  readonly chosen: number;
  readonly choosable: number;
}

/** One source. */
export interface ReviewGroup extends Pick<SourceFindings, 'uri' | 'name'> {
  /** Stays the same as long as the review lasts. */
  readonly key: string;
  readonly sessions: ReviewSection;
  readonly others: ReviewSection;
}

/** How many of the rows are chosen, and how many could be. */
export function sumOf(rows: readonly ReviewRow[]): Pick<ReviewSection, 'chosen' | 'choosable'> {
  const choosable = rows.filter(({ of }) => of !== undefined && of.mark === undefined);
  return { choosable: choosable.length, chosen: choosable.filter(({ of }) => of?.isChosen === true).length };
}
