import * as vscode from 'vscode';
import type { NewEntry } from '../../../cleanup/list/cleanupList.ts';
import { commands } from '../../../contributions.ts';
import type { App } from '../../app/app.ts';
import { isStoredSecret, titleOf, type Integration } from '../../app/integration.ts';
import { Listing, type ListingResult } from './listWriter.ts';
import { listingText } from './listingText.ts';
import { asking } from '../../app/lookUp.ts';
import { failureText, showResult, type MessageAction } from '../../app/messages.ts';
import { TextFindings, type Reading } from '../textIds.ts';
import { offerIntegration } from '../../app/offerIntegration.ts';

/** A text whose ids are to be listed; `uri` is that of the document where it stands, from `line` on, if there is one. */
export interface TextToList {
  readonly text: string;
  /** What a person calls it: "the clipboard". */
  readonly name: string;
  readonly uri?: string;
  /** From 0; absent where the text is the whole document. */
  readonly line?: number;
}

/** The integration on whose list sessions come, and the stored keys, which never do. */
export interface ListingTarget {
  readonly integration: Integration;
  readonly isKey: (id: string) => boolean;
  /** The same keys, in lower case, for those who ask about very many ids. */
  readonly keys: ReadonlySet<string>;
}

/** What became of texts: their ids are `listed`, all of them; some are not; or there were `none`, and nobody was told. */
export type TextsEnd = 'listed' | 'notAll' | 'none';

/** Puts the ids of texts on the list of the current integration, and tells what became of them; see `listReadings`. */
export async function listTexts(app: App, texts: readonly TextToList[]): Promise<void> {
  const target = await listingTarget(app);
  if (target === undefined) return;
  const readings = texts.map(readingOf);
  const length = texts.reduce((sum, { text }) => sum + text.length, 0);
  if ((await listReadings(app, target, readings, length)) === 'none')
    tellNothing(app, target, texts[0]?.name ?? 'what was handed over');
}

/** The current integration; undefined where there is none, and the user has been offered to add one. */
export async function listingTarget(app: App): Promise<ListingTarget | undefined> {
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

/** The text of a document, or one that came from nowhere. */
export function readingOf({ text, name, uri, line = 0 }: TextToList): Reading {
  return { pieces: [text], name, firstLine: line, ...(uri !== undefined && { uri }) };
}

/**
 * Lists the ids of texts of this many characters in all, which a person has pointed at, copied or typed. Where it is
 * clear what they are, they come onto the list at once, as the person has just said; where it is not, the review opens.
 * Files go another way, and always into the review: nobody has seen what is in them.
 */
export async function listReadings(
  app: App,
  target: ListingTarget,
  readings: readonly Reading[],
  length: number,
): Promise<TextsEnd> {
  const texts = new TextFindings(target.keys);
  const listed = await withListing(app, target, length > longLength, async (listing, { tell, signal }) => {
    for (const reading of readings) await texts.read(reading, signal);
    if (!texts.isClear) return;
    const entries = texts.entries();
    await listing.take(entries, signal, () =>
      tell(`${listing.added} added`, (100 * listing.added) / entries.length),
    );
  });
  if (!texts.isClear) return (await app.reviews.review(texts.found())) ? 'listed' : 'notAll';
  if (texts.isEmpty && !texts.isCut) return 'none';
  const result = { ...listed, keys: texts.keyCount, isCancelled: listed.isCancelled || texts.isCut };
  tellListing(app, target, result, '');
  return isWhole(result) && result.added + result.already > 0 ? 'listed' : 'notAll';
}

/** Puts what was chosen in a review on the list, as it is, and tells what became of it; whether that was all of it. */
export async function listChosen(
  app: App,
  target: ListingTarget,
  chosen: readonly NewEntry[],
): Promise<boolean> {
  const isLong = chosen.length > mostAtOnce;
  const result = await withListing(app, target, isLong, (listing, { tell, signal }) =>
    listing.take(chosen, signal, () => tell(`${listing.added} added`, (100 * listing.added) / chosen.length)),
  );
  tellListing(app, target, result, 'nothing was chosen');
  return isWhole(result);
}

/** Says that a text holds no id. */
export function tellNothing(app: App, target: ListingTarget, name: string): void {
  const nothing: ListingResult = { added: 0, already: 0, keys: 0, isCancelled: false };
  tellListing(app, target, nothing, `${name} holds no session id`);
}

/** The one message after adding, with what can be done next. */
function tellListing(app: App, target: ListingTarget, result: ListingResult, nothingFound: string): void {
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
const longLength = 200_000;
const mostAtOnce = 5000;

function isWhole({ isCancelled, error }: ListingResult): boolean {
  return !isCancelled && error === undefined;
}

/** What reaches those who see a listing go on: how far it is in hundredths, and the button that ends it. */
interface Surroundings {
  readonly tell: (message: string, percent: number) => void;
  readonly signal?: AbortSignal;
}

/** Lists what `work` gives, with progress and cancel where that takes long. Cancelled, it keeps what was added. */
function withListing(
  app: App,
  target: ListingTarget,
  isLong: boolean,
  work: (listing: Listing, around: Surroundings) => Promise<void>,
): Thenable<ListingResult> {
  if (!isLong) return listingWork(app, target, (listing) => work(listing, { tell: () => undefined }));
  return asking(`Adding sessions to the list of ${titleOf(target.integration)}`, (signal, progress) => {
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
  { integration, isKey }: ListingTarget,
  work: (listing: Listing) => Promise<void>,
): Promise<ListingResult> {
  const key = integration.id;
  const listing = new Listing((entries) => app.records().list.add(key, entries, Date.now()), isKey);
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
