import assert from 'node:assert/strict';
import type { Integration } from '../../../../src/editor/app/integration.ts';
import { resumeQuestion, type Waiting } from '../../../../src/editor/run/resumeText.ts';
import { madeUpIntegration } from '../../../support/cleanup/cleanupWorkshop.ts';

const shop: Integration = {
  id: 'shop',
  name: 'Shop, staging',
  kind: 'TEST',
  baseUrl: 'https://veriff.example:8443/eu',
  apiKey: '5ec2e700-aaaa-4aaa-8aaa-00000000000a',
  sharedSecretKeys: ['5ec2e700-bbbb-4bbb-8bbb-00000000000b'],
  isSandbox: false,
};
const till: Integration = {
  ...shop,
  id: 'till',
  name: 'Till',
  kind: 'LIVE',
  baseUrl: 'https://veriff.example',
};

describe('the question before a resume', () => {
  const cases: readonly (readonly [readonly Waiting[], string, readonly string[], string])[] = [
    [
      [{ integration: shop, count: 1 }],
      'Resume deleting one TEST session at Veriff?',
      ['Shop, staging (TEST) at veriff.example:8443: 1 session', '', /^It was confirmed before/.source],
      'Resume',
    ],
    [
      [{ integration: till, count: 300 }],
      'Resume deleting 300 LIVE sessions at Veriff?',
      ['Till (LIVE) at veriff.example: 300 sessions', '', /^They were confirmed before/.source],
      'Resume LIVE Deletions',
    ],
    [
      [
        { integration: shop, count: 4 },
        { integration: till, count: 1 },
      ],
      'Resume deleting 5 sessions at Veriff?',
      [
        'Shop, staging (TEST) at veriff.example:8443: 4 sessions',
        'Till (LIVE) at veriff.example: 1 session',
        '',
        /^They were confirmed before/.source,
      ],
      'Resume LIVE Deletions',
    ],
  ];
  for (const [waiting, message, lines, button] of cases)
    it(`names number, integrations, hosts and kinds: ${message}`, () => {
      const question = resumeQuestion(waiting);
      assert.equal(question.message, message);
      assert.equal(question.button, button);
      const detail = question.detail.split('\n');
      assert.deepEqual(detail.slice(0, -1), lines.slice(0, -1));
      assert.match(detail.at(-1) ?? '', new RegExp(lines.at(-1) ?? ''));
      assert.match(question.detail, /This cannot be undone\.$/);
    });

  it('says LIVE on the button if at least one LIVE session can be sent', () => {
    for (let live = 0; live < 3; live += 1) {
      const waiting = [{ integration: shop, count: 2 }].concat(
        live === 0 ? [] : [{ integration: till, count: live }],
      );
      assert.equal(resumeQuestion(waiting).button.includes('LIVE'), live > 0);
    }
  });

  it('keeps its lines, whatever the name of an integration', () => {
    for (const name of ['Shop\nTill (LIVE) at x: 9 sessions', '\u202E', '[x](command:y)', 'x'.repeat(9000)]) {
      const { message, detail } = resumeQuestion([{ integration: { ...shop, name }, count: 2 }]);
      assert.equal(message, 'Resume deleting 2 TEST sessions at Veriff?');
      assert.equal(detail.split('\n').length, 3);
      assert.doesNotMatch(detail.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]|\]\(/u);
    }
  });

  it('contains no key', () => {
    const integration = madeUpIntegration();
    const text = JSON.stringify(resumeQuestion([{ integration, count: 3 }]));
    for (const key of [integration.apiKey, ...integration.sharedSecretKeys]) assert.ok(!text.includes(key));
  });
});
