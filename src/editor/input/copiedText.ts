import * as vscode from 'vscode';

// In a browser, reading the clipboard waits for the user's permission; without it the user can still pick or type.
const clipboardMs = 1000;

/** The clipboard's text; empty if there is none, or if it cannot be read within a second. */
export async function copiedText(): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(''), clipboardMs)));
  const copied = Promise.resolve(vscode.env.clipboard.readText()).catch(() => '');
  return Promise.race([copied, tooLong]).finally(() => clearTimeout(timer));
}
