import type { SessionId } from '../../veriff/sessionId.ts';
import type { App } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import { showResult, type MessageAction } from '../app/messages.ts';
import type { LookUps } from '../confirming/lookFirst.ts';
import { lookElsewhereAction } from '../lookingUp/lookElsewhere.ts';
import { countText } from '../text/countText.ts';

/** The button that looks the sessions that are not known here up elsewhere, if there are any, and other integrations. */
export async function elsewhereActions(
  app: App,
  integration: Integration,
  lookedUp: LookUps,
): Promise<readonly MessageAction[]> {
  const notKnown = notKnownIn(lookedUp);
  const action = notKnown.length === 0 ? undefined : await lookElsewhereAction(app, integration, notKnown);
  return action === undefined ? [] : [action];
}

/** After a question that has left out sessions that are not known here: says so if another integration may know them. */
export async function offerElsewhere(app: App, integration: Integration, lookedUp: LookUps): Promise<void> {
  const actions = await elsewhereActions(app, integration, lookedUp);
  if (actions.length === 0) return;
  const what = countText(notKnownIn(lookedUp).length, 'session');
  showResult('info', `${what} left out: not known to ${titleOf(integration)}.`, app.log, actions);
}

function notKnownIn(lookedUp: LookUps): readonly { readonly sessionId: SessionId }[] {
  return [...lookedUp].flatMap(([sessionId, { outcome }]) =>
    outcome.kind === 'notFound' ? [{ sessionId }] : [],
  );
}
