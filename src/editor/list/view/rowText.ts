import { countText } from '../../text/countText.ts';
import { groupTitles, type GroupName } from './listFilter.ts';

/** The texts of one row for the screen and for screen readers. Icons and colours are VS Code's own names. */
export interface RowText {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly icon?: string;
  readonly color?: string;
  /** Only for rows of entries that "Delete Listed Sessions…" may include. */
  readonly checkbox?: RowCheckbox;
}

/** A checkbox and its text for screen readers. */
export interface RowCheckbox {
  readonly isChecked: boolean;
  readonly spoken: string;
}

/** Whether two rows look and sound the same. */
export function isSameRow(one: RowText, other: RowText): boolean {
  return (
    one.label === other.label &&
    one.description === other.description &&
    one.tooltip === other.tooltip &&
    one.spoken === other.spoken &&
    one.icon === other.icon &&
    one.color === other.color &&
    one.checkbox?.isChecked === other.checkbox?.isChecked &&
    one.checkbox?.spoken === other.checkbox?.spoken
  );
}

const explanations: Readonly<Record<GroupName, string>> = {
  needsYou: 'Nothing more happens to these by itself, or no believable answer came for long: have a look.',
  sending: 'The request is out.',
  nextUp: 'Confirmed; these go with the next slots.',
  waiting:
    'Confirmed; these go when the rate limit lets them, or are tried or looked up again by themselves.',
  held: 'Kept back by you: none of these is sent before it is released.',
  listed:
    'On the list and not confirmed: nothing is sent. Checkboxes choose what “Delete Listed Sessions…” asks for.',
  notFound:
    'Veriff does not know these for their integration: deleted before, another integration’s, or archived by Veriff. If erasure must be certain, ask Veriff.',
  done: 'Deleted by you, as Veriff has confirmed.',
};

/**
 * The row of a group with `count` entries; `isChecked` is given if they have checkboxes, and tells whether all are
 * checked.
 */
export function groupText(name: GroupName, count: number, isChecked?: boolean): RowText {
  const sessions = countText(count, 'session');
  return {
    label: groupTitles[name],
    description: String(count),
    tooltip: explanations[name],
    spoken: `${groupTitles[name]}, ${sessions}`,
    ...(isChecked !== undefined && { checkbox: checkboxOf(`${sessions} listed`, isChecked) }),
  };
}

/** The row of a page with `count` of the group's `total` entries, starting at index `from` (from 0). */
export function pageText(
  name: GroupName,
  from: number,
  count: number,
  total: number,
  isChecked?: boolean,
): RowText {
  const [first, last] = [from + 1, from + count];
  return {
    label: `${first}–${last}`,
    description: '',
    tooltip: `${groupTitles[name]}, ${first} to ${last} of ${total}`,
    spoken: `${groupTitles[name]}, sessions ${first} to ${last} of ${total}`,
    ...(isChecked !== undefined && {
      checkbox: checkboxOf(`Listed sessions ${first} to ${last}`, isChecked),
    }),
  };
}

function checkboxOf(what: string, isChecked: boolean): RowCheckbox {
  return { isChecked, spoken: `${what}, ${isChecked ? 'all' : 'not all'} checked for deletion` };
}
