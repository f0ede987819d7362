import * as vscode from 'vscode';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { contextKeys } from '../../../src/contributions.ts';
import { closeWorkshops, HostWorkshop } from './hostWorkshop.ts';
import { ListAtWindow, type Row } from './listAtWindow.ts';
import { person } from './personAtWindow.ts';

/** What each test of a view suite works with, new for each test. */
export interface ViewSuite {
  readonly workshop: HostWorkshop;
  readonly list: ListAtWindow;
}

/** Gives each test of the surrounding suite a window with a paused list, and closes both after it. */
export function beforeEachView(hand: (made: ViewSuite) => void): void {
  beforeEach(async () => {
    person.contextKeys.clear();
    const workshop = await HostWorkshop.open();
    hand({ workshop, list: new ListAtWindow(workshop) });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await closeWorkshops();
  });
}

/** Changes the database and reports that to the window, as for another window's change. */
export function changeElsewhere(
  workshop: HostWorkshop,
  work: (list: CleanupList, switches: Switches) => void,
): void {
  workshop.inDatabase((database) => work(new CleanupList(database), new Switches(database)));
  workshop.secrets.touch();
}

/** The id of an entry's row in the view. */
export function idOf({ entry }: Row): string {
  return `entry:${entry.id}`;
}

/** The value of a context key of the menus. */
export function contextKey(name: keyof typeof contextKeys): unknown {
  return person.contextKeys.get(contextKeys[name]);
}
