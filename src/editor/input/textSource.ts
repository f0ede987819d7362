import type { FoundId } from '../../sessions/scan/findSessionIds.ts';
import type { RoleContext } from '../../sessions/role/role.ts';

/** A text whose ids are to be listed, and where they stand in it. */
export interface TextSource {
  readonly pieces: Iterable<string>;
  /** What a person calls the text: "the clipboard", or a file's name. */
  readonly name: string;
  /** Of the document or file; absent if nobody could go back to it, as to a clipboard. */
  readonly uri?: string;
  /** Line and column of the document at which the text begins, from 0. */
  readonly firstLine?: number;
  readonly firstColumn?: number;
  /** What is known of the document of which the text is a part. */
  readonly context?: RoleContext;
  /** Which of the ids in the text are meant; all of them if it is absent. */
  readonly isMeant?: (found: FoundId) => boolean;
}
