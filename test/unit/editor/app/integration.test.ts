import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { keyHashOf, oldNameOf } from '../../../../src/cleanup/integrations/integration.ts';
import {
  IntegrationsUnreadable,
  parseOld,
  parseStored,
  storedText,
} from '../../../../src/cleanup/integrations/storedValue.ts';
import {
  hostOf,
  isStoredSecret,
  titleOf,
  visibleName,
  type Integration,
  type IntegrationDraft,
} from '../../../../src/editor/app/integration.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const apiKey = '5ec2e700-aaaa-4aaa-8aaa-00000000000a';
const secret = '5ec2e700-bbbb-4bbb-8bbb-00000000000b';
const oldSecret = '5ec2e700-cccc-4ccc-8ccc-00000000000c';
const shop: Integration = {
  id: 'one',
  name: 'Shop, staging',
  kind: 'TEST',
  baseUrl: 'https://veriff.example',
  apiKey,
  sharedSecretKeys: [secret, oldSecret],
  isSandbox: false,
};
const live: Integration = { ...shop, id: 'two', name: 'Shop', kind: 'LIVE' };

const stored = (...integrations: readonly unknown[]): string =>
  JSON.stringify({ integrations, currentId: 'one' });

/**
 * Runs a check for both readers of SecretStorage: the one for a single integration, and the one for the old value with
 * all of them.
 */
describe('parseOld', () => {
  const read = (text: string): readonly unknown[] => parseOld(text).drafts;

  it('reads what was written, the current one first', () => {
    const value = { integrations: [shop, live], currentId: 'two' };
    assert.deepEqual(read(JSON.stringify(value)), [live, shop]);
  });

  it('keeps the order if none of them is current', () => {
    assert.deepEqual(read('{"integrations":[]}'), []);
    for (const currentId of ['removed', null, 1, '__proto__', 'constructor'])
      assert.deepEqual(read(JSON.stringify({ integrations: [live, shop], currentId })), [live, shop]);
  });

  it('drops what does not belong there', () => {
    assert.deepEqual(read(stored({ ...shop, more: 1, toString: 'x' })), [shop]);
  });

  it('recognises the sandbox by the id that it had', () => {
    const drafts = parseOld(stored(shop, { ...shop, id: 'sandbox' })).drafts;
    assert.deepEqual(
      drafts.map(({ isSandbox }) => isSandbox),
      [false, true],
    );
  });

  it('normalises the base URL', () => {
    const [draft] = parseOld(stored({ ...shop, baseUrl: ' HTTPS://VERIFF.example/v1/ ' })).drafts;
    assert.equal(draft?.baseUrl, 'https://veriff.example');
  });

  describe('refuses', () => {
    const without = (part: keyof Integration): unknown => ({ ...shop, [part]: undefined });
    const texts: [what: string, text: string][] = [
      ['nothing', ''],
      ['half of it', stored(shop).slice(0, -20)],
      ['an end too many', `${stored(shop)}}`],
      ['a byte-order mark', `\uFEFF${stored(shop)}`],
      ['null', 'null'],
      ['a list', JSON.stringify([shop])],
      ['a bare key', JSON.stringify(apiKey)],
      ['a bare key without quotes', apiKey],
      ['an integration alone', JSON.stringify(shop)],
      ['integrations that are none', JSON.stringify({ integrations: { 0: shop } })],
      ['integrations in a prototype', JSON.stringify(shop).replace('{', '{"__proto__":{"integrations":[]},')],
      ['a null among them', stored(shop, null)],
      ['a list among them', stored(shop, [])],
      ['a text among them', stored(shop, secret)],
      ['no id', stored(without('id'))],
      ['no name', stored(without('name'))],
      ['no kind', stored(without('kind'))],
      ['no base URL', stored(without('baseUrl'))],
      ['no API key', stored(without('apiKey'))],
      ['no secret keys', stored(without('sharedSecretKeys'))],
      ['an empty list of secret keys', stored({ ...shop, sharedSecretKeys: [] })],
      ['a secret key in no list', stored({ ...shop, sharedSecretKeys: secret })],
      ['a number for a key', stored({ ...shop, apiKey: 1 })],
      ['a null among the secret keys', stored({ ...shop, sharedSecretKeys: [secret, null] })],
      ['secret keys in a record', stored({ ...shop, sharedSecretKeys: { 0: secret, length: 1 } })],
      ['a name that is a record', stored({ ...shop, name: { toString: secret } })],
      ['another kind', stored({ ...shop, kind: 'test' })],
      ['a kind of a record', stored({ ...shop, kind: '__proto__' })],
      ['one bad among good', stored(live, { ...shop, kind: 'DEMO' })],
    ];
    for (const [what, text] of texts) it(what, () => assertUnreadable(text));

    for (const baseUrl of [
      'http://veriff.example',
      'https://user:pass@veriff.example',
      'https://veriff.example@elsewhere.example',
      'https://veriff.example?to=elsewhere',
      'https://veriff.example#x',
      'https://veriff.example/a/../b',
      'https://veriff.example/%2e%2e',
      'https:\\\\elsewhere.example',
      'https://veriff.exam\tple',
      'https://vеriff.example',
      'http://127.0.0.1.elsewhere.example',
      'file:///etc/passwd',
      'javascript:alert(1)',
      '',
    ])
      it(`the base URL ${JSON.stringify(baseUrl)}`, () => assertUnreadable(stored({ ...shop, baseUrl })));
  });

  it(`returns integrations or the one error for any text (FAST_CHECK_SEED=${seed})`, () => {
    const text = stored(shop, live);
    const damage = fc.record({
      at: fc.nat(text.length),
      drop: fc.nat(40),
      put: fc.oneof(fc.string({ maxLength: 6 }), fc.json({ maxDepth: 1 })),
    });
    fc.assert(
      fc.property(damage, ({ at, drop, put }) => {
        const damaged = text.slice(0, at) + put + text.slice(at + drop);
        for (const { baseUrl } of readOrRefused(damaged)) {
          const { protocol, hostname, username, password, search, hash } = new URL(baseUrl);
          assert.ok(protocol === 'https:' || hostname === '127.0.0.1' || hostname === 'localhost', baseUrl);
          assert.deepEqual([username, password, search, hash], ['', '', '', '']);
        }
      }),
      { seed, numRuns: 2_000 },
    );
  });

  function readOrRefused(text: string): readonly IntegrationDraft[] {
    try {
      return parseOld(text).drafts;
    } catch (error) {
      assertTellsNothing(error, text);
      return [];
    }
  }

  function assertUnreadable(text: string): void {
    try {
      parseOld(text);
    } catch (error) {
      assertTellsNothing(error, text);
      return;
    }
    assert.fail('It was read.');
  }

  /** Checks that the error has the right class and message, and contains nothing of the input. */
  function assertTellsNothing(error: unknown, text: string): asserts error is Error {
    assert.ok(error instanceof IntegrationsUnreadable, text);
    assert.equal(error.name, 'IntegrationsUnreadable');
    assert.equal(error.message, 'A stored integration cannot be read.');
    assert.deepEqual(Object.keys(error), ['name']);
    assert.equal(error.cause, undefined);
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /5ec2e700|veriff\.example|elsewhere/);
  }
});

