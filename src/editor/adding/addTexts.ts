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

// Shorter texts are done before anyone could read a progress message.
const longLength = 200_000;

/** A text whose ids are to be listed. `uri` is the document that contains it, if any; the text starts at `line`. */
export interface TextToList {
  readonly text: string;
  /** A name for messages, such as "the clipboard". */
  readonly name: string;
  readonly uri?: string;
  /** From 0; absent if the text is the whole document. */
  readonly line?: number;
}

/** Whether all ids of the texts are listed now, some are not, or there were none. For `none`, the user was not told. */
export type TextsResult = 'listed' | 'notAll' | 'none';

/** Lists the ids of texts for the current integration and tells the user the result; see `listSources`. */
export async function listTexts(app: App, reviews: Reviews, texts: readonly TextToList[]): Promise<void> {
  const target = await addTarget(app);
  if (target === undefined) return;
  const sources = texts.map(textSourceOf);
  const length = texts.reduce((sum, { text }) => sum + text.length, 0);
  if ((await listSources(app, reviews, target, sources, length)) === 'none')
    tellNothing(app, target, texts[0]?.name ?? 'what was handed over');
}

/** The source for a text, with or without a document. */
export function textSourceOf({ text, name, uri, line = 0 }: TextToList): TextSource {
  return { pieces: [text], name, firstLine: line, ...(uri !== undefined && { uri }) };
}

/**
 * Lists the ids of texts that the user selected, copied or typed; `length` is their total number of characters. If it
 * is clear that all ids are sessions, they are listed at once; if not, the review opens. Files always go to the review
 * (see `searchFiles`), because the user has not seen everything in them.
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
