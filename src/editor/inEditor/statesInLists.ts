import { notStoredHere } from '../app/integration.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { App } from '../app/app.ts';
import { titleOf, type StoredIntegrations } from '../app/integration.ts';
import { listedStates, type ListedState } from './listedStates.ts';

/**
 * The states of the sessions on the lists of all integrations, stored ones by their titles. Throws `DatabaseUnusable`.
 */
export function statesInLists(
  app: App,
  { integrations }: StoredIntegrations,
  sessionIds: readonly SessionId[],
): ReadonlyMap<SessionId, readonly ListedState[]> {
  // If two have the same id, the title of the first is used, as in the view.
  const titles = new Map(integrations.toReversed().map((each) => [each.id, titleOf(each)]));
  const { wallAt: now } = app.clock();
  return listedStates({ ...app.records(), titles, absent: notStoredHere, now }, sessionIds);
}
