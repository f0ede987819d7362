import { countText, numberText } from '../../text/countText.ts';
import type { Review } from './review.ts';
import { sumOf, type ReviewGroup, type ReviewRow, type ReviewSection } from './reviewRows.ts';
import { addTitle, chosenText, labelText, rowText, shortIdText, spokenRow } from './reviewText.ts';

/** The most rows shown below one row; if there are more, they are put on pages. */
export const reviewPageSize = 200;

interface NodeParts {
  /** Stays the same for a row during one review. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly icon?: string;
  readonly checkbox?: { readonly isChecked: boolean; readonly spoken: string };
  /** Undefined if the row has no children. */
  readonly isOpen?: boolean;
}

/** One row of the tree and what it represents. */
export type ReviewNode = NodeParts &
  (
    | { readonly kind: 'add' }
    | { readonly kind: 'groups'; readonly from: number }
    | { readonly kind: 'group'; readonly group: ReviewGroup }
    | { readonly kind: 'section'; readonly section: ReviewSection }
    | { readonly kind: 'page'; readonly section: ReviewSection; readonly from: number }
    | { readonly kind: 'row'; readonly row: ReviewRow }
    | { readonly kind: 'skipped'; readonly from: number }
    | { readonly kind: 'skip' }
  );

/** The rows below a row, or the top rows. At most a few hundred are made at once, however many ids there are. */
export function reviewNodes(review: Review, parent?: ReviewNode): readonly ReviewNode[] {
  switch (parent?.kind) {
    case undefined:
      return [addNode(review), ...groupNodes(review), ...skippedNodes(review)];
    case 'groups':
      return slice(review.groups, parent.from).map((group) => groupNode(review, group));
    case 'group':
      return [...sectionNodes(review, parent.group.sessions), ...othersNode(review, parent.group)];
    case 'section':
      return sectionNodes(review, parent.section);
    case 'page':
      return rowNodes(review, parent.section, parent.from);
    case 'skipped':
      return skipNodes(review, parent.from);
    case 'add':
    case 'row':
    case 'skip':
      return [];
  }
}

/** The rows that a checkbox changes: its own row, the rows of its page, or the sessions of its source. */
export function rowsBelow(review: Review, node: ReviewNode): readonly ReviewRow[] {
  switch (node.kind) {
    case 'row':
      return [node.row];
    case 'page':
      return slice(review.rowsOf(node.section), node.from);
    case 'section':
      return review.rowsOf(node.section);
    case 'group':
      // Ids that are not sessions are chosen only by their own checkboxes, not with the sessions of their source.
      return review.rowsOf(node.group.sessions);
    case 'add':
    case 'groups':
    case 'skipped':
    case 'skip':
      return [];
  }
}

function addNode(review: Review): ReviewNode {
  const label = addTitle(review.chosenCount);
  const description = review.chosenCount === 0 ? 'choose some first' : '';
  const tooltip =
    'They are listed with the places where they were found. Nothing is deleted before you have confirmed it.';
  return { kind: 'add', id: 'add', label, description, tooltip, spoken: label, icon: 'add' };
}

function groupNodes(review: Review): readonly ReviewNode[] {
  const { groups } = review;
  if (groups.length <= reviewPageSize) return groups.map((group) => groupNode(review, group));
  return starts(groups.length).map((from) => {
    const to = Math.min(groups.length, from + reviewPageSize);
    const label = `Files ${numberText(from + 1)} to ${numberText(to)}`;
    return { kind: 'groups', from, id: `groups:${from}`, ...plain(label), isOpen: from === 0 };
  });
}

function groupNode(review: Review, group: ReviewGroup): ReviewNode {
  const { sessions, others } = group;
  const count = review.rowsOf(sessions).length;
  const other = review.rowsOf(others).length;
  const description = [
    ...(count === 0 ? [] : [chosenText(sessions)]),
    ...(other === 0 ? [] : [`${numberText(other)} other ${other === 1 ? 'id' : 'ids'}`]),
  ].join(' · ');
  const label = labelText(group.name);
  return {
    kind: 'group',
    group,
    id: `group:${group.key}`,
    label,
    description,
    tooltip: [labelText(group.uri ?? group.name, 1000), description].join('\n'),
    spoken: [label, countText(count, 'session'), description].join(', '),
    icon: 'file',
    // A few files fit on the screen; with thousands, open ones would push the others out of sight.
    isOpen: review.groups.length <= 20,
    ...(count > 0 && sessions.choosable > 0 && { checkbox: checkbox(sessions, `Sessions in ${label}`) }),
  };
}

