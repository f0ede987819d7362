import { notStoredHere } from '../../app/integration.ts';
import * as vscode from 'vscode';
import { Positions } from '../../../cleanup/list/positions.ts';
import type { CleanupView } from './cleanupView.ts';
import type { App } from '../../app/app.ts';
import {
  groupChoices,
  integrationChoices,
  orderCalled,
  withGroups,
  withIntegrations,
  withText,
  type FilterChoice,
} from './filterChoices.ts';
import { titleOf } from '../../app/integration.ts';
import { filterText, isFiltered, orderTitles, without, type ListFilter } from './listFilter.ts';
import { everyGroup } from './listRows.ts';
import { ListGroups } from './listGroups.ts';
import { runSteps } from '../../input/quickSteps.ts';

const title = 'Filter the Cleanup List';

/**
 * "Filter List…": changes the filter for text, state or integration; the other two are kept. Escape changes nothing.
 */
export async function filterList(app: App, view: CleanupView): Promise<void> {
  const titles = await storedTitles(app);
  const { filter } = view;
  const part = (name: keyof ListFilter): string =>
    filter[name] === undefined
      ? 'any'
      : filterText({ [name]: filter[name] }, (key) => titles.get(key) ?? notStoredHere);
  const ways = [
    { label: 'Text…', description: part('text'), ask: () => askText(filter) },
    { label: 'State…', description: part('groups'), ask: () => askGroups(app, view, titles) },
    {
      label: 'Integration…',
      description: part('integrations'),
      ask: () => askIntegrations(app, filter, titles),
    },
    ...(isFiltered(filter)
      ? [
          {
            label: 'Clear Filter',
            description: 'show everything',
            ask: () => Promise.resolve<ListFilter>({}),
          },
        ]
      : []),
  ];
  const way = await vscode.window.showQuickPick(ways, { title, placeHolder: 'What should the list show?' });
  const chosen = await way?.ask();
  if (chosen !== undefined) view.setFilter(chosen);
}

/** "Clear Filter". */
export function clearFilter(view: CleanupView): Promise<void> {
  view.setFilter({});
  return Promise.resolve();
}

/** "Sort List…". Escape changes nothing. */
export async function sortList(view: CleanupView): Promise<void> {
  const step = {
    field: 'order',
    prompt: 'In which order? What goes next stays first',
    choices: Object.values(orderTitles).map((value) => ({
      value,
      description: value === orderTitles[view.order] ? 'as now' : '',
    })),
  } as const;
  const chosen = await runSteps('Sort the Cleanup List', [step], { order: orderTitles[view.order] });
  const order = chosen && orderCalled(chosen.order);
  if (order !== undefined) view.setOrder(order);
}

async function askText(filter: ListFilter): Promise<ListFilter | undefined> {
  const typed = await vscode.window.showInputBox({
    title,
    prompt: 'Part of a session id, of a file’s address or of a note; nothing shows all',
    value: filter.text ?? '',
  });
  return typed === undefined ? undefined : withText(filter, typed);
}

async function askGroups(
  app: App,
  { choice }: CleanupView,
  titles: ReadonlyMap<string, string>,
): Promise<ListFilter | undefined> {
  const records = app.records();
  const sources = { ...records, positions: new Positions(records.database), stored: new Set(titles.keys()) };
  const outline = new ListGroups(sources, { ...choice, filter: without(choice.filter, 'groups') });
  const chosen = await pickMany(
    groupChoices(choice.filter, (name) => outline.count(name)),
    'Sessions in which state?',
  );
  return chosen && withGroups(choice.filter, chosen);
}

async function askIntegrations(
  app: App,
  filter: ListFilter,
  titles: ReadonlyMap<string, string>,
): Promise<ListFilter | undefined> {
  const onList = app.records().groups.integrationsOn(everyGroup);
  const choices = integrationChoices(filter, titles, onList, notStoredHere);
  const chosen = await pickMany(choices, 'Sessions of which integration?');
  return chosen && withIntegrations(filter, chosen, choices.length);
}

async function pickMany<Value>(
  choices: readonly FilterChoice<Value>[],
  placeHolder: string,
): Promise<readonly Value[] | undefined> {
  const picked = await vscode.window.showQuickPick(choices, { title, placeHolder, canPickMany: true });
  return picked?.map(({ value }) => value);
}

async function storedTitles(app: App): Promise<ReadonlyMap<string, string>> {
  const { integrations } = await app.store.read();
  return new Map(integrations.map((each) => [each.id, titleOf(each)]));
}
