import { countText, numberText } from '../../text/countText.ts';
import type { SkippedSource } from '../../../sessions/scan/findings.ts';
import { visibleText } from '../../text/visibleText.ts';
import type { Review } from './review.ts';
import type { ReviewMark, ReviewRole, ReviewRow, ReviewSection } from './reviewRows.ts';

/** The plural names of the roles. */
export const roleTitles: Readonly<Record<ReviewRole, string>> = {
  session: 'Sessions',
  unknown: 'Not known to be sessions',
  attempt: 'Attempts',
  endUser: 'End-users',
  vendorData: 'Vendor data',
  credential: 'Stored keys, never listed',
};

const roleNames: Readonly<Record<ReviewRole, string>> = {
  session: 'session',
  unknown: 'not known to be a session',
  attempt: 'an attempt’s id',
  endUser: 'an end-user’s id',
  vendorData: 'vendor data',
  credential: 'a stored key, never listed',
};

const markTexts: Readonly<Record<ReviewMark, string>> = {
  listed: 'already on the list',
  held: 'already on the list, on hold',
  deleted: 'already deleted',
  notFound: 'already gone from Veriff',
};

/**
 * A file's text or name as part of a label: hidden characters are made visible, and VS Code makes no icon or link of
 * it.
 */
export function labelText(text: string, most = 120): string {
  return visibleText(text, most).replace(/(?<=[\]$])\(/g, ' (');
}

/** An id shortened for a narrow side bar. A stored key is not shown. */
export function shortIdText({ of }: ReviewRow): string {
  return of === undefined ? 'A stored key' : `${of.id.slice(0, 8)}…${of.id.slice(-4)}`;
}

/** The description of a row: line, state on the list, role and reason. */
export function rowText({ role, reason, line, count, of, section }: ReviewRow): string {
  return [
    // Without a URI (a terminal, the clipboard) there is no line to go to.
    ...(section.group.uri === undefined ? [] : [`line ${numberText(line + 1)}`]),
    ...(of?.mark === undefined ? [] : [markTexts[of.mark]]),
    ...(role === 'session' ? [] : [roleNames[role]]),
    ...(reason === '' || role === 'credential' ? [] : [labelText(reason, 80)]),
    ...(count > 1 ? [`${numberText(count)} places`] : []),
  ].join(' · ');
}

/** A row's text for screen readers. */
export function spokenRow(row: ReviewRow): string {
  const what =
    row.of === undefined ? 'A stored key' : `${row.role === 'session' ? 'Session' : 'Id'} ${row.of.id}`;
  return [what, ...rowText(row).split(' · '), labelText(row.section.group.name)].join(', ');
}

/** The count next to a source or a part of it, such as "3 of 5 chosen". */
export function chosenText({ chosen, choosable }: Pick<ReviewSection, 'chosen' | 'choosable'>): string {
  if (choosable === 0) return 'none to choose';
  if (chosen === choosable) return choosable === 1 ? 'chosen' : `all ${numberText(choosable)} chosen`;
  return `${numberText(chosen)} of ${numberText(choosable)} chosen`;
}

/** The title of the row that adds the chosen ids, and of its command: "Add 12 Sessions to the List". */
export function addTitle(chosen: number): string {
  return chosen === 1 ? 'Add One Session to the List' : `Add ${numberText(chosen)} Sessions to the List`;
}

/** The message above the rows: how many ids there are, what is left out, and that nothing is added without the user. */
export function headText(review: Review): string {
  const keys = review.countOf('credential');
  const hidden = review.filter === undefined ? [] : ['The filter hides some; what it hides stays chosen.'];
  return [
    `${numberText(review.chosenCount)} of ${numberText(review.size)} ${review.size === 1 ? 'id' : 'ids'} chosen. Nothing is listed before you add it.`,
    ...hidden,
    ...(keys === 0
      ? []
      : [`${keys === 1 ? 'A stored key is' : `${numberText(keys)} stored keys are`} left out.`]),
    ...endText(review),
  ].join(' ');
}

/** What a search did not read; empty if it read everything. */
export function endText({ skipped, isCut }: Pick<Review, 'skipped' | 'isCut'>): readonly string[] {
  const count = skippedCount(skipped);
  return [
    ...(isCut ? ['The search was cancelled: there may be more.'] : []),
    ...(count === 0
      ? []
      : [`Not read, or not to the end: ${countText(count, 'file or folder', 'files and folders')}.`]),
  ];
}

/** How many sources were skipped; one item may count for several. */
export function skippedCount(skipped: readonly SkippedSource[]): number {
  return skipped.reduce((sum, { count = 1 }) => sum + count, 0);
}

// A message has one line, and a user who dropped a hundred pictures needs only a few of their names.
const mostNamed = 3;

/** The message if nothing was found: what was not read, and why. */
export function nothingText({ skipped, isCut }: Pick<Review, 'skipped' | 'isCut'>): string {
  const named = skipped
    .slice(0, mostNamed)
    .map(({ name, reason }) => `${labelText(name, 60)} (${labelText(reason, 60)})`);
  const others = skippedCount(skipped) - named.length;
  const more = others > 0 ? ` and ${numberText(others)} more` : '';
  return [
    'Nothing was added: no session id was found.',
    ...(isCut ? ['The search was cancelled.'] : []),
    ...(named.length === 0 ? [] : [`Not read: ${named.join(', ')}${more}.`]),
  ].join(' ');
}
