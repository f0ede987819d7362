import * as vscode from 'vscode';

// In a browser the clipboard waits for the user's permission; who does not give it can still pick or type.
const clipboardMs = 1000;

/** The clipboard's text; empty if it holds none, or if it is not to be had within a second. */
export async function copiedText(): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => (timer = setTimeout(() => resolve(''), clipboardMs)));
  const copied = Promise.resolve(vscode.env.clipboard.readText()).catch(() => '');
  return Promise.race([copied, tooLong]).finally(() => clearTimeout(timer));
}
