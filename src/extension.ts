import type * as vscode from 'vscode';
import { DocumentsWithIds } from './editor/documentsWithIds.ts';
import { WorkplaceDoor } from './editor/workplaceDoor.ts';

/** Registers what VS Code shows; everything else is loaded when it is first used. */
export function activate(context: vscode.ExtensionContext): void {
  context.subscriptions.push(
    new WorkplaceDoor(context, () => import('./editor/workplace.ts')),
    new DocumentsWithIds(),
  );
}
