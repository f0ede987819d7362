import assert from 'node:assert/strict';
import {
  keyHashOf,
  oldNameOf,
  type Integration,
  type IntegrationDraft,
} from '../../../../src/cleanup/integrations/integration.ts';
import type { Reservation } from '../../../../src/cleanup/attempts/reservation.ts';
import type { Stored, StoringProblem } from '../../../../src/cleanup/integrations/integrations.ts';
import { markOf } from '../../../../src/cleanup/list/listMark.ts';
import {
  CleanupWorkshop,
  sessionNumber,
  hourMs,
  integration,
  madeUpIntegration,
  outcomeOf,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const at = Date.UTC(2026, 0, 5, 9);
const limits = [{ count: 5, windowMs: hourMs }];

describe('the past of an API key', () => {
  let shop: CleanupWorkshop;
  beforeEach(() => (shop = new CleanupWorkshop()));
  afterEach(() => shop.database.close());

  const used = (id: string): number | undefined => shop.window('a', { limits }).quota(id).windows[0]?.used;
  const named = (name: string, parts: Partial<IntegrationDraft> = {}): IntegrationDraft =>
    madeUpIntegration(name, parts);
  /** Those that the product stored, under ids that it made. */
  const known = new Map<string, Integration>();
  /** Takes a slot for a session of an integration. */
  function reserve(number: number, of: string): Reservation {
    const stored = known.get(of) ?? shop.stored(of);
    const [entry] = shop.list.agree(stored, [{ sessionId: sessionNumber(number) }], at)?.entries ?? [];
    assert.ok(entry);
    const result = shop
      .window('a', { limits })
      .reserve(entry, { integration: stored, mark: markOf(shop.database) });
    assert.ok(result.kind === 'reserved', result.kind);
    return result.reservation;
  }
  function send(number: number, of: string): void {
    shop.window('a', { limits }).record(reserve(number, of), outcomeOf(400), 5);
  }
  function stored(result: Stored | StoringProblem, draft: IntegrationDraft): string {
    assert.ok(result.kind === 'stored', result.kind);
    known.set(result.row.id, { ...draft, id: result.row.id });
    return result.row.id;
  }
  const change = (id: string, to: IntegrationDraft): string =>
    stored(shop.integrations.change(id, to, at), to);
  const add = (draft: IntegrationDraft): string => stored(shop.integrations.add(draft, at), draft);

  it('belongs to the key, whatever the host, the name and the kind', () => {
    send(1, integration);
    const id = change(
      integration,
      named(integration, { baseUrl: 'https://other.example', name: 'x', kind: 'LIVE' }),
    );
    assert.equal(used(id), 1);
    assert.equal(shop.database.get('SELECT 1 FROM inherited_pasts'), undefined);
  });

  it('is found again by a key that is removed and added again', () => {
    send(1, integration);
    shop.integrations.end(integration, at);
    assert.equal(used(add(named(integration))), 1);
  });

  it('is passed on to the key that replaces it, over several changes', () => {
    send(1, integration);
    const second = change(integration, named('second key'));
    assert.equal(used(second), 1);
    send(2, second);
    const third = change(second, named('third key'));
    assert.equal(used(third), 2);
    send(3, third);
    assert.equal(used(change(third, named('fourth key'))), 3);
  });

  it('is passed on with the request in flight at the moment of the change', () => {
    const book = shop.window('a', { limits });
    const reservation = reserve(1, integration);
    const second = change(integration, named('second key'));
    assert.equal(book.quota(second).inFlight, true);
    book.record(reservation, outcomeOf(400), 5);
    assert.deepEqual([book.quota(second).inFlight, used(second)], [false, 1]);
  });

  it('is passed on without what the old key sends later', () => {
    send(1, integration);
    const second = change(integration, named('second key'));
    const again = add(named(integration));
    assert.equal(used(again), 1);
    send(2, again);
    assert.deepEqual([used(again), used(second)], [2, 1]);
    // Unless it is changed to the same key once more.
    shop.integrations.end(second, at);
    assert.equal(used(change(again, named('second key'))), 2);
  });

  it('is counted once however often a key is changed back and forth', () => {
    send(1, integration);
    let id = integration;
    for (const name of ['second key', integration, 'second key', integration]) {
      id = change(id, named(name));
      assert.equal(used(id), 1, name);
    }
  });

  it('stays with a key that was never changed', () => {
    send(1, integration);
    assert.equal(used(add(named('unrelated'))), 0);
  });

  it('that was entered by hand is passed on too', () => {
    shop.window('a', { limits }).recordElsewhere(integration, 2, 1000);
    assert.equal(used(change(integration, named('second key'))), 2);
  });

  it('of version 2 is taken over as soon as base URL and key are known, under any key', () => {
    const old = oldNameOf(named('from version 2'));
    shop.database.run(
      `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms, settled_at, settled_ms,
         outcome) VALUES (?1, ?1, 'x', 'a', 0, 0, 0, 0, 'deleted')`,
      old,
    );
    shop.database.run('INSERT INTO quota_keys VALUES (?, ?)', old, JSON.stringify(limits));
    const id = add(named('from version 2'));
    assert.equal(used(id), 1);
    assert.deepEqual(shop.switches.limitsOfKey(keyHashOf(named('from version 2'))), limits);
    assert.equal(used(change(id, named('another key'))), 1);
  });

  describe('and the limits that Veriff granted', () => {
    const granted = [{ count: 50, windowMs: hourMs }];

    it('are passed on to the key that replaces it', () => {
      shop.switches.setLimits(integration, granted);
      assert.deepEqual(shop.window('a').limits(change(integration, named('second key'))), granted);
    });

    it('do not replace those that the new key has itself', () => {
      const own = [{ count: 7, windowMs: hourMs }];
      const other = add(named('second key'));
      shop.switches.setLimits(other, own);
      shop.integrations.end(other, at);
      shop.switches.setLimits(integration, granted);
      assert.deepEqual(shop.window('a').limits(change(integration, named('second key'))), own);
    });
  });
});
