import * as vscode from 'vscode';

/** What the user wants to search: files and folders, and documents that exist only in editors. */
export interface SearchPlaces {
  readonly uris: readonly vscode.Uri[];
  readonly documents: readonly vscode.TextDocument[];
}

interface PlaceItem extends vscode.QuickPickItem {
  readonly choose: () => Promise<SearchPlaces | undefined> | SearchPlaces;
}

/** The URIs that a menu passes: in the Explorer the clicked one and all selected ones. Undefined if there are none. */
export function placesHandedOver([clicked, selected]: readonly unknown[]): SearchPlaces | undefined {
  const uris = [clicked, ...(Array.isArray(selected) ? (selected as readonly unknown[]) : [])].filter(
    (each) => each instanceof vscode.Uri,
  );
  // VS Code passes a clicked row outside the selection without the selected rows.
  const different = new Map(uris.map((uri) => [uri.toString(), uri]));
  return different.size === 0 ? undefined : { uris: [...different.values()], documents: [] };
}

/** Lets the user choose what to search; undefined if the user gives up. */
export async function choosePlaces(): Promise<SearchPlaces | undefined> {
  const picked = await vscode.window.showQuickPick([...placesHere(), ...placesElsewhere], {
    title: 'Find Session IDs',
    placeHolder: 'Where? Files are only read, and nothing is listed before you have chosen it.',
  });
  return picked?.choose();
}

function placesHere(): readonly PlaceItem[] {
  const document = vscode.window.activeTextEditor?.document;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const items: PlaceItem[] = [];
  if (document !== undefined)
    items.push({
      label: '$(file) The active file',
      description: vscode.workspace.asRelativePath(document.uri),
      choose: () => ({ uris: [], documents: [document] }),
    });
  if (folders.length > 0)
    items.push({
      label: '$(root-folder) The whole workspace',
      description: folders.map(({ name }) => name).join(', '),
      choose: () => ({
        uris: folders.map(({ uri }) => uri),
        documents: vscode.workspace.textDocuments.filter(({ isUntitled }) => isUntitled),
      }),
    });
  return items;
}

// On Windows and Linux, no dialog can pick both files and folders.
const placesElsewhere: readonly PlaceItem[] = [
  { label: '$(files) Files…', choose: () => pick({ canSelectFiles: true, canSelectFolders: false }) },
  {
    label: '$(folder-opened) Folders…',
    choose: () => pick({ canSelectFiles: false, canSelectFolders: true }),
  },
];

async function pick(options: vscode.OpenDialogOptions): Promise<SearchPlaces | undefined> {
  const uris = await vscode.window.showOpenDialog({
    ...options,
    title: 'Find session ids',
    openLabel: 'Find Session IDs',
    canSelectMany: true,
  });
  return uris === undefined || uris.length === 0 ? undefined : { uris, documents: [] };
}
