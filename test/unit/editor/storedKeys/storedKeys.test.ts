import assert from 'node:assert/strict';
import { StoredKeys } from '../../../../src/editor/storedKeys/storedKeys.ts';
import type { Integration } from '../../../../src/editor/app/integration.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const older = 'b0b00000-0000-4000-8000-0000000000fe';

const shop: Integration = {
  id: 'made-up',
  name: 'Shop',
  kind: 'TEST',
  baseUrl: 'https://stationapi.veriff.com',
  apiKey,
  sharedSecretKeys: [secret, older],
  isSandbox: false,
};

describe('stored keys', () => {
  const keys = new StoredKeys([shop]);
  const found = (text: string): readonly string[] =>
    keys.find(text).map(({ key, start, end }) => `${key.part} ${start}-${end}`);

  it('are recognised with their part, in upper or lower case, each of several secrets', () => {
    assert.deepEqual(keys.get(apiKey), {
      part: 'apiKey',
      title: 'Shop (TEST)',
      kind: 'TEST',
    });
    assert.equal(keys.get(secret.toUpperCase())?.part, 'sharedSecretKey');
    assert.equal(keys.get(` ${older}\n`)?.part, 'sharedSecretKey');
    for (const text of ['', 'x', apiKey.slice(1), `${apiKey}0`, apiKey.replaceAll('-', '')])
      assert.equal(keys.get(text), undefined, text);
  });

  it('are found anywhere in a text', () => {
    assert.deepEqual(found(`VERIFF_KEY=${apiKey}`), ['apiKey 11-47']);
    assert.deepEqual(found(`${secret}${apiKey}`), ['sharedSecretKey 0-36', 'apiKey 36-72']);
    assert.deepEqual(found(`x${apiKey.toUpperCase()}9`), ['apiKey 1-37']);
    assert.deepEqual(
      found(`00000000-0000-4000-8000-${apiKey}`),
      ['apiKey 24-60'],
      'inside what looks like one',
    );
    assert.deepEqual(found(`${apiKey.slice(0, 35)} c0ffee00-0000-4000-8000-000000000001`), []);
    assert.deepEqual(found(`00000000-0000-4000-8000-0000${apiKey}`), ['apiKey 28-64'], 'from within another');
    assert.deepEqual(found(''), []);
  });

  it('count as LIVE if one of several integrations with the same key is LIVE', () => {
    const live: Integration = { ...shop, id: 'live', name: 'Till', kind: 'LIVE' };
    for (const order of [
      [shop, live],
      [live, shop],
    ])
      assert.equal(new StoredKeys(order).get(secret)?.title, 'Till (LIVE)');
  });

  it('are not those of the sandbox', () => {
    const sandbox = new StoredKeys([{ ...shop, isSandbox: true }]);
    assert.ok(sandbox.isEmpty);
    assert.deepEqual(sandbox.find(apiKey), []);
    assert.ok(!keys.isEmpty && new StoredKeys([]).isEmpty);
    // An integration that only has that name is not one.
    assert.ok(!new StoredKeys([{ ...shop, id: 'sandbox', name: 'Sandbox' }]).isEmpty);
  });

  it('are in no text about them', () => {
    const told = JSON.stringify([keys.find(`${apiKey} ${secret} ${older}`), keys.get(secret)]);
    for (const key of [apiKey, secret, older]) assert.ok(!told.includes(key), told);
  });
});
