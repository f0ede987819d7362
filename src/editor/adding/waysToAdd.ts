import { nextTurn } from '../../sessions/scan/turns.ts';
import { countText } from '../text/countText.ts';
import * as vscode from 'vscode';
import { findInPieces } from '../../sessions/scan/findInPieces.ts';
import { copiedText } from '../input/copiedText.ts';
import { typedProblem, type IsSecret } from '../input/sessionInput.ts';

/** The source that the user wants to take session ids from. */
export type WayToAdd =
  | { readonly kind: 'text'; readonly text: string; readonly name: string }
  | { readonly kind: 'document'; readonly document: vscode.TextDocument }
  | { readonly kind: 'files' };

interface WayItem extends vscode.QuickPickItem {
  readonly choose: () => Promise<WayToAdd | undefined> | WayToAdd;
}

const title = 'Add to Veriff Cleanup List';

/** Lets the user pick the source of the session ids; undefined if nothing is picked or typed. */
export async function chooseWay(
  editor: vscode.TextEditor | undefined,
  isSecret: IsSecret,
): Promise<WayToAdd | undefined> {
  const picked = await vscode.window.showQuickPick(waysFor(editor?.document, isSecret), {
    title,
    placeHolder: 'Where are the session ids? Nothing is deleted before you have confirmed it.',
  });
  return picked?.choose();
}

async function waysFor(
  document: vscode.TextDocument | undefined,
  isSecret: IsSecret,
): Promise<readonly WayItem[]> {
  const copied = await copiedText();
  const ways: WayItem[] = [
    {
      label: '$(clippy) From the clipboard',
      description: await idsIn(copied, isSecret),
      choose: () => ({ kind: 'text', text: copied, name: 'the clipboard' }),
    },
  ];
  if (document !== undefined)
    ways.push({
      label: '$(file) From this document',
      description: await idsIn(document.getText(), isSecret),
      choose: () => ({ kind: 'document', document }),
    });
  return [
    ...ways,
    { label: '$(files) From files…', choose: () => ({ kind: 'files' }) },
    { label: '$(edit) Type…', choose: () => typeIds(isSecret) },
  ];
}

// Counting all ids of a longer text would delay the pick list.
const lengthCounted = 1_000_000;

async function idsIn(text: string, isSecret: IsSecret): Promise<string> {
  const ids = new Set<string>();
  for (const found of findInPieces([text.slice(0, lengthCounted)])) {
    for (const { id } of found) if (!isSecret(id)) ids.add(id);
    await nextTurn();
  }
  const count = ids.size === 0 ? 'no session id' : countText(ids.size, 'session id');
  return text.length > lengthCounted ? `${count} in its first million characters` : count;
}

// A longer text was probably pasted, and would be searched again at each key press.
const lengthTyped = 20_000;

async function typeIds(isSecret: IsSecret): Promise<WayToAdd | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt: 'One session id or session URL, or several.',
    placeHolder: 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7',
    ignoreFocusOut: true,
    validateInput: (typed) => (typed.length > lengthTyped ? undefined : typedProblem(typed, isSecret)),
  });
  if (text === undefined) return undefined;
  return { kind: 'text', text, name: 'what was typed' };
}
