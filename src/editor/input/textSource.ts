import type { FoundId } from '../../sessions/scan/findSessionIds.ts';
import type { RoleContext } from '../../sessions/role/role.ts';

/** A text whose ids are to be listed, and its place in its document. */
export interface TextSource {
  readonly pieces: Iterable<string>;
  /** The text's name for messages: "the clipboard", or a file's name. */
  readonly name: string;
  /** The URI of the document or file; absent if it cannot be opened again, as for a clipboard. */
  readonly uri?: string;
  /** Line and column in the document at which the text begins, from 0. */
  readonly firstLine?: number;
  readonly firstColumn?: number;
  /** What is known about the document that contains the text. */
  readonly context?: RoleContext;
  /** Which of the ids in the text are meant; all of them if it is absent. */
  readonly isMeant?: (found: FoundId) => boolean;
}
