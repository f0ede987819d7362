import type { App } from '../app/app.ts';
import {
  isWhole,
  addTarget,
  tellListing,
  tellNothing,
  withListing,
  type AddTarget,
} from './listing/addToList.ts';
import type { Reviews } from './review/reviews.ts';
import type { TextSource } from '../input/textSource.ts';
import { TextIds } from './textIds.ts';

// What is shorter is listed before anybody could read a progress.
const longLength = 200_000;

/**
 * A text whose ids are to be listed; `uri` is that of the document where it stands, from `line` on, if there is one.
 */
export interface TextToList {
  readonly text: string;
  /** What a person calls it: "the clipboard". */
  readonly name: string;
  readonly uri?: string;
  /** From 0; absent if the text is the whole document. */
  readonly line?: number;
}

/**
 * What became of texts: their ids are `listed`, all of them; some are not; or there were `none`, and nobody was told.
 */
export type TextsResult = 'listed' | 'notAll' | 'none';

/** Puts the ids of texts on the list of the current integration, and tells what became of them; see `listSources`. */
export async function listTexts(app: App, reviews: Reviews, texts: readonly TextToList[]): Promise<void> {
  const target = await addTarget(app);
  if (target === undefined) return;
  const sources = texts.map(textSourceOf);
  const length = texts.reduce((sum, { text }) => sum + text.length, 0);
  if ((await listSources(app, reviews, target, sources, length)) === 'none')
    tellNothing(app, target, texts[0]?.name ?? 'what was handed over');
}

/** The text of a document, or one that came from nowhere. */
export function textSourceOf({ text, name, uri, line = 0 }: TextToList): TextSource {
  return { pieces: [text], name, firstLine: line, ...(uri !== undefined && { uri }) };
}

/**
 * Lists the ids of texts of this many characters in all, which a person has pointed at, copied or typed. If it is
 * clear what they are, they come onto the list at once, as the person has just said; if it is not, the review opens.
 * Files go another way, and always into the review: nobody has seen what is in them.
 */
export async function listSources(
  app: App,
  reviews: Reviews,
  target: AddTarget,
  sources: readonly TextSource[],
  length: number,
): Promise<TextsResult> {
  const ids = new TextIds(target.keys);
  const listed = await withListing(app, target, length > longLength, async (listing, { tell, signal }) => {
    for (const source of sources) await ids.read(source, signal);
    if (!ids.isClear) return;
    const entries = ids.entries();
    await listing.take(entries, signal, () =>
      tell(`${listing.added} added`, (100 * listing.added) / entries.length),
    );
  });
  if (!ids.isClear) return (await reviews.review(ids.found())) ? 'listed' : 'notAll';
  if (ids.isEmpty && !ids.isCut) return 'none';
  const result = { ...listed, keys: ids.keyCount, isCancelled: listed.isCancelled || ids.isCut };
  tellListing(app, target, result, '');
  return isWhole(result) && result.added + result.already > 0 ? 'listed' : 'notAll';
}
