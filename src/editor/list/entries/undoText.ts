/** How far the undo of a removal came. */
export interface Undone {
  /** How many entries are back on the list. */
  readonly restored: number;
  /** How many of these had been confirmed: their consent did not come back. */
  readonly unconfirmed: number;
  /** How many are still to be put back. */
  readonly left: number;
  /** What ended it early. */
  readonly error?: unknown;
}

/** What is said after the undo of a removal that had taken `removed` entries. */
export function undoText({ restored, unconfirmed, left }: Undone, removed: number): string {
  const again = removed - restored - left;
  return [
    `${restored} put back on the list.`,
    ...(unconfirmed === 0
      ? []
      : [
          `${unconfirmed} of them ${unconfirmed === 1 ? 'was' : 'were'} confirmed, and must be confirmed again.`,
        ]),
    ...(again <= 0 ? [] : [`${again} ${again === 1 ? 'was' : 'were'} on it again already.`]),
    ...(left === 0 ? [] : [`${left} can still be put back with “Undo Last Removal”.`]),
  ].join(' ');
}
