import * as vscode from 'vscode';
import { findSessionIds } from '../../sessions/scan/findSessionIds.ts';
import { chosenFrom, roleWarning, withoutRepeats, type ChosenSession } from './chosenSession.ts';
import { copiedText } from './copiedText.ts';
import { sessionsInDocument, sessionsUnderCursors } from './sessionsInEditor.ts';

/** Whether a text is a stored key, which has the form of a session id. */
export type IsSecret = (text: string) => boolean;

/** What the questions for session ids say. */
export interface InputWords {
  readonly title: string;
  /** What happens next. */
  readonly next: string;
}

/** How a command was called, which decides where ids are searched. */
export type Entrance = 'contextMenu' | 'palette';

/**
 * The sessions that the user means: those selected, else the one under the cursor, else (from the palette) the
 * clipboard's if it is an id, else those picked from the document's ids or typed. Undefined if the user gave up. Stored
 * keys are neither taken from the clipboard nor offered nor accepted.
 */
export async function chooseSessions(
  entrance: Entrance,
  isSecret: IsSecret,
  words: InputWords,
): Promise<readonly ChosenSession[] | undefined> {
  const editor = vscode.window.activeTextEditor;
  if (editor !== undefined) {
    const underCursors = sessionsUnderCursors(editor);
    if (underCursors.length > 0) return underCursors;
  }
  if (entrance === 'palette') {
    const copied = sessionsInText((await copiedText()).trim());
    // Only if the clipboard is nothing but an id: the user does not see the rest of its text.
    const [first] = copied;
    if (first?.isWhole === true && !isSecret(first.session.sessionId)) return [first.session];
  }
  const inDocument = editor === undefined ? [] : sessionsInDocument(editor.document);
  const offered = inDocument.filter(({ sessionId }) => !isSecret(sessionId));
  return offered.length > 0 ? pickSessions(offered, isSecret, words) : typeSessions(isSecret, words);
}

/** The sessions in a text, each once; `isWhole` if the text is nothing but that id. */
function sessionsInText(text: string): readonly { session: ChosenSession; isWhole: boolean }[] {
  return findSessionIds(text).map((found) => ({
    session: chosenFrom(found),
    isWhole: found.start === 0 && found.end === text.length,
  }));
}

/** The sessions in a text that was typed, pasted or passed as an argument, each once. */
export function sessionsFromText(text: string): readonly ChosenSession[] {
  return withoutRepeats(sessionsInText(text).map(({ session }) => session));
}

interface SessionItem extends vscode.QuickPickItem {
  readonly session?: ChosenSession;
}

async function pickSessions(
  sessions: readonly ChosenSession[],
  isSecret: IsSecret,
  words: InputWords,
): Promise<readonly ChosenSession[] | undefined> {
  const items: readonly SessionItem[] = [
    ...sessions.map((session) => ({
      label: session.sessionId,
      description: `line ${(session.source?.line ?? 0) + 1}`,
      detail: roleWarning(session) ?? session.reason,
      session,
    })),
    { label: '', kind: vscode.QuickPickItemKind.Separator },
    { label: '$(edit) Enter session ids…' },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: words.title,
    placeHolder: `The cursor is on no session id. Which of this document’s ids? ${words.next}`,
    matchOnDescription: true,
  });
  if (picked === undefined) return undefined;
  return picked.session === undefined ? typeSessions(isSecret, words) : [picked.session];
}

async function typeSessions(
  isSecret: IsSecret,
  words: InputWords,
): Promise<readonly ChosenSession[] | undefined> {
  const typed = await vscode.window.showInputBox({
    title: words.title,
    prompt: `One session id or session URL, or several. ${words.next}`,
    placeHolder: 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7',
    ignoreFocusOut: true,
    validateInput: (text) => typedProblem(text, isSecret),
  });
  return typed === undefined ? undefined : sessionsFromText(typed);
}

/** What is wrong with typed session ids, or a message with their number. */
export function typedProblem(
  text: string,
  isSecret: IsSecret,
): string | vscode.InputBoxValidationMessage | undefined {
  if (text.trim() === '') return undefined;
  const sessions = sessionsFromText(text);
  if (sessions.some(({ sessionId }) => isSecret(sessionId)))
    return 'This is a stored API key or shared secret key, not a session id.';
  const count = sessions.length;
  if (count === 0) return 'No session id yet: 32 hex digits in groups of 8-4-4-4-12.';
  if (count === 1) return undefined;
  return { message: `${count} session ids`, severity: vscode.InputBoxValidationSeverity.Info };
}
