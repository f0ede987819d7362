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

/** "Find Session IDs…": in the files and folders of the arguments, or in what the user chooses. */
export async function searchForSessionIds(
  app: App,
  reviews: Reviews,
  args: readonly unknown[],
): Promise<void> {
  // Without an integration, the found ids could not be listed and would be lost.
  if ((await addTarget(app)) === undefined) return;
  const places = placesHandedOver(args) ?? (await choosePlaces());
  if (places === undefined) return;
  await searchAndReview(app, reviews, (signal, onProgress) => searchPlaces(places, signal, onProgress));
}

/**
 * The same in these files and folders. Their ids always go to the review, even a single one: a user who drops or picks
 * a file has not seen everything in it, unlike one who selects or copies ids.
 */
export async function searchFiles(app: App, reviews: Reviews, uris: readonly vscode.Uri[]): Promise<void> {
  await searchForSessionIds(app, reviews, [uris[0], uris]);
}

/** The same for files that have only a name and content, such as those dropped from a browser. */
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

/** Searches with progress and Cancel, and puts what was found into the review. Cancel keeps what was found so far. */
async function searchAndReview(app: App, reviews: Reviews, run: RunSearch): Promise<void> {
  const { found, reached } = await searchTelling('Looking for session ids', run);
  for (const line of searchLines(found, reached)) app.log.event(visibleText(line, 1000));
  app.tellFound({ found, scope: 'part' });
  await reviews.review(found);
}

/** Searches with Cancel and a progress of that title, which says how much was read. */
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

/** All ids in the places. Unsaved documents are searched as the editor shows them. Never rejects. */
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

/** A text as an editor shows it. `uri` is undefined if the document cannot be opened again. */
interface ShownText {
  readonly document: vscode.TextDocument;
  readonly uri: string | undefined;
}

/** The documents to read from editors instead of files, by place: the chosen ones and all unsaved ones. */
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
    // UTF-16, as in memory: converting a long text to UTF-8 would take noticeable time.
    const scanner = { encoding: 'utf-16le' } as const;
    return sourceScanOf(await scanBytes(Buffer.from(text, 'utf16le'), { signal, onProgress, scanner }));
  };
}

/** A file without a path, or with one that is not known. */
export type LooseFile = Pick<vscode.DataTransferFile, 'name' | 'data'>;

// The place is the index, because two files may have the same name.
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

// A read in progress ends within milliseconds, unless a drive or another machine does not answer.
const graceMs = 1000;

function grace(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, graceMs);
  });
}

// A person cannot read faster, and each update is a message to VS Code's window.
const paceMs = 100;

/** Shows the progress of a search at a pace that a person can read. */
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