function othersNode(review: Review, { others, sessions }: ReviewGroup): readonly ReviewNode[] {
  const count = review.rowsOf(others).length;
  if (count === 0) return [];
  const label = 'Other ids';
  const sum = review.sumOf(others);
  const description = `${numberText(count)} · ${chosenText(sum)}`;
  return [
    {
      kind: 'section',
      section: others,
      id: `others:${others.group.key}`,
      label,
      description,
      tooltip:
        'What stands around these does not say that they are sessions, or says that they are something else.',
      spoken: `${label} in ${labelText(others.group.name)}, ${description}`,
      isOpen: review.rowsOf(sessions).length === 0,
      ...(sum.choosable > 0 && {
        checkbox: checkbox(sum, `Other ids in ${labelText(others.group.name)}`),
      }),
    },
  ];
}

function sectionNodes(review: Review, section: ReviewSection): readonly ReviewNode[] {
  const rows = review.rowsOf(section);
  if (rows.length <= reviewPageSize) return rowNodes(review, section, 0);
  return starts(rows.length).map((from) => pageNode(section, slice(rows, from), from));
}

function pageNode(section: ReviewSection, rows: readonly ReviewRow[], from: number): ReviewNode {
  const sum = sumOf(rows);
  const label = `${numberText(from + 1)} to ${numberText(from + rows.length)}`;
  const description = chosenText(sum);
  return {
    kind: 'page',
    section,
    from,
    id: `page:${section.kind}:${section.group.key}:${from}`,
    ...plain(label),
    description,
    spoken: `${labelText(section.group.name)}, ${label}, ${description}`,
    isOpen: from === 0,
    ...(sum.choosable > 0 && { checkbox: checkbox(sum, `Ids ${label}`) }),
  };
}

function rowNodes(review: Review, section: ReviewSection, from: number): readonly ReviewNode[] {
  return slice(review.rowsOf(section), from).map((row, index) =>
    rowNode(row, `${section.kind}:${section.group.key}:${from + index}`),
  );
}

function rowNode(row: ReviewRow, place: string): ReviewNode {
  const { of } = row;
  const canBeChosen = of !== undefined && of.mark === undefined;
  const description = rowText(row);
  return {
    kind: 'row',
    row,
    // Contains the session id, because a changed filter puts another row at the same index.
    id: `row:${place}:${of?.id ?? `key ${row.line}:${row.column}`}`,
    label: shortIdText(row),
    description,
    tooltip: [...(of === undefined ? [] : [of.id]), ...description.split(' · ')].join('\n'),
    spoken: spokenRow(row),
    ...(!canBeChosen && { icon: of === undefined ? 'key' : 'check' }),
    ...(canBeChosen && {
      checkbox: {
        isChecked: of.isChosen,
        spoken: `${of.id}, ${of.isChosen ? '' : 'not '}chosen for the list`,
      },
    }),
  };
}

function skippedNodes({ skipped }: Review): readonly ReviewNode[] {
  return starts(skipped.length).map((from) => {
    const to = Math.min(skipped.length, from + reviewPageSize);
    const isOne = skipped.length <= reviewPageSize;
    const label = isOne ? 'Not read' : `Not read, ${numberText(from + 1)} to ${numberText(to)}`;
    const description = numberText(to - from);
    return {
      kind: 'skipped',
      from,
      id: `skipped:${from}`,
      ...plain(label),
      description,
      spoken: `${label}, ${countText(to - from, 'file or folder', 'files and folders')}`,
      isOpen: false,
    };
  });
}

function skipNodes({ skipped }: Review, from: number): readonly ReviewNode[] {
  return slice(skipped, from).map(({ name, reason }, index) => {
    const [label, description] = [labelText(name), labelText(reason)];
    const spoken = `${label}, ${description}`;
    return {
      kind: 'skip',
      id: `skip:${from + index}`,
      label,
      description,
      tooltip: spoken,
      spoken,
      icon: 'circle-slash',
    };
  });
}

function checkbox(
  { chosen, choosable }: Pick<ReviewSection, 'chosen' | 'choosable'>,
  what: string,
): { isChecked: boolean; spoken: string } {
  // VS Code has no half-checked state; the count next to an unchecked box says whether some are chosen.
  return { isChecked: chosen === choosable, spoken: `${what}, ${chosenText({ chosen, choosable })}` };
}

function plain(label: string): Pick<ReviewNode, 'label' | 'description' | 'tooltip' | 'spoken'> {
  return { label, description: '', tooltip: label, spoken: label };
}

function starts(count: number): readonly number[] {
  return Array.from({ length: Math.ceil(count / reviewPageSize) }, (_, page) => page * reviewPageSize);
}

function slice<T>(all: readonly T[], from: number): readonly T[] {
  return all.slice(from, from + reviewPageSize);
}
