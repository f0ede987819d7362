import * as vscode from 'vscode';
import type { NewEntry } from '../../cleanup/cleanupList.ts';
import { commands } from '../../contributions.ts';
import type { ChosenSession } from '../chosenSession.ts';
import type { Desk } from '../desk.ts';
import { largestFileBytes, textOfBytes, type FileProblem } from '../fileText.ts';
import { inParts } from '../inParts.ts';
import { integrationKey, isStoredSecret, titleOf, type Integration } from '../integration.ts';
import { Listing, type FileNotRead, type ListingResult, type Reading } from '../listing.ts';
import { listingText } from '../listingText.ts';
import { asking } from '../lookUp.ts';
import { failureText, showResult, type MessageAction } from '../messages.ts';
import { offerIntegration } from './offerIntegration.ts';

/** A text whose ids are to be listed; `uri` is that of the document that it is the whole of, where there is one. */
export interface TextToList {
  readonly text: string;
  readonly uri?: string;
}

/** The integration on whose list sessions come, and the stored keys, which never do. */
export interface ListingTarget {
  readonly integration: Integration;
  readonly isKey: (id: string) => boolean;
  /** The same keys, in lower case, for those who ask about very many ids. */
  readonly keys: ReadonlySet<string>;
}

/** Gives one text when it is its turn, so that no more than one is held at a time, or tells why there is none. */
export type ReadingSource = () => Promise<Reading | FileNotRead>;

/** Puts every session id of the texts on the list of the current integration, and tells what became of them. */
export async function listTexts(
  desk: Desk,
  texts: readonly TextToList[],
  nothingFound = 'what was handed over holds no session id',
): Promise<void> {
  const target = await listingTarget(desk);
  if (target === undefined) return;
  const readings = texts.map(({ text, uri }) => readingOf(text, uri));
  const result = await listReadings(desk, target, readings, lengthOf(texts));
  tellListing(desk, target, result, nothingFound);
}

/** Puts every session id of the files on the list of the current integration, and tells what became of them. */
export async function listFiles(desk: Desk, uris: readonly vscode.Uri[]): Promise<void> {
  const target = await listingTarget(desk);
  if (target === undefined) return;
  const isLong = uris.length > 20 || (await totalSize(uris.slice(0, 20))) > longLength;
  const sources = uris.map((uri) => () => fileReading(uri));
  const result = await fill(desk, target, sources, isLong);
  const nothingFound = uris.length === 1 ? 'the file holds no session id' : 'the files hold no session id';
  tellListing(desk, target, result, nothingFound);
}

/** The current integration; undefined where there is none, and the user has been offered to add one. */
export async function listingTarget(desk: Desk): Promise<ListingTarget | undefined> {
  const { integrations, currentId } = await desk.store.read();
  const integration = integrations.find(({ id }) => id === currentId);
  if (integration === undefined) {
    offerIntegration(desk, 'added');
    return undefined;
  }
  return targetOf(integration, integrations);
}

/** The text of a document, or one that came from nowhere. */
export function readingOf(text: string, uri?: string): Reading {
  return { pieces: [text], ...(uri !== undefined && { uri }) };
}

/** Puts the ids of texts of this many characters in all on the list, and tells nobody. */
export function listReadings(
  desk: Desk,
  target: ListingTarget,
  readings: readonly Reading[],
  length: number,
): Thenable<ListingResult> {
  const sources = readings.map((reading) => () => Promise.resolve(reading));
  return fill(desk, target, sources, length > longLength);
}

/** Puts what was chosen in a review on the list, as it is, and tells what became of it. */
export async function listChosen(
  desk: Desk,
  target: ListingTarget,
  chosen: readonly NewEntry[],
): Promise<ListingResult> {
  const isLong = chosen.length > mostAtOnce;
  const result = await withListing(desk, target, isLong, async (listing, { signal }) => {
    const taken = await inParts(chosen, (part) => listing.takeAll(part), signal);
    if (taken < chosen.length) listing.isOver(signal);
    await listing.finish(signal);
  });
  tellListing(desk, target, result, 'nothing was chosen');
  return result;
}

/** The one message after adding, with what can be done next. */
export function tellListing(
  desk: Desk,
  target: ListingTarget,
  result: ListingResult,
  nothingFound: string,
): void {
  const title = titleOf(target.integration);
  const { added, already, misfits, keys, error } = result;
  const { tone, text } = listingText(result, title, nothingFound);
  desk.log.event(
    `added to the list, not confirmed: ${added} · ${title} · already on it: ${already}, left out as other ids: ${misfits.length}, as stored keys: ${keys}`,
  );
  const actions: MessageAction[] = [];
  if (added + already > 0)
    actions.push({
      title: 'Delete Listed Sessions…',
      run: () => vscode.commands.executeCommand(commands.startCleanup),
    });
  if (misfits.length > 0)
    actions.push({
      title: misfits.length === 1 ? 'Add It Too' : 'Add Them Too',
      run: () => addMisfits(desk, target, misfits),
    });
  showResult(tone, error === undefined ? text : `${text} ${failureText(error)}`, desk.log, actions);
}

