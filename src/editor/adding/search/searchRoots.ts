import * as vscode from 'vscode';
import { exclusionsOf } from '../../../sessions/files/exclusion.ts';
import type { WalkRoot } from '../../../sessions/files/walk.ts';

/** The roots of a search: `local` ones are paths of this machine, `remote` ones are URIs. */
export interface SearchRoots {
  readonly local: readonly WalkRoot[];
  readonly remote: readonly WalkRoot[];
}

/** The settings of VS Code's search for links and ignore files. */
export interface SearchSettings {
  readonly usesIgnoreFiles: boolean;
  readonly followsLinks: boolean;
}

/** The search roots for these URIs, each with the settings of its folder. */
export function searchRootsOf(uris: readonly vscode.Uri[]): SearchRoots {
  const roots = uris.map((uri) => ({ isLocal: isLocal(uri), root: rootOf(uri) }));
  return {
    local: roots.filter((each) => each.isLocal).map(({ root }) => root),
    remote: roots.filter((each) => !each.isLocal).map(({ root }) => root),
  };
}

/** The settings of VS Code's search. In an untrusted workspace links are not followed: they could lead out of it. */
export function searchSettings(): SearchSettings {
  const search = vscode.workspace.getConfiguration('search');
  return {
    usesIgnoreFiles: search.get<unknown>('useIgnoreFiles') !== false,
    followsLinks: vscode.workspace.isTrusted && search.get<unknown>('followSymlinks') !== false,
  };
}

/** The place for a URI: a path if Node can read it, which is faster; otherwise the URI. */
export function placeOf(uri: vscode.Uri): string {
  return isLocal(uri) ? uri.fsPath : uri.toString();
}

export function uriOfPlace(place: string): vscode.Uri {
  return isRemotePlace(place) ? vscode.Uri.parse(place, true) : vscode.Uri.file(place);
}

/** Whether the place is a URI and not a path. */
export function isRemotePlace(place: string): boolean {
  // A path begins with a slash or a drive letter; a scheme has at least two letters.
  return /^[a-z][\w+.-]+:/i.test(place);
}

// `file` URIs are files of the machine that runs this code, even if the window is on another one.
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
