import assert from 'node:assert/strict';
import type { ChosenSession } from '../../../src/editor/chosenSession.ts';
import type { ListingResult } from '../../../src/editor/listing.ts';
import { listingText } from '../../../src/editor/listingText.ts';
import { sessionNumber } from '../../support/cleanupWorkshop.ts';

const attempt: ChosenSession = {
  sessionId: sessionNumber(1),
  role: 'attempt',
  reason: 'the value of "attemptId"',
};

function told(result: Partial<ListingResult>): readonly [string, string] {
  const nothing = { added: 0, already: 0, misfits: [], keys: 0, filesNotRead: [], isCancelled: false };
  const { tone, text } = listingText(
    { ...nothing, ...result },
    'Shop (TEST)',
    'the clipboard holds no session id',
  );
  return [tone, text];
}

describe('listingText', () => {
  const cases: readonly (readonly [Partial<ListingResult>, tone: string, text: string])[] = [
    [{}, 'warning', 'Nothing was added: the clipboard holds no session id.'],
    [{ added: 1 }, 'info', 'One session added to the list of Shop (TEST), not confirmed.'],
    [{ added: 12 }, 'info', '12 sessions added to the list of Shop (TEST), none of them confirmed.'],
    [{ already: 1 }, 'info', 'Nothing new for the list of Shop (TEST). One was on it already.'],
    [
      { added: 12, already: 3, misfits: [attempt, attempt] },
      'info',
      '12 sessions added to the list of Shop (TEST), none of them confirmed. 3 were on it already. 2 look like other ids and were left out.',
    ],
    [
      { misfits: [attempt] },
      'warning',
      'Nothing was added. One was left out: this looks like an attempt’s id, not a session’s: it is the value of "attemptId".',
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
    [
      { filesNotRead: [{ name: 'a.bin', problem: 'binary' }] },
      'warning',
      'Nothing was added. Not read: a.bin (no text).',
    ],
    [
      {
        added: 1,
        filesNotRead: [
          { name: 'pictures', problem: 'folder' },
          { name: 'big.log', problem: 'tooLarge' },
          { name: 'locked.txt', problem: 'unreadable' },
        ],
      },
      'warning',
      'One session added to the list of Shop (TEST), not confirmed. Not read: pictures (a folder), big.log (larger than 50 MB), locked.txt (cannot be read).',
    ],
  ];
  for (const [result, tone, text] of cases) it(text, () => assert.deepEqual(told(result), [tone, text]));

  it('names three files at most, and shows what cannot be seen in a name', () => {
    const names = ['a\u202Eb\n', 'b', 'c', 'd', 'e'];
    const [, text] = told({ filesNotRead: names.map((name) => ({ name, problem: 'unreadable' })) });
    assert.equal(
      text,
      'Nothing was added. Not read: a<U+202E>b<U+000A> (cannot be read), b (cannot be read), c (cannot be read) and 2 more.',
    );
  });
});
