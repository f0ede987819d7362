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

/** The integration on whose list sessions come, and the stored keys, which never do. */
export interface AddTarget {
  readonly integration: Integration;
  readonly isKey: (id: string) => boolean;
  /** The same keys, in lower case, for those who ask about very many ids. */
  readonly keys: ReadonlySet<string>;
}

/** The current integration; undefined if there is none, and the user has been offered to add one. */
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

/** Puts what was chosen in a review on the list, as it is, and tells what became of it; whether that was all of it. */
export async function listChosen(app: App, target: AddTarget, chosen: readonly NewEntry[]): Promise<boolean> {
  const isLong = chosen.length > mostAtOnce;
  const result = await withListing(app, target, isLong, (listing, { tell, signal }) =>
    listing.take(chosen, signal, () => tell(`${listing.added} added`, (100 * listing.added) / chosen.length)),
  );
  tellListing(app, target, result, 'nothing was chosen');
  return isWhole(result);
}

/** Says that a text holds no id. */
export function tellNothing(app: App, target: AddTarget, name: string): void {
  const nothing: AddResult = { added: 0, already: 0, keys: 0, isCancelled: false };
  tellListing(app, target, nothing, `${name} holds no session id`);
}

/** The one message after adding, with what can be done next. */
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

// What takes less than this is done before anybody could read a progress.
const mostAtOnce = 5000;

export function isWhole({ isCancelled, error }: AddResult): boolean {
  return !isCancelled && error === undefined;
}

/** What reaches those who see a listing go on: how far it is in hundredths, and the button that ends it. */
interface AddProgress {
  readonly tell: (message: string, percent: number) => void;
  readonly signal?: AbortSignal;
}

/** Lists what `work` gives, with progress and cancel if that takes long. Cancelled, it keeps what was added. */
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
    // Before the first one this is the whole story; after it, what is on the list now must be told as well.
    if (listing.added === 0) throw error;
    app.log.failure('not all sessions could be added to the list', error);
    return listing.result(error);
  } finally {
    app.changed();
  }
}
