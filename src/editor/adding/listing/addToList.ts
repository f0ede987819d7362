import * as vscode from 'vscode';
import type { NewEntry } from '../../../cleanup/list/cleanupList.ts';
import { commands } from '../../../contributions.ts';
import type { App } from '../../app/app.ts';
import { isStoredSecret, titleOf, type Integration } from '../../app/integration.ts';
import { ListWriter, type AddResult } from './listWriter.ts';
import { listingText } from './listingText.ts';
import { withProgress } from '../../app/progress.ts';
import { failureText, showResult, type MessageAction } from '../../app/messages.ts';
import { offerIntegration } from '../../app/offerIntegration.ts';

/** The integration to add sessions for, and the stored keys, which are never added. */
export interface AddTarget {
  readonly integration: Integration;
  readonly isKey: (id: string) => boolean;
  /** The same keys in lower case, for checking very many ids. */
  readonly keys: ReadonlySet<string>;
}

/** The current integration. If there is none, offers to add one and returns undefined. */
export async function addTarget(app: App): Promise<AddTarget | undefined> {
  const { integrations, currentId } = await app.store.read();
  const integration = integrations.find(({ id }) => id === currentId);
  if (integration === undefined) {
    offerIntegration(app, 'added');
    return undefined;
  }
  const keys = integrations.flatMap(({ apiKey, sharedSecretKeys }) => [apiKey, ...sharedSecretKeys]);
  return {
    integration,
    isKey: (id) => isStoredSecret(id, integrations),
    keys: new Set(keys.map((key) => key.trim().toLowerCase())),
  };
}

/** Lists the entries chosen in a review, and tells the user the result. True if all of them were listed. */
export async function listChosen(app: App, target: AddTarget, chosen: readonly NewEntry[]): Promise<boolean> {
  const isLong = chosen.length > mostAtOnce;
  const result = await withListing(app, target, isLong, (listing, { tell, signal }) =>
    listing.take(chosen, signal, () => tell(`${listing.added} added`, (100 * listing.added) / chosen.length)),
  );
  tellListing(app, target, result, 'nothing was chosen');
  return isWhole(result);
}

/** Tells the user that a text contains no session id. */
export function tellNothing(app: App, target: AddTarget, name: string): void {
  const nothing: AddResult = { added: 0, already: 0, keys: 0, isCancelled: false };
  tellListing(app, target, nothing, `${name} holds no session id`);
}

/** The one message after adding, with buttons for the next step. */
export function tellListing(app: App, target: AddTarget, result: AddResult, nothingFound: string): void {
  const title = titleOf(target.integration);
  const { added, already, keys, error } = result;
  const { tone, text } = listingText(result, title, nothingFound);
  app.log.event(
    `added to the list, not confirmed: ${added} · ${title} · already on it: ${already}, left out as stored keys: ${keys}`,
  );
  const actions: MessageAction[] = [];
  if (added + already > 0)
    actions.push({
      title: 'Delete Listed Sessions…',
      run: () => vscode.commands.executeCommand(commands.startCleanup),
    });
  showResult(tone, error === undefined ? text : `${text} ${failureText(error)}`, app.log, actions);
}

// Fewer entries are added before anyone could read a progress message.
const mostAtOnce = 5000;

export function isWhole({ isCancelled, error }: AddResult): boolean {
  return !isCancelled && error === undefined;
}

/** The progress of adding (in percent) and the signal of its Cancel button. */
interface AddProgress {
  readonly tell: (message: string, percent: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs `work` with a list writer, with progress and cancel if `isLong`. What was added before Cancel stays on the list.
 */
export function withListing(
  app: App,
  target: AddTarget,
  isLong: boolean,
  work: (listing: ListWriter, around: AddProgress) => Promise<void>,
): Thenable<AddResult> {
  if (!isLong) return listingWork(app, target, (listing) => work(listing, { tell: () => undefined }));
  return withProgress(`Adding sessions to the list of ${titleOf(target.integration)}`, (signal, progress) => {
    let told = 0;
    const tell = (message: string, percent: number): void => {
      progress.report({ message, increment: percent - told });
      told = percent;
    };
    return listingWork(app, target, (listing) => work(listing, { tell, signal }));
  });
}

async function listingWork(
  app: App,
  { integration, isKey }: AddTarget,
  work: (listing: ListWriter) => Promise<void>,
): Promise<AddResult> {
  const key = integration.id;
  const listing = new ListWriter((entries) => app.records().list.add(key, entries, Date.now()), isKey);
  try {
    await work(listing);
    return listing.result();
  } catch (error) {
    // If nothing was added, the error is all there is to tell; otherwise the message also has to say what was added.
    if (listing.added === 0) throw error;
    app.log.failure('not all sessions could be added to the list', error);
    return listing.result(error);
  } finally {
    app.changed();
  }
}
