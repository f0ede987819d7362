import assert from 'node:assert/strict';
import { mostIntegrations } from '../../../../src/cleanup/integrations/integrations.ts';
import type { IntegrationRow } from '../../../../src/cleanup/integrations/integration.ts';
import { CleanupWorkshop, integration, madeUpIntegration } from '../../../support/cleanup/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);

describe('the slots of SecretStorage', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    shop.integrations.end(integration, at);
  });
  afterEach(() => shop.database.close());

  function added(name: string, slot?: number): IntegrationRow {
    const result = shop.integrations.add(madeUpIntegration(name), at, slot);
    assert.ok(result.kind === 'stored', result.kind);
    return result.row;
  }

  it('are given out once each, 50 at most; the 51st is refused and nothing of it is written', () => {
    const slots = Array.from({ length: mostIntegrations }, (_, index) => added(`number ${index}`).slot);
    assert.deepEqual(
      slots.toSorted((a, b) => a - b),
      Array.from({ length: mostIntegrations }, (_, index) => index + 1),
    );
    const before = shop.integrations.all().length;
    assert.deepEqual(shop.integrations.add(madeUpIntegration('one too many'), at), { kind: 'tooMany' });
    assert.equal(shop.integrations.all().length, before);
    assert.deepEqual(shop.integrations.freeSlots(), []);
  });

  it('are given out in this order: never used ones first, then the one that was used longest ago', () => {
    // Slot 1 belonged to the first integration, which has ended.
    const slots = Array.from({ length: mostIntegrations - 1 }, (_, index) => {
      const row = added(`number ${index}`);
      shop.integrations.end(row.id, at);
      return row.slot;
    });
    assert.deepEqual(
      slots,
      Array.from({ length: mostIntegrations - 1 }, (_, index) => index + 2),
    );
    const next = [1, 2, 3].map((number) => {
      const row = added(`again ${number}`);
      shop.integrations.end(row.id, at);
      return row.slot;
    });
    assert.deepEqual(next, [1, 2, 3]);
  });

  it('that are taken are skipped, and given out again once they are free', () => {
    const [first, second] = [added('one'), added('two')];
    assert.deepEqual([first.slot, second.slot], [2, 3]);
    assert.ok(!shop.integrations.freeSlots().includes(2));
    shop.integrations.end(first.id, at);
    assert.ok(shop.integrations.freeSlots().includes(2));
  });

  it('that already hold secrets are kept if they are free', () => {
    assert.equal(added('one', 17).slot, 17);
    assert.notEqual(added('two', 17).slot, 17);
  });

  it('are never given to two living integrations', () => {
    const { slot } = added('one');
    const insert = (values: string): unknown =>
      shop.database.run(
        `INSERT INTO integrations (id, slot, name, kind, base_url, key_hash, is_sandbox, stored_at, ended_at) VALUES ${values}`,
      );
    assert.throws(() => insert(`('x', ${slot}, 'x', 'TEST', 'u', 'hash of x', 0, 1, NULL)`), /UNIQUE/);
    insert(`('x', ${slot}, 'x', 'TEST', 'u', 'hash of x', 0, 1, 5)`);
    for (const wrong of [0, 51, -1])
      assert.throws(() => insert(`('y', ${wrong}, 'y', 'TEST', 'u', 'hash of y', 0, 1, NULL)`), /CHECK/);
  });
});
