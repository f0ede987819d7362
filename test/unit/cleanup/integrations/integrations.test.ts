import assert from 'node:assert/strict';
import {
  keyHashOf,
  type IntegrationDraft,
  type IntegrationRow,
} from '../../../../src/cleanup/integrations/integration.ts';
import { mostIntegrations, type Stored } from '../../../../src/cleanup/integrations/integrations.ts';
import {
  CleanupWorkshop,
  integration,
  madeUpKey,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { draftOf } from '../../../support/cleanup/secretWindows.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('Integrations', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  function added(name: string, parts: Partial<IntegrationDraft> = {}): IntegrationRow {
    const result = shop.integrations.add(draftOf(name, parts), at);
    assert.ok(result.kind === 'stored', result.kind);
    return result.row;
  }
  function changed(id: string, to: IntegrationDraft): Stored {
    const result = shop.integrations.change(id, to, at + 5);
    assert.ok(result.kind === 'stored', result.kind);
    return result;
  }
  const living = (): readonly string[] => shop.integrations.living().map(({ id }) => id);
  const rows = (): unknown => shop.database.all('SELECT * FROM integrations ORDER BY rowid');

  describe('add', () => {
    it('stores everything that a consent names, under a new id', () => {
      const row = added('one', { kind: 'LIVE', isSandbox: true });
      assert.match(row.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
      const { id, slot, ...rest } = row;
      assert.deepEqual(rest, {
        name: 'one',
        kind: 'LIVE',
        baseUrl: 'https://veriff.example',
        keyHash: keyHashOf(draftOf('one')),
        isSandbox: true,
        storedAt: at,
      });
      assert.ok(slot > 0);
      assert.deepEqual(shop.integrations.byId(id), row);
      assert.deepEqual(living(), [integration, id]);
    });

    it('never writes an API key or a secret', () => {
      const { apiKey, sharedSecretKeys } = draftOf('one');
      added('one');
      const text = JSON.stringify(rows());
      for (const secret of [apiKey, ...sharedSecretKeys]) assert.ok(!text.includes(secret));
    });

    for (const [what, parts] of [
      ['with another name', {}],
      ['at another host', { baseUrl: 'https://other.example' }],
      ['of another kind', { kind: 'LIVE' }],
      ['in capitals', { apiKey: draftOf('one').apiKey.toUpperCase() }],
      ['of a sandbox', { isSandbox: true }],
    ] as const)
      it(`refuses an API key that a living integration has: ${what}`, () => {
        const row = added('one');
        const before = rows();
        const result = shop.integrations.add(draftOf('one', { name: 'two', ...parts }), at);
        assert.deepEqual(result, { kind: 'sameApiKey', other: row });
        assert.deepEqual(rows(), before);
      });

    it('gives the same API key a new id once the one before has ended', () => {
      const first = added('one');
      shop.integrations.end(first.id, at);
      const second = added('one');
      assert.notEqual(second.id, first.id);
      assert.deepEqual(living(), [integration, second.id]);
      assert.deepEqual(
        shop.integrations.all().map(({ id, endedAt }) => [id, endedAt]),
        [
          [integration, undefined],
          [first.id, at],
          [second.id, undefined],
        ],
      );
    });
  });

  describe('change', () => {
    for (const [what, parts] of [
      ['base URL', { baseUrl: 'https://other.example' }],
      ['API key', { apiKey: madeUpKey('another key') }],
      ['kind', { kind: 'LIVE' }],
      ['all of them', { baseUrl: 'https://other.example', apiKey: madeUpKey('another key'), kind: 'LIVE' }],
    ] as const)
      it(`of ${what} ends the row and all its consents, and makes another one`, () => {
        const id = shop.confirmed(1);
        const { row } = changed(integration, draftOf(integration, { name: 'edited', ...parts }));
        assert.notEqual(row.id, integration);
        assert.deepEqual([row.name, row.storedAt, row.endedAt], ['edited', at + 5, undefined]);
        assert.equal(shop.integrations.byId(integration)?.endedAt, at + 5);
        assert.deepEqual(living(), [row.id]);
        assert.deepEqual(
          [shop.list.byId(id)?.integration, shop.stateOf(id), shop.list.byId(id)?.confirmedAt],
          [row.id, 'listed', undefined],
        );
      });

    for (const [what, parts] of [
      ['name', { name: 'edited' }],
      ['shared secret keys', { sharedSecretKeys: [madeUpKey('added'), madeUpKey('secret')] }],
      ['the case of the API key', { apiKey: draftOf(integration).apiKey.toUpperCase() }],
      ['nothing', {}],
    ] as const satisfies (readonly [string, Partial<IntegrationDraft>])[])
      it(`of ${what} keeps the id and every consent`, () => {
        const id = shop.confirmed(1);
        const before = shop.integrations.byId(integration);
        const { row, takenAlong } = changed(integration, draftOf(integration, parts));
        const name = 'name' in parts ? parts.name : integration;
        assert.deepEqual(row, { ...before, name });
        assert.deepEqual(shop.integrations.byId(integration), row);
        assert.deepEqual(takenAlong, { moved: 0, unconfirmed: 0 });
        assert.equal(shop.stateOf(id), 'confirmed');
      });

    it('refuses the API key of another living one, and ends nothing', () => {
      const other = added('one');
      const id = shop.confirmed(1);
      const before = rows();
      const result = shop.integrations.change(integration, draftOf('one', { name: 'twin' }), at);
      assert.deepEqual(result, { kind: 'sameApiKey', other });
      assert.deepEqual([rows(), shop.stateOf(id)], [before, 'confirmed']);
    });

    it('does nothing for an integration that another window has ended, or that never existed', () => {
      shop.integrations.end(integration, at);
      const before = rows();
      for (const id of [integration, 'unheard of'])
        for (const parts of [{ name: 'edited' }, { kind: 'LIVE' } as const])
          assert.deepEqual(shop.integrations.change(id, draftOf(integration, parts), at), { kind: 'ended' });
      assert.deepEqual(rows(), before);
    });

    it('succeeds with all 50 stored: the one that ends frees its slot', () => {
      for (let number = 2; number <= mostIntegrations; number += 1) added(`number ${number}`);
      const { row } = changed(integration, draftOf(integration, { kind: 'LIVE' }));
      assert.equal(living().length, mostIntegrations);
      assert.equal(row.slot, 1);
    });

    it('is in the file itself when it returns', () => {
      let isInFile: boolean | undefined;
      const { database } = shop;
      const durably = database.durably.bind(database);
      database.durably = (work) => {
        const result = durably(work);
        isInFile = true;
        return result;
      };
      changed(integration, draftOf(integration, { kind: 'LIVE' }));
      assert.equal(isInFile, true);
      isInFile = undefined;
      shop.integrations.end(living()[0] ?? '', at);
      assert.equal(isInFile, true);
    });
  });

  describe('end', () => {
    it('ends every consent of the integration, and none of another', () => {
      const ids = [shop.confirmed(1), shop.confirmed(2), shop.confirmed(1, 'another')];
      shop.integrations.end(integration, at);
      assert.deepEqual(
        ids.map((id) => shop.stateOf(id)),
        ['listed', 'listed', 'confirmed'],
      );
      const by = shop.database.all('SELECT ended_by FROM consents ORDER BY id').map((row) => row['ended_by']);
      assert.deepEqual(by, ['integrationEnded', 'integrationEnded', null]);
    });

    it('prevents reservations for it in every window', () => {
      const id = shop.confirmed(1);
      const means = shop.means();
      shop.integrations.end(integration, at);
      for (const window of [shop.window('a'), shop.window('b')]) {
        assert.equal(window.reserve(shop.ref(id), means).kind, 'integrationChanged');
        assert.equal(window.reserveNext(means).kind, 'idle');
      }
    });

    it('takes effect once: the first time stays', () => {
      shop.integrations.end(integration, at);
      const before = rows();
      shop.integrations.end(integration, at + 9);
      shop.integrations.end('unheard of', at);
      assert.deepEqual(rows(), before);
    });
  });

  describe('the current one', () => {
    it('is the first until another is chosen, and the first again once that has ended', () => {
      const [second, third] = [added('two'), added('three')];
      assert.equal(shop.integrations.currentId(), integration);
      shop.integrations.setCurrent(third.id);
      shop.integrations.setCurrent(third.id);
      assert.equal(shop.integrations.currentId(), third.id);
      shop.integrations.end(third.id, at);
      assert.equal(shop.integrations.currentId(), integration);
      shop.integrations.end(integration, at);
      assert.equal(shop.integrations.currentId(), second.id);
      shop.integrations.end(second.id, at);
      assert.equal(shop.integrations.currentId(), undefined);
    });

    it('stays current through a change, and does not become so by one', () => {
      const second = added('two');
      changed(second.id, draftOf('two', { kind: 'LIVE' }));
      assert.equal(shop.integrations.currentId(), integration);
      const { row } = changed(integration, draftOf(integration, { kind: 'LIVE' }));
      assert.equal(shop.integrations.currentId(), row.id);
    });
  });

  describe('isCurrent', () => {
    it('is true only for the credentials of a living row', () => {
      const stored = shop.stored();
      assert.equal(shop.integrations.isCurrent(stored), true);
      // What no consent names may differ.
      assert.equal(
        shop.integrations.isCurrent({ ...stored, name: 'renamed', sharedSecretKeys: ['x'] }),
        true,
      );
      for (const wrong of [
        { id: 'another' },
        { baseUrl: 'https://other.example' },
        { kind: 'LIVE' },
        { apiKey: madeUpKey('another key') },
      ] as const)
        assert.equal(shop.integrations.isCurrent({ ...stored, ...wrong }), false, JSON.stringify(wrong));
      shop.integrations.end(integration, at);
      assert.equal(shop.integrations.isCurrent(stored), false);
    });
  });

  it('writes all of a change or none of it', () => {
    const id = shop.confirmed(1);
    const before = [rows(), shop.list.byId(id), shop.database.all('SELECT * FROM consents')];
    shop.database.run(
      "CREATE TRIGGER refusing BEFORE INSERT ON inherited_pasts BEGIN SELECT RAISE(ABORT, 'refused'); END",
    );
    const edited = draftOf(integration, { apiKey: madeUpKey('another key') });
    assert.throws(() => shop.integrations.change(integration, edited, at), /refused/);
    assert.deepEqual([rows(), shop.list.byId(id), shop.database.all('SELECT * FROM consents')], before);
    assert.equal(shop.list.find(integration, sessionNumber(1))?.state, 'confirmed');
  });
});
