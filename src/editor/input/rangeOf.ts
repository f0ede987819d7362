import * as vscode from 'vscode';
import type { IdOnLine } from './lines.ts';

type PlacedOnLine = Pick<IdOnLine, 'line' | 'startCharacter' | 'endCharacter'>;

/** The range of an id for VS Code. */
export function rangeOf({ line, startCharacter, endCharacter }: PlacedOnLine): vscode.Range {
  return new vscode.Range(line, startCharacter, line, endCharacter);
}
