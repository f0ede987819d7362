import { commands, views } from '../../contributions.ts';
import type { EntrySource } from '../../cleanup/list/entry.ts';
import type { FoundId } from '../../sessions/scan/findSessionIds.ts';
import { roleWarning } from '../input/chosenSession.ts';
import type { ListedState } from './listedStates.ts';
import { commandLink, escapedMarkdown } from './markdown.ts';

/** The command that shows the cleanup list; VS Code creates one for each view. */
export const showListCommand = `${views.list}.focus`;

/** The only commands that a hover may run. None of them deletes: "Delete…" only opens the confirmation. */
export const hoverCommands: readonly string[] = [
  commands.deleteSession,
  commands.addToList,
  commands.lookUpSession,
  commands.showPlan,
  showListCommand,
];

/** What a hover is made of. */
export interface HoverFacts {
  readonly found: Pick<FoundId, 'id' | 'role' | 'reason'>;
  /** The place of the id; undefined if the document cannot be opened again. */
  readonly source?: EntrySource | undefined;
  readonly states: readonly ListedState[];
  /** The id and title of the current integration, for which the hover's commands work. */
  readonly current: { readonly key: string; readonly title: string } | undefined;
}

/** The hover over an id as Markdown: its state on the lists, in the words of the view, and the possible actions. */
export function hoverText(facts: HoverFacts): string {
  const { found, states } = facts;
  const warning = roleWarning({ sessionId: found.id, role: found.role, reason: found.reason });
  const known = states.map(stateText);
  const parts = [
    ...(known.length > 0
      ? known
      : [`**${warning === undefined ? 'Not on the Veriff cleanup list' : 'No Veriff session id'}**`]),
    ...(warning === undefined ? [] : [escapedMarkdown(`${capital(warning)}.`)]),
  ];
  const links = linksFor(facts, warning !== undefined);
  return [...parts, ...(links.length === 0 ? [] : [links.join(' · ')])].join('\n\n');
}

function stateText({ text, integration, details }: ListedState): string {
  const lines = [`Integration: ${integration}`, ...details];
  return [`**${escapedMarkdown(capital(text))}**`, ...lines.map(escapedMarkdown)].join('  \n');
}

function linksFor({ found, source, states, current }: HoverFacts, isForeign: boolean): readonly string[] {
  const list = commandLink('Show List', showListCommand, [], 'Show the cleanup list');
  const plan = commandLink('Show Plan', commands.showPlan, [], 'When each confirmed session goes');
  const shown = states.length === 0 ? [] : [list];
  // The commands work for the current integration: the id's state on another one's list does not matter here.
  const own = states.find(({ entry }) => entry.integration === current?.key)?.entry;
  if (current === undefined || (isForeign && own === undefined)) return shown;
  // With the source, so that the entry has the place where it was found.
  const handedOver = source === undefined ? [found.id] : [found.id, source];
  const asked = `Asks first, for ${current.title}: nothing is deleted before you have confirmed it`;
  const ask = commandLink('Delete…', commands.deleteSession, handedOver, asked);
  if (own === undefined) {
    const add = commandLink(
      'Add to List',
      commands.addToList,
      handedOver,
      `To the cleanup list of ${current.title}; nothing is confirmed by that`,
    );
    const look = commandLink(
      'Look Up Status',
      commands.lookUpSession,
      [found.id],
      `Asks Veriff about it for ${current.title}; nothing is listed or deleted by that`,
    );
    return [ask, add, look, ...shown];
  }
  switch (own.group) {
    case 'done':
    case 'sending':
      return shown;
    case 'queue':
      return [plan, ...shown];
    case 'listed':
    case 'held':
    case 'later':
    case 'needsYou':
    case 'notFound':
      return [ask, ...shown];
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
