import type { Finding, SourceFindings } from '../../../sessions/scan/findings.ts';
import type { SessionId } from '../../../veriff/sessionId.ts';

/** What kind of id it seems to be. A `credential` equals a stored key: it is shown, and can never be chosen. */
export type ReviewRole = Finding['role'];

/** The state of an id that is on the list already. It cannot be chosen, since adding it again would change nothing. */
export type ReviewMark = 'listed' | 'held' | 'deleted' | 'notFound';

/** One id, even if several sources contain it: choosing it in one of them chooses it in all. */
export interface ReviewedId {
  readonly id: SessionId;
  readonly mark: ReviewMark | undefined;
  readonly isChosen: boolean;
}

/** One id in one source; for a stored key, the value is left out. */
export interface ReviewRow extends Pick<Finding, 'reason' | 'line' | 'column' | 'count'> {
  readonly role: ReviewRole;
  readonly section: ReviewSection;
  readonly of: ReviewedId | undefined;
}

/** The sessions of one source, or its other ids. */
export interface ReviewSection {
  readonly kind: 'sessions' | 'others';
  readonly group: ReviewGroup;
  readonly rows: readonly ReviewRow[];
  /** How many of the rows are chosen, and how many can be chosen. */
  readonly chosen: number;
  readonly choosable: number;
}

/** One source. */
export interface ReviewGroup extends Pick<SourceFindings, 'uri' | 'name'> {
  /** Stays the same during one review. */
  readonly key: string;
  readonly sessions: ReviewSection;
  readonly others: ReviewSection;
}

/** How many of the rows are chosen, and how many can be chosen. */
export function sumOf(rows: readonly ReviewRow[]): Pick<ReviewSection, 'chosen' | 'choosable'> {
  const choosable = rows.filter(({ of }) => of !== undefined && of.mark === undefined);
  return { choosable: choosable.length, chosen: choosable.filter(({ of }) => of?.isChosen === true).length };
}
