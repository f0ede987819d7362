import type * as vscode from 'vscode';
import { DocumentsWithIds } from './editor/documentsWithIds.ts';
import { LazyFeatures } from './editor/lazyFeatures.ts';

const active: LazyFeatures[] = [];

/** Registers what VS Code shows; everything else is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const features = new LazyFeatures(context, () => import('./editor/features.ts'));
  active.push(features);
  context.subscriptions.push(features, new DocumentsWithIds());
}

/**
 * Waits for the answer to a request that is out, for the time that VS Code allows: an answer that is lost has to be
 * looked up at the next start.
 */
export async function deactivate(): Promise<void> {
  await Promise.all(active.splice(0).map((features) => features.settle()));
}
