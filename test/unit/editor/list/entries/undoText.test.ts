import assert from 'node:assert/strict';
import { undoText, type Undone } from '../../../../../src/editor/list/entries/undoText.ts';

describe('undoText', () => {
  const cases: readonly (readonly [Undone, removed: number, text: string])[] = [
    [{ restored: 3, unconfirmed: 0, left: 0 }, 3, '3 put back on the list.'],
    [
      { restored: 3, unconfirmed: 1, left: 0 },
      3,
      '3 put back on the list. 1 of them was confirmed, and must be confirmed again.',
    ],
    [
      { restored: 5, unconfirmed: 4, left: 0 },
      6,
      '5 put back on the list. 4 of them were confirmed, and must be confirmed again. 1 was on it again already.',
    ],
    [{ restored: 0, unconfirmed: 0, left: 0 }, 2, '0 put back on the list. 2 were on it again already.'],
    [
      { restored: 500, unconfirmed: 0, left: 4500 },
      5000,
      '500 put back on the list. 4500 can still be put back with “Undo Last Removal”.',
    ],
  ];
  for (const [undone, removed, text] of cases) it(text, () => assert.equal(undoText(undone, removed), text));
});