// What takes less than this is done before anybody could read a progress.
const longLength = 200_000;
const mostAtOnce = 5000;

function lengthOf(texts: readonly TextToList[]): number {
  return texts.reduce((sum, { text }) => sum + text.length, 0);
}

/** What reaches those who see a listing go on: how many texts are done out of all, and the button that ends it. */
interface Surroundings {
  readonly tell: (message: string, doneTexts: number) => void;
  readonly signal?: AbortSignal;
}

/** Lists what the sources give, with progress and cancel where that takes long. Cancelled, it keeps what was added. */
function fill(
  desk: Desk,
  target: ListingTarget,
  sources: readonly ReadingSource[],
  isLong: boolean,
): Thenable<ListingResult> {
  return withListing(desk, target, isLong, async (listing, { tell, signal }) => {
    for (const source of sources) {
      if (listing.isOver(signal)) break;
      const reading = await source();
      if ('problem' in reading) listing.filesNotRead.push(reading);
      else await listing.read(reading, signal, () => tell(`${listing.added} added`, 0));
      tell(`${listing.added} added`, 1 / sources.length);
    }
    await listing.finish(signal);
  });
}

function withListing(
  desk: Desk,
  target: ListingTarget,
  isLong: boolean,
  work: (listing: Listing, around: Surroundings) => Promise<void>,
): Thenable<ListingResult> {
  if (!isLong) return listingWork(desk, target, (listing) => work(listing, { tell: () => undefined }));
  return asking(`Adding sessions to the list of ${titleOf(target.integration)}`, (signal, progress) =>
    listingWork(desk, target, (listing) =>
      work(listing, {
        tell: (message, done) => progress.report({ message, increment: 100 * done }),
        signal,
      }),
    ),
  );
}

async function listingWork(
  desk: Desk,
  target: ListingTarget,
  work: (listing: Listing) => Promise<void>,
): Promise<ListingResult> {
  const listing = listingFor(desk, target);
  try {
    await work(listing);
    return listing.result();
  } catch (error) {
    // Before the first one this is the whole story; after it, what is on the list now must be told as well.
    if (listing.added === 0) throw error;
    desk.log.failure('not all sessions could be added to the list', error);
    return listing.result(error);
  } finally {
    desk.changed();
  }
}

function listingFor(desk: Desk, { integration, isKey }: ListingTarget): Listing {
  const key = integrationKey(integration);
  return new Listing((entries) => desk.records().list.add(key, entries, Date.now()), isKey);
}

async function addMisfits(
  desk: Desk,
  { integration }: ListingTarget,
  misfits: readonly ChosenSession[],
): Promise<void> {
  // The message may have stood there for hours: other keys may be stored now.
  const { integrations } = await desk.store.read();
  const key = integrationKey(integration);
  const stored = integrations.find((each) => integrationKey(each) === key);
  if (stored === undefined) {
    showResult('warning', 'Nothing was added: the integration is not stored here any more.', desk.log);
    return;
  }
  const target = targetOf(stored, integrations);
  const listing = listingFor(desk, target);
  listing.takeAll(misfits);
  await listing.finish();
  desk.changed();
  tellListing(desk, target, listing.result(), 'nothing was left out');
}

function targetOf(integration: Integration, stored: readonly Integration[]): ListingTarget {
  const keys = stored.flatMap(({ apiKey, sharedSecretKeys }) => [apiKey, ...sharedSecretKeys]);
  return {
    integration,
    isKey: (id) => isStoredSecret(id, stored),
    keys: new Set(keys.map((key) => key.trim().toLowerCase())),
  };
}

async function fileReading(uri: vscode.Uri): Promise<Reading | FileNotRead> {
  const notRead = (problem: FileProblem): FileNotRead => ({ name: nameOf(uri), problem });
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) !== 0) return notRead('folder');
    if (size > largestFileBytes) return notRead('tooLarge');
    const bytes = await vscode.workspace.fs.readFile(uri);
    // A device or a file that grows tells its size only when it is read.
    if (bytes.length > largestFileBytes) return notRead('tooLarge');
    const pieces = textOfBytes(bytes);
    return pieces === undefined ? notRead('binary') : { pieces, uri: uri.toString() };
  } catch {
    return notRead('unreadable');
  }
}

function nameOf({ path, authority }: vscode.Uri): string {
  return path.split('/').findLast((part) => part !== '') ?? authority;
}

async function totalSize(uris: readonly vscode.Uri[]): Promise<number> {
  let sum = 0;
  for (const uri of uris) {
    sum += await vscode.workspace.fs.stat(uri).then(
      ({ size }) => size,
      () => 0,
    );
  }
  return sum;
}