describe('parseStored', () => {
  it('reads what storedText has written', () => {
    assert.deepEqual(parseStored(storedText(shop)), shop);
    assert.deepEqual(parseStored(storedText({ ...live, isSandbox: true })), { ...live, isSandbox: true });
  });

  it('drops what does not belong there', () => {
    assert.deepEqual(parseStored(JSON.stringify({ ...shop, more: 1, isSandbox: 'yes' })), shop);
  });

  it('refuses what the old value must not contain either, without showing it', () => {
    const wrong: readonly string[] = [
      '',
      'null',
      '[]',
      apiKey,
      JSON.stringify(apiKey),
      stored(shop),
      storedText(shop).slice(0, -9),
      JSON.stringify({ ...shop, apiKey: undefined }),
      JSON.stringify({ ...shop, sharedSecretKeys: [] }),
      JSON.stringify({ ...shop, sharedSecretKeys: [secret, 1] }),
      JSON.stringify({ ...shop, kind: 'DEMO' }),
      JSON.stringify({ ...shop, baseUrl: 'http://veriff.example' }),
      JSON.stringify({ ...shop, baseUrl: 'https://user:pass@veriff.example' }),
    ];
    for (const text of wrong)
      assert.throws(
        () => parseStored(text),
        (error) => error instanceof IntegrationsUnreadable && !/5ec2e700|example/.test(inspect(error)),
        text,
      );
  });
});

