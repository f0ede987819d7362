/** The result of undoing a removal. */
export interface Undone {
  /** How many entries are back on the list. */
  readonly restored: number;
  /** How many of these were confirmed before the removal; their consents stay ended. */
  readonly unconfirmed: number;
  /** How many are still to be put back. */
  readonly left: number;
  /** What ended it early. */
  readonly error?: unknown;
}

/** The message after undoing a removal of `removed` entries. */
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
