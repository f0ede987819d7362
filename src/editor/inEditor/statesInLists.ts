import { notStoredHere } from '../app/integration.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { App } from '../app/app.ts';
import { titleOf, type StoredIntegrations } from '../app/integration.ts';
import { listedStates, type ListedState } from './listedStates.ts';

/** How the sessions stand on the lists of all integrations, these being stored here. Throws `DatabaseUnusable`. */
export function statesInLists(
  app: App,
  { integrations }: StoredIntegrations,
  sessionIds: readonly SessionId[],
): ReadonlyMap<SessionId, readonly ListedState[]> {
  // Of two with the same base URL and API key the first gives its name, as in the view.
  const titles = new Map(integrations.toReversed().map((each) => [each.id, titleOf(each)]));
  const { wallAt: now } = app.clock();
  return listedStates({ ...app.records(), titles, absent: notStoredHere, now }, sessionIds);
}
