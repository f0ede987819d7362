import { byPlace } from '../../cleanup/list/positions.ts';
import * as vscode from 'vscode';
import type { Entry, EntryRef } from '../../cleanup/list/entry.ts';
import { rowMimeType } from '../../contributions.ts';
import type { CleanupView } from './view/cleanupView.ts';
import { listTexts } from '../adding/addTexts.ts';
import type { Reviews } from '../adding/review/reviews.ts';
import { searchFiles, searchLooseFiles } from '../adding/search/searchCommand.ts';
import type { App } from '../app/app.ts';
import { dropTarget, droppedRows, readUriList, type DropTarget } from './dropTarget.ts';
import { whyNotMoved } from './entries/eligibility.ts';
import { isEntryNode } from '../input/commandArguments.ts';
import type { ListNode } from './view/listRows.ts';
import { showFailure, showResult } from '../app/messages.ts';
import { Skips } from './entries/skips.ts';

const droppedText = 'what was dropped';

// All rows are moved in one transaction; a longer one would be noticeable.
const mostMoved = 2000;

/**
 * Drag and drop in the list: dropped rows change the order of the queue, dropped texts and files are searched for
 * session ids. Dropping never confirms anything. Errors are logged and shown, never thrown.
 */
export class RowDrag {
  readonly #app: App;
  readonly #reviews: Reviews;
  readonly #view: CleanupView;

  constructor(app: App, reviews: Reviews, view: CleanupView) {
    this.#app = app;
    this.#reviews = reviews;
    this.#view = view;
  }

  /** Dragged rows become entry ids for the list itself, and session ids for everything else. */
  handleDrag(source: readonly unknown[], data: vscode.DataTransfer): void {
    const entries = source.filter(isEntryNode).map(({ entry }) => entry);
    if (entries.length === 0) return;
    data.set(
      rowMimeType,
      new vscode.DataTransferItem(
        JSON.stringify(entries.map(({ list, id, sessionId }) => ({ list, id, sessionId }))),
      ),
    );
    data.set('text/plain', new vscode.DataTransferItem(entries.map(({ sessionId }) => sessionId).join('\n')));
  }

  async handleDrop(target: unknown, data: vscode.DataTransfer): Promise<void> {
    try {
      const rows = data.get(rowMimeType);
      if (rows !== undefined) this.#move(droppedRows(rows.value), target as ListNode | undefined);
      else await this.#add(data);
    } catch (error) {
      showFailure(error, this.#app.log);
    }
  }

  /** Adds the files of a drop, else its text: a dragged file also has its path as text. */
  async #add(data: vscode.DataTransfer): Promise<void> {
    const { addresses, links } = readUriList((await data.get('text/uri-list')?.asString()) ?? '');
    const uris = addresses.map((address) => vscode.Uri.parse(address));
    const files: vscode.DataTransferFile[] = [];
    const texts = links.map((text) => ({ text, name: droppedText }));
    for (const [, item] of data) {
      const file = item.asFile();
      if (file === undefined || addresses.length > 0) continue;
      if (file.uri !== undefined) uris.push(file.uri);
      else files.push(file);
    }
    if (uris.length > 0) await searchFiles(this.#app, this.#reviews, uris);
    if (files.length > 0) await searchLooseFiles(this.#app, this.#reviews, files);
    if (texts.length > 0) await listTexts(this.#app, this.#reviews, texts);
    if (uris.length + files.length + texts.length > 0) return;
    await listTexts(this.#app, this.#reviews, [
      { text: (await data.get('text/plain')?.asString()) ?? '', name: droppedText },
    ]);
  }

  #move(rows: readonly EntryRef[], target: ListNode | undefined): void {
    if (rows.length === 0) return;
    const place = this.#place(target);
    const refusal =
      rows.length > mostMoved
        ? `no more than ${mostMoved} rows at a time can be dragged. “Send Next” takes any number.`
        : this.#view.order !== 'place'
          ? 'the list is not shown in the order in which it goes. Sort it “As they go” first.'
          : place === undefined
            ? 'rows can be dropped onto one that waits, which they then go before, onto “Next up” or onto “Waiting”.'
            : undefined;
    if (place === undefined || refusal !== undefined) {
      showResult('info', `Nothing was moved: ${refusal ?? ''}`, this.#app.log);
      return;
    }
    const { moving, skips } = this.#movable(rows, place);
    let moved = 0;
    try {
      for (const [integration, entries] of Map.groupBy(moving, (entry) => entry.integration))
        moved += this.#moveTo(place, integration, entries);
    } finally {
      this.#app.changed();
      this.#app.wake();
    }
    if (skips.count === 0) return;
    const done = moved === 0 ? 'Nothing was moved.' : `${moved} moved.`;
    showResult('warning', `${done} ${skips.text()}`, this.#app.log);
  }

  #place(target: ListNode | undefined): DropTarget | undefined {
    const place = dropTarget(target, (page) => this.#view.firstOn(page));
    if (place?.kind !== 'before') return place;
    // The row may be stale: the entry may have been sent meanwhile.
    const entry = this.#app.records().list.meant(place.entry);
    return entry?.group === 'queue' ? { kind: 'before', entry } : undefined;
  }

  /** The entries that can be moved to `place`, in their current order. */
  #movable(rows: readonly EntryRef[], place: DropTarget): { moving: readonly Entry[]; skips: Skips } {
    const { list } = this.#app.records();
    const skips = new Skips();
    const moving = rows.flatMap((row) => {
      const entry = list.meant(row);
      const isElsewhere = place.kind === 'before' && entry?.integration !== place.entry.integration;
      const why =
        entry === undefined
          ? 'not on the list any more'
          : (whyNotMoved(entry) ?? (isElsewhere ? 'in the queue of another integration' : undefined));
      if (why !== undefined) skips.add(why);
      return entry === undefined || why !== undefined ? [] : [entry];
    });
    return { moving: moving.sort(byPlace), skips };
  }

  #moveTo(place: DropTarget, integration: string, entries: readonly Entry[]): number {
    const { order } = this.#app.records();
    switch (place.kind) {
      case 'head':
        return order.moveToHead(integration, entries);
      case 'end':
        return order.moveBefore(integration, entries, undefined);
      case 'before':
        return order.moveBefore(integration, entries, place.entry);
    }
  }
}
