import * as vscode from 'vscode';
import type { SearchResult } from '../app/app.ts';
import { isUserDocument } from '../input/userDocuments.ts';
import { KeyPlaces, type KeyPlace } from './keyPlaces.ts';
import { keyMessage } from './keyText.ts';
import type { StoredKeysStore } from './storedKeysStore.ts';
import { rangeOf } from '../input/rangeOf.ts';
import { keyLength } from './storedKeys.ts';

export interface DiagnosticPorts {
  /** Calls `fire` once after `spanMs`; the returned function cancels that. */
  readonly startTimer: (spanMs: number, fire: () => void) => () => void;
  /** Resolves after a turn of the event loop. */
  readonly nextTurn: () => Promise<unknown>;
}

/** An open document; only one search of it runs at a time. */
interface Watched {
  readonly places: KeyPlaces;
  isLooking: boolean;
  stopTimer?: () => void;
}

// Ids compared between two turns of the event loop: a few ms.
const looksAtOnce = 1000;

// Veriff's instructions for creating and revoking keys.
const rotationPage = 'https://help.veriff.com/en/articles/15291468-shared-secret-keys-in-veriff-station';

// Waits for a pause in typing.
const settleMs = 150;

/**
 * Shows stored API keys and shared secret keys in open documents, and in files in which a search found one: as an error
 * for a LIVE key, as a warning for a TEST key. The texts never contain the key.
 */
export class StoredKeyDiagnostics implements vscode.Disposable {
  readonly #watch: StoredKeysStore;
  readonly #ports: DiagnosticPorts;
  readonly #collection = vscode.languages.createDiagnosticCollection('veriff');
  readonly #watched = new Map<vscode.TextDocument, Watched>();
  readonly #subscriptions: readonly vscode.Disposable[];
  /** The files in which a search found a key while they were not open. */
  readonly #met = new Set<string>();
  #isDisposed = false;

  constructor(watch: StoredKeysStore, ports: DiagnosticPorts) {
    this.#watch = watch;
    this.#ports = ports;
    const { workspace } = vscode;
    this.#subscriptions = [
      watch.onDidChange(() => this.#lookAtAll()),
      workspace.onDidOpenTextDocument((document) => this.#lookAnew(document)),
      workspace.onDidChangeTextDocument((event) => this.#follow(event)),
      workspace.onDidCloseTextDocument((document) => this.#forget(document)),
    ];
    this.#lookAtAll();
  }

  /**
   * Shows the keys that a search found in files that are not open; a search of the whole workspace also removes those
   * that are not there any more.
   */
  async tell({ found, scope }: SearchResult): Promise<void> {
    const { keys } = this.#watch;
    const met: (readonly [uri: string, diagnostics: readonly vscode.Diagnostic[]])[] = [];
    let looks = 0;
    for (const { uri, findings } of found.sources) {
      if (uri === undefined) continue;
      const diagnostics: vscode.Diagnostic[] = [];
      for (const { id, line, column } of findings) {
        looks += 1;
        if (looks % looksAtOnce === 0) await this.#ports.nextTurn();
        const key = keys.get(id);
        if (key === undefined) continue;
        diagnostics.push(
          diagnosticOf({ key, line, startCharacter: column, endCharacter: column + keyLength }),
        );
      }
      if (diagnostics.length > 0 || this.#met.has(uri)) met.push([uri, diagnostics]);
    }
    // The stored keys have changed meanwhile.
    if (this.#isDisposed || keys !== this.#watch.keys) return;
    const open = new Set([...this.#watched.keys()].map(({ uri }) => uri.toString()));
    if (scope === 'workspace' && !found.isCancelled)
      for (const uri of this.#met) if (!open.has(uri)) this.#collection.delete(vscode.Uri.parse(uri));
    for (const [uri, diagnostics] of met) {
      if (open.has(uri)) continue;
      this.#met.add(uri);
      this.#collection.set(vscode.Uri.parse(uri), diagnostics);
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { stopTimer } of this.#watched.values()) stopTimer?.();
    this.#watched.clear();
    this.#collection.dispose();
  }

  #lookAtAll(): void {
    // Results of earlier searches are outdated, because the stored keys have changed.
    this.#collection.clear();
    this.#met.clear();
    for (const document of vscode.workspace.textDocuments) this.#lookAnew(document);
  }

  #lookAnew(document: vscode.TextDocument): void {
    this.#watched.get(document)?.stopTimer?.();
    this.#watched.delete(document);
    if (this.#watch.keys.isEmpty || !isUserDocument(document)) return;
    const places = new KeyPlaces(this.#watch.keys, document.lineCount);
    const watched = { places, isLooking: false };
    this.#watched.set(document, watched);
    void this.#look(document, watched);
  }

  #follow({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const watched = this.#watched.get(document);
    if (watched === undefined || contentChanges.length === 0) return;
    const changes = contentChanges.map(({ range, text }) => {
      return { firstLine: range.start.line, lastLine: range.end.line, text };
    });
    watched.places.follow(changes, document.lineCount);
    watched.stopTimer?.();
    watched.stopTimer = this.#ports.startTimer(settleMs, () => void this.#look(document, watched));
  }

  async #look(document: vscode.TextDocument, watched: Watched): Promise<void> {
    if (watched.isLooking) return;
    watched.isLooking = true;
    while (!watched.places.isWhole) {
      await this.#ports.nextTurn();
      // The document was closed, or the stored keys have changed.
      if (this.#watched.get(document) !== watched) return;
      watched.places.look(document);
    }
    watched.isLooking = false;
    this.#show(document, watched.places.places);
  }

  #show({ uri }: vscode.TextDocument, places: readonly KeyPlace[]): void {
    if (places.length === 0 && !this.#collection.has(uri)) return;
    this.#collection.set(uri, places.map(diagnosticOf));
  }

  #forget(document: vscode.TextDocument): void {
    const watched = this.#watched.get(document);
    watched?.stopTimer?.();
    this.#watched.delete(document);
    // In a file that is not open, it would not be noticed if the key is removed.
    if (watched !== undefined) this.#collection.delete(document.uri);
  }
}

function diagnosticOf(place: KeyPlace): vscode.Diagnostic {
  const { Error, Warning } = vscode.DiagnosticSeverity;
  const severity = place.key.kind === 'LIVE' ? Error : Warning;
  const diagnostic = new vscode.Diagnostic(rangeOf(place), keyMessage(place.key), severity);
  diagnostic.source = 'Veriff Cleanup';
  diagnostic.code = { value: place.key.part, target: vscode.Uri.parse(rotationPage) };
  return diagnostic;
}