describe('titleOf and visibleName', () => {
  it('contain the name and TEST or LIVE', () => {
    assert.equal(titleOf(shop), 'Shop, staging (TEST)');
    assert.equal(titleOf(live), 'Shop (LIVE)');
  });

  for (const [name, shown] of [
    ['Shop\u202E(EVIL)', 'Shop<U+202E>(EVIL)'],
    ['Sh\u200Bop\uFEFF', 'Sh<U+200B>op<U+FEFF>'],
    ['Shop (TEST)\nHost: elsewhere', 'Shop (TEST)<U+000A>Host: elsewhere'],
    ['__proto__', '__proto__'],
    ['[here](command:veriffCleanup.deleteSession)', '[here] (command:veriffCleanup.deleteSession)'],
    ['$(trash) Shop', '$ (trash) Shop'],
    ['x'.repeat(10_000), `${'x'.repeat(59)}…`],
  ] as const)
    it(`show ${JSON.stringify(name.slice(0, 45))} as it is`, () => {
      assert.equal(visibleName({ ...live, name }), shown);
      assert.equal(titleOf({ ...live, name }), `${shown} (LIVE)`);
    });

  it('always end with the real kind, however long or hostile the name is', () => {
    for (const name of ['(TEST)', '(TEST)\u202E', '\u2067', `${' '.repeat(300)}(TEST)`, '🛒'.repeat(500)]) {
      const title = titleOf({ ...live, name });
      assert.match(title, / \(LIVE\)$/);
      assert.ok(title.length < 200, `${title.length} characters`);
    }
  });
});

describe('the texts of an integration', () => {
  it('contain no key', () => {
    const marked: Integration = { ...shop, baseUrl: 'https://veriff.example:8443/path' };
    const texts = [
      titleOf(marked),
      visibleName(marked),
      hostOf(marked),
      keyHashOf(marked),
      oldNameOf(marked),
    ];
    assert.doesNotMatch(texts.join(' '), /5ec2e700/);
    assert.equal(hostOf(marked), 'veriff.example:8443');
  });
});

describe('oldNameOf', () => {
  it('depends only on base URL and API key', () => {
    const edited: Integration = { ...shop, id: 'x', name: 'y', kind: 'LIVE', sharedSecretKeys: [oldSecret] };
    assert.equal(oldNameOf(edited), oldNameOf(shop));
    assert.equal(oldNameOf({ ...shop, apiKey: apiKey.toUpperCase() }), oldNameOf(shop));
    assert.match(oldNameOf(shop), /^[0-9a-f]{64}$/);
  });

  it('never changes, because old lists are found by it', () => {
    // printf 'https://veriff.example\n5ec2e700-aaaa-4aaa-8aaa-00000000000a' | sha256sum
    const expected = '3b0bfb98f737bda3a2e693353d5da9a3030da816f3f31d601269f053c58cbebd';
    assert.equal(oldNameOf(shop), expected);
  });

  it('differs for another host or key', () => {
    assert.notEqual(oldNameOf({ ...shop, baseUrl: 'https://veriff.example/eu' }), oldNameOf(shop));
    assert.notEqual(oldNameOf({ ...shop, apiKey: secret }), oldNameOf(shop));
  });
});

describe('keyHashOf', () => {
  it('depends only on the API key, because the rate limit belongs to the key', () => {
    const elsewhere: Integration = { ...live, id: 'x', baseUrl: 'https://elsewhere.example/eu' };
    assert.equal(keyHashOf(elsewhere), keyHashOf(shop));
    assert.equal(keyHashOf({ apiKey: apiKey.toUpperCase() }), keyHashOf(shop));
    assert.notEqual(keyHashOf({ apiKey: secret }), keyHashOf(shop));
    // printf '5ec2e700-aaaa-4aaa-8aaa-00000000000a' | sha256sum
    assert.equal(keyHashOf(shop), 'ef84cd97846cf2aeb89944ba8952e5d3d4e48ce845a45a7e48f5d505b6388cf9');
  });
});

describe('isStoredSecret', () => {
  for (const key of [apiKey, secret, oldSecret])
    it(`recognises ${key} in any form`, () => {
      for (const text of [key, key.toUpperCase(), `  ${key}\n`]) {
        assert.ok(isStoredSecret(text, [shop]), text);
        assert.ok(isStoredSecret(text, [{ ...live, apiKey: 'x', sharedSecretKeys: ['y'] }, shop]), text);
        assert.ok(isStoredSecret(text, [{ ...shop, apiKey: apiKey.toUpperCase() }]), text);
      }
    });

  it('recognises nothing else', () => {
    for (const text of ['', ' ', shop.id, shop.name, apiKey.slice(0, -1), `${apiKey}0`, '__proto__'])
      assert.ok(!isStoredSecret(text, [shop, live]), text);
    assert.ok(!isStoredSecret(apiKey, []));
  });
});
