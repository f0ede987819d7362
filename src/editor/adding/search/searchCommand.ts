import * as vscode from 'vscode';
import type { Found } from '../../../sessions/scan/findings.ts';
import { localFiles } from '../../../sessions/files/localFiles.ts';
import { scanBytes } from '../../../sessions/scan/scanInTurns.ts';
import { scanLocalFile, sourceScanOf } from '../../../sessions/files/scanLocalFile.ts';
import { search, type ScanSource, type SearchProgress } from '../../../sessions/files/search.ts';
import { Turns } from '../../../sessions/scan/turns.ts';
import { walk, type WalkStep } from '../../../sessions/files/walk.ts';
import { addTarget } from '../listing/addToList.ts';
import type { App } from '../../app/app.ts';
import type { Reviews } from '../review/reviews.ts';
import { withProgress } from '../../app/progress.ts';
import { visibleText } from '../../text/visibleText.ts';
import { sourceUriOf } from '../../input/sessionsInEditor.ts';
import { choosePlaces, placesHandedOver, type SearchPlaces } from './searchPlaces.ts';
import { isRemotePlace, placeOf, searchRootsOf, searchSettings, uriOfPlace } from './searchRoots.ts';
import { progressText, searchLines } from './searchText.ts';
import { scanWorkspaceFile, workspaceFiles } from './workspaceFiles.ts';

/** "Find Session IDs…": in what is handed over or chosen. */
export async function searchForSessionIds(
  app: App,
  reviews: Reviews,
  args: readonly unknown[],
): Promise<void> {
  // Without a list to come onto, what is found would be lost.
  if ((await addTarget(app)) === undefined) return;
  const places = placesHandedOver(args) ?? (await choosePlaces());
  if (places === undefined) return;
  await searchAndReview(app, reviews, (signal, onProgress) => searchPlaces(places, signal, onProgress));
}

/**
 * The same in these files and folders, whatever they hold and however little: who drops or picks a file has not seen
 * all that is in it, as somebody has who selects or copies ids.
 */
export async function searchFiles(app: App, reviews: Reviews, uris: readonly vscode.Uri[]): Promise<void> {
  await searchForSessionIds(app, reviews, [uris[0], uris]);
}

/** The same in files of which there is nothing but name and content, as a browser hands them over. */
export async function searchLooseFiles(
  app: App,
  reviews: Reviews,
  files: readonly LooseFile[],
): Promise<void> {
  if ((await addTarget(app)) === undefined) return;
  await searchAndReview(app, reviews, (signal, onProgress) =>
    search(stepsOfLoose(files), scanOfLoose(files), {
      signal,
      onProgress,
      grace,
      uriOf: () => undefined,
    }),
  );
}

type RunSearch = (signal: AbortSignal, onProgress: (reached: SearchProgress) => void) => Promise<Found>;

/** Searches, with progress; Cancel keeps what was found. All that was found goes into the review. */
async function searchAndReview(app: App, reviews: Reviews, run: RunSearch): Promise<void> {
  const { found, reached } = await searchTelling('Looking for session ids', run);
  for (const line of searchLines(found, reached)) app.log.event(visibleText(line, 1000));
  app.tellFound({ found, scope: 'part' });
  await reviews.review(found);
}

/** Searches with a progress of that title, which tells how far it is and has Cancel. */
export async function searchTelling(
  title: string,
  run: RunSearch,
): Promise<{ readonly found: Found; readonly reached: SearchProgress }> {
  let reached: SearchProgress = { files: 0, bytes: 0, ids: 0 };
  const found = await withProgress(title, (signal, progress) => {
    const pace = new Pace((message) => progress.report({ message }));
    return run(signal, (now) => {
      reached = now;
      pace.tell(now);
    });
  });
  return { found, reached };
}

/** Everything in the places, as editors show it if they hold what is not saved. Never rejects. */
export async function searchPlaces(
  { uris, documents }: SearchPlaces,
  signal: AbortSignal,
  onProgress: (progress: SearchProgress) => void,
): Promise<Found> {
  const shown = shownTexts(documents);
  return search(stepsOf(uris, documents, signal), scanOf(shown), {
    signal,
    onProgress,
    grace,
    uriOf: (place) => {
      const text = shown.get(place);
      return text === undefined ? uriOfPlace(place).toString() : text.uri;
    },
  });
}

async function* stepsOf(
  uris: readonly vscode.Uri[],
  documents: readonly vscode.TextDocument[],
  signal: AbortSignal,
): AsyncGenerator<WalkStep, void> {
  for (const { uri } of documents)
    yield { kind: 'file', place: placeOf(uri), name: vscode.workspace.asRelativePath(uri) };
  const { local, remote } = searchRootsOf(uris);
  const options = { ...searchSettings(), turns: new Turns(), signal };
  yield* walk(localFiles, local, options);
  yield* walk(workspaceFiles, remote, options);
}

/** A text as an editor shows it; `uri` is missing if nobody could go back to it. */
interface ShownText {
  readonly document: vscode.TextDocument;
  readonly uri: string | undefined;
}

/** What is read from editors and not from files, by place: what was chosen as it is shown, and what is not saved. */
function shownTexts(documents: readonly vscode.TextDocument[]): ReadonlyMap<string, ShownText> {
  const unsaved = vscode.workspace.textDocuments.filter(({ isDirty }) => isDirty);
  return new Map(
    [...unsaved, ...documents].map((document) => [
      placeOf(document.uri),
      { document, uri: sourceUriOf(document) },
    ]),
  );
}

function scanOf(shown: ReadonlyMap<string, ShownText>): ScanSource {
  return async (place, signal, onProgress) => {
    const text = shown.get(place)?.document.getText();
    if (text === undefined)
      return isRemotePlace(place)
        ? scanWorkspaceFile(place, signal, onProgress)
        : scanLocalFile(place, signal, onProgress);
    // As it is in memory: to make it into UTF-8 would be felt if it is long.
    const scanner = { encoding: 'utf-16le' } as const;
    return sourceScanOf(await scanBytes(Buffer.from(text, 'utf16le'), { signal, onProgress, scanner }));
  };
}

/** A file that lies nowhere, or at a place that is not told. */
export type LooseFile = Pick<vscode.DataTransferFile, 'name' | 'data'>;

// Their places are their numbers: two of them may have one name.
function stepsOfLoose(files: readonly LooseFile[]): AsyncIterator<WalkStep, void> {
  const steps = files.map(({ name }, index): WalkStep => ({ kind: 'file', place: String(index), name }));
  const each = steps.values();
  return { next: () => Promise.resolve(each.next()) };
}

function scanOfLoose(files: readonly LooseFile[]): ScanSource {
  return async (place, signal, onProgress) => {
    const bytes = await files[Number(place)]?.data();
    if (bytes === undefined) return { findings: [], bytes: 0, problem: 'is not there any more' };
    return sourceScanOf(await scanBytes(bytes, { signal, onProgress, skipsBinary: true }));
  };
}

// What is being read ends within milliseconds, unless a drive or a machine does not answer.
const graceMs = 1000;

function grace(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, graceMs);
  });
}

// Nobody reads faster, and each message goes through the whole window.
const paceMs = 100;

/** Tells how far a search has come, as often as somebody can read it. */
class Pace {
  readonly #show: (message: string) => void;
  #toldAt = Number.NEGATIVE_INFINITY;

  constructor(show: (message: string) => void) {
    this.#show = show;
  }

  tell(reached: SearchProgress): void {
    const now = performance.now();
    if (now - this.#toldAt < paceMs) return;
    this.#toldAt = now;
    this.#show(progressText(reached));
  }
}
