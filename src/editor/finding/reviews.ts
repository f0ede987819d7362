import type * as vscode from 'vscode';
import type { Found } from '../../sessions/findings.ts';
import type { Desk } from '../desk.ts';

/** The one review of a window: what was found waits here until the user has chosen what of it comes onto the list. */
export class Reviews implements vscode.Disposable {
  readonly desk: Desk;

  constructor(desk: Desk) {
    this.desk = desk;
  }

  /** See `ReviewDoor.review`. */
  review(found: Found): Promise<void> {
    this.desk.log.event(`found in ${found.sources.length} sources`);
    return Promise.resolve();
  }

  dispose(): void {
    // Nothing is shown yet.
  }
}
