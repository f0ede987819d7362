import assert from 'node:assert/strict';
import { elsewhereText, type FoundElsewhere } from '../../../../src/editor/lookingUp/elsewhereText.ts';
import { madeUpIntegration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

const live = { ...madeUpIntegration('live'), name: 'Shop live', kind: 'LIVE' as const };
const test = { ...madeUpIntegration('test'), name: 'Shop', kind: 'TEST' as const };
const nothing = { sessions: [], statuses: [], notAnswered: 0 };
const both = [1, 2].map((number) => ({ sessionId: sessionNumber(number) }));

describe('elsewhereText', () => {
  for (const [what, found, total, tone, text] of [
    [
      'one session that exists there',
      [{ integration: live, sessions: both.slice(0, 1), statuses: ['approved'], notAnswered: 0 }],
      1,
      'info',
      'It exists in Shop live (LIVE), approved.',
    ],
    [
      'several of which some exist there',
      [
        { integration: live, sessions: both, statuses: [undefined, 'created'], notAnswered: 0 },
        { integration: test, ...nothing },
      ],
      3,
      'info',
      '2 of 3 exist in Shop live (LIVE).',
    ],
    [
      'what no other integration knows',
      [
        { integration: live, ...nothing },
        { integration: test, ...nothing },
      ],
      1,
      'info',
      'Not known to Shop live (LIVE), Shop (TEST) either.',
    ],
    [
      'an integration that does not answer',
      [
        { integration: live, ...nothing, notAnswered: 1 },
        { integration: test, ...nothing },
      ],
      1,
      'warning',
      'Not known to Shop (TEST) either. No valid response from Shop live (LIVE); the log has the details.',
    ],
  ] as const satisfies readonly (readonly [string, readonly FoundElsewhere[], number, string, string])[])
    it(`tells of ${what}`, () => assert.deepEqual(elsewhereText(found, total), { tone, text }));
});
