import type * as vscode from 'vscode';
import { DocumentsWithIds } from './editor/documentsWithIds.ts';
import { WorkplaceDoor } from './editor/lazyFeatures.ts';

const doors: WorkplaceDoor[] = [];

/** Registers what VS Code shows; everything else is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  const door = new WorkplaceDoor(context, () => import('./editor/features.ts'));
  doors.push(door);
  context.subscriptions.push(door, new DocumentsWithIds());
}

/** Waits, as long as VS Code lets it, for the answer that is out: lost, it would have to be looked up at the next start. */
export async function deactivate(): Promise<void> {
  await Promise.all(doors.splice(0).map((door) => door.settle()));
}
