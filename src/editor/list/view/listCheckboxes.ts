import * as vscode from 'vscode';
import { Positions } from '../../../cleanup/list/positions.ts';
import type { EntryRef } from '../../../cleanup/list/entry.ts';
import type { App } from '../../app/app.ts';
import { inParts } from '../../app/inParts.ts';
import type { ListChoice } from './listFilter.ts';
import type { ListNode } from './listRows.ts';
import { ListGroups } from './listGroups.ts';
import { showFailure } from '../../app/messages.ts';

// The user would notice a larger read.
const readAtOnce = 500;

/** Rows whose checkboxes the user has changed, with their new states. */
export type CheckboxChange = readonly (readonly [ListNode, vscode.TreeItemCheckboxState])[];

/**
 * Stores which listed entries are checked. A group or page changes all entries below it that pass the filter, including
 * those that are not shown. Changes are written one after the other, in the order in which they were made.
 */
export class ListCheckboxes {
  readonly #app: App;
  #last: Promise<void> = Promise.resolve();

  constructor(app: App) {
    this.#app = app;
  }

  /** Resolves to whether the change was written. Errors are logged and shown, never thrown. */
  change(items: CheckboxChange, choice: ListChoice): Promise<boolean> {
    const written = this.#last.then(() => this.#write(items, choice));
    this.#last = written.then(
      () => undefined,
      () => undefined,
    );
    return written.then(
      () => true,
      (error: unknown) => {
        // The window is closing, so there is no message.
        if (!(error instanceof vscode.CancellationError)) showFailure(error, this.#app.log);
        return false;
      },
    );
  }

  async #write(items: CheckboxChange, choice: ListChoice): Promise<void> {
    try {
      for (const [node, state] of items) {
        const isChecked = state === vscode.TreeItemCheckboxState.Checked;
        for (const entries of this.#below(node, choice))
          await inParts(entries, (part) => this.#app.records().list.setChecked(part, isChecked));
      }
    } finally {
      this.#app.changed();
    }
  }

  *#below(node: ListNode, choice: ListChoice): Generator<readonly EntryRef[], void> {
    const { groups, positions, book } = this.#records();
    switch (node.kind) {
      case 'entry':
        yield [node.entry];
        return;
      case 'page': {
        const outline = new ListGroups({ groups, positions, book, stored: new Set() }, choice);
        yield outline.entries('listed', node.from);
        return;
      }
      case 'group': {
        const { text, integrations = groups.integrationsOn(['listed']) } = choice.filter;
        if (text !== undefined) yield groups.refs(['listed'], { text, integrations });
        else for (const integration of integrations) yield* this.#listed(integration);
      }
    }
  }

  *#listed(integration: string): Generator<readonly EntryRef[], void> {
    let part = this.#records().groups.after('listed', integration, undefined, readAtOnce);
    while (part.length > 0) {
      yield part;
      part = this.#records().groups.after('listed', integration, part.at(-1), readAtOnce);
    }
  }

  #records() {
    const records = this.#app.records();
    return { ...records, positions: new Positions(records.database) };
  }
}
