import assert from 'node:assert/strict';
import type { AddResult } from '../../../../../src/editor/adding/listing/listWriter.ts';
import { listingText } from '../../../../../src/editor/adding/listing/listingText.ts';

function told(result: Partial<AddResult>): readonly [string, string] {
  const nothing = { added: 0, already: 0, keys: 0, isCancelled: false };
  const { tone, text } = listingText(
    { ...nothing, ...result },
    'Shop (TEST)',
    'the clipboard holds no session id',
  );
  return [tone, text];
}

describe('listingText', () => {
  const cases: readonly (readonly [Partial<AddResult>, tone: string, text: string])[] = [
    [{}, 'warning', 'Nothing was added: the clipboard holds no session id.'],
    [{ added: 1 }, 'info', 'One session added to the list of Shop (TEST), not confirmed.'],
    [{ added: 12 }, 'info', '12 sessions added to the list of Shop (TEST), none of them confirmed.'],
    [{ already: 1 }, 'info', 'Nothing new for the list of Shop (TEST). One was on it already.'],
    [
      { added: 12, already: 3 },
      'info',
      '12 sessions added to the list of Shop (TEST), none of them confirmed. 3 were on it already.',
    ],
    [{ keys: 1 }, 'warning', 'Nothing was added. A stored key was left out.'],
    [
      { added: 1, keys: 2 },
      'warning',
      'One session added to the list of Shop (TEST), not confirmed. 2 stored keys were left out.',
    ],
    [
      { added: 1, isCancelled: true },
      'warning',
      'One session added to the list of Shop (TEST), not confirmed. Cancelled: what came after that was not added.',
    ],
    [{ isCancelled: true }, 'warning', 'Nothing was added. Cancelled: what came after that was not added.'],
    [
      { added: 500, error: new Error('made up') },
      'error',
      '500 sessions added to the list of Shop (TEST), none of them confirmed. What came after that was not added.',
    ],
  ];
  for (const [result, tone, text] of cases) it(text, () => assert.deepEqual(told(result), [tone, text]));
});
