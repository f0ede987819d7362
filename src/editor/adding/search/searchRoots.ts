import * as vscode from 'vscode';
import { exclusionsOf } from '../../../sessions/files/exclusion.ts';
import type { WalkRoot } from '../../../sessions/files/walk.ts';

/** The roots of a search: those whose places are paths of this machine, and those whose places are URIs. */
export interface SearchRoots {
  readonly local: readonly WalkRoot[];
  readonly remote: readonly WalkRoot[];
}

/** What VS Code's own search is told to leave out, and how it treats links and ignore files. */
export interface SearchSettings {
  readonly usesIgnoreFiles: boolean;
  readonly followsLinks: boolean;
}

/** Where to look for what the user has named, by what the settings of its folder say. */
export function searchRootsOf(uris: readonly vscode.Uri[]): SearchRoots {
  const roots = uris.map((uri) => ({ isLocal: isLocal(uri), root: rootOf(uri) }));
  return {
    local: roots.filter((each) => each.isLocal).map(({ root }) => root),
    remote: roots.filter((each) => !each.isLocal).map(({ root }) => root),
  };
}

/** The settings of VS Code's search. A workspace that nobody trusts leads nowhere out of itself. */
export function searchSettings(): SearchSettings {
  const search = vscode.workspace.getConfiguration('search');
  return {
    usesIgnoreFiles: search.get<unknown>('useIgnoreFiles') !== false,
    followsLinks: vscode.workspace.isTrusted && search.get<unknown>('followSymlinks') !== false,
  };
}

/** The place of what a URI names: a path if Node reads it itself, which is faster, else the URI. */
export function placeOf(uri: vscode.Uri): string {
  return isLocal(uri) ? uri.fsPath : uri.toString();
}

/** The URI of a place. */
export function uriOfPlace(place: string): vscode.Uri {
  return isRemotePlace(place) ? vscode.Uri.parse(place, true) : vscode.Uri.file(place);
}

/** Whether the place is a URI, and no path. */
export function isRemotePlace(place: string): boolean {
  // A path begins with a slash or with a drive's letter; a scheme has more letters than that.
  return /^[a-z][\w+.-]+:/i.test(place);
}

// The machine that runs this calls its own files so, wherever the window is.
function isLocal({ scheme }: vscode.Uri): boolean {
  return scheme === 'file';
}

function rootOf(uri: vscode.Uri): WalkRoot {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const anchor = folder?.uri ?? uri;
  const isMany = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const own = uri.path.replace(/\/$/, '').slice(anchor.path.replace(/\/$/, '').length);
  const path = own.split('/').filter((name) => name !== '');
  const isNamed = folder === undefined || isMany;
  const label = isNamed ? (folder?.name ?? nameOf(uri)) : '';
  return { anchor: placeOf(anchor), path, label, exclusions: exclusionsFor(anchor) };
}

function exclusionsFor(scope: vscode.Uri): WalkRoot['exclusions'] {
  const files = vscode.workspace.getConfiguration('files', scope).get<unknown>('exclude');
  const search = vscode.workspace.getConfiguration('search', scope).get<unknown>('exclude');
  return [files, search].flatMap(exclusionsOf);
}

function nameOf({ path, authority }: vscode.Uri): string {
  return path.split('/').findLast((part) => part !== '') ?? authority;
}
