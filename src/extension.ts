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
 * Waits, as long as VS Code lets it, for the answer that is out: lost, it would have to be looked up at the next
 * start.
 */
export async function deactivate(): Promise<void> {
  await Promise.all(active.splice(0).map((features) => features.settle()));
}
