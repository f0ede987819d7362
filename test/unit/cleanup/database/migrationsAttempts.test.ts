import assert from 'node:assert/strict';
import { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import { CleanupList } from '../../../../src/cleanup/list/cleanupList.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { HandClock, hourMs, integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { SecondVersion } from '../../../support/cleanup/secondVersion.ts';

describe('the third version of the schema, and the attempts of the second', () => {
  let second: SecondVersion;
  beforeEach(() => (second = new SecondVersion()));
  afterEach(() => second.remove());

  const entry = (database: CleanupDatabase, id: number): Entry => {
    const found = new CleanupList(database).byId(id);
    assert.ok(found);
    return found;
  };

  const now = Date.now();
  const lastServerAt = Date.UTC(2026, 0, 5, 9);
  /** The reading of an attempt that was answered so long ago by the wall clock and by Veriff's dates. */
  function readingOf(wallAgoMs: number, serverAgoMs: number | undefined, hasServerTime = true): number {
    if (hasServerTime) second.old.run('INSERT INTO server_times VALUES (?, ?, 5)', integration, lastServerAt);
    const id = second.attempt({
      settled_at: now - wallAgoMs,
      settled_uptime_ms: 4e9,
      server_at: serverAgoMs === undefined ? null : lastServerAt - serverAgoMs,
      outcome: 'deleted',
    });
    const row = second.update().get('SELECT settled_ms FROM deletion_attempts WHERE id = ?', id);
    return Number(row?.['settled_ms']);
  }
  const isNear = (reading: number, expected: number): void =>
    assert.ok(Math.abs(reading - expected) < 60_000, String(reading));

  it('makes them as old as both the wall clock and Veriff’s dates say', () =>
    assert.equal(readingOf(3 * hourMs, 2 * hourMs), -(2 * hourMs - 1000)));

  it('makes them no older than the dates, whatever the wall clock says', () =>
    assert.equal(readingOf(500 * hourMs, hourMs), -(hourMs - 1000)));

  it('makes them no older than the wall clock, whatever the dates say', () =>
    isNear(readingOf(hourMs, 500 * hourMs), -hourMs));

  for (const [what, wallAgoMs, serverAgoMs, hasServerTime] of [
    ['the answer had no date', 5 * hourMs, undefined, true],
    ['Veriff’s time is not known now', 5 * hourMs, 5 * hourMs, false],
    ['the wall clock was ahead then', -5 * hourMs, 5 * hourMs, true],
    ['the date was ahead then', 5 * hourMs, -5 * hourMs, true],
    ['the date is not a second old', 5 * hourMs, 900, true],
  ] as const)
    it(`makes them as young as now if ${what}`, () =>
      assert.equal(readingOf(wallAgoMs, serverAgoMs, hasServerTime) + 0, 0));

  it('keeps attempts in flight, and everything else of the attempts', () => {
    const id = second.entry('sending');
    const out = second.attempt({ entry_id: id, session_id: sessionNumber(2) });
    const done = second.attempt({
      settled_at: 600,
      settled_uptime_ms: 1,
      duration_ms: 5.5,
      server_at: 7,
      status: 429,
      code: '1101',
      signature: 'valid',
      outcome: 'limited',
      reason: 'why',
      limited_streak: 3,
      park_ms: 8.5,
      counts: 0,
    });
    const database = second.update();
    const { settled_ms: settledMs, ...row } =
      database.get('SELECT * FROM deletion_attempts WHERE id = ?', done) ?? {};
    assert.equal(Number(settledMs) + 0, 0);
    assert.deepEqual(row, {
      id: done,
      integration,
      key_hash: integration,
      session_id: sessionNumber(1),
      entry_id: null,
      consent: null,
      owner: 'a window that has ended',
      reserved_at: 500,
      reserved_ms: 0,
      seen_dead_ms: null,
      counts: 0,
      settled_at: 600,
      duration_ms: 5.5,
      server_at: 7,
      status: 429,
      code: '1101',
      signature: 'valid',
      outcome: 'limited',
      reason: 'why',
      limited_streak: 3,
      park_ms: 8.5,
    });
    const open = database.get('SELECT entry_id, settled_ms FROM deletion_attempts WHERE id = ?', out);
    assert.deepEqual({ ...open }, { entry_id: id, settled_ms: null });
    const ports = { clock: new HandClock().read, owner: 'b', isOwnerAlive: () => false, chance: () => 0 };
    new AttemptBook(database, ports).recover();
    const { state, reason } = entry(database, id);
    assert.deepEqual([state, reason], ['unknown', 'windowEnded']);
  });

  it('leaves no slot free if the past was unknown', () => {
    second.attempt({ settled_at: 1, settled_uptime_ms: 1, outcome: 'pastUnknown' });
    const database = second.update();
    assert.equal(database.get('SELECT 1 FROM deletion_attempts'), undefined);
    assert.equal(database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], 0);
    const ports = { clock: new HandClock().read, owner: 'b', isOwnerAlive: () => false, chance: () => 0 };
    assert.equal(new AttemptBook(database, ports).quota(integration).freeNow, 0);
  });

  it('has no unknown past otherwise', () => {
    second.attempt({ settled_at: 1, settled_uptime_ms: 1, outcome: 'elsewhere' });
    const database = second.update();
    assert.equal(database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms'], null);
    assert.equal(database.all('SELECT 1 FROM deletion_attempts').length, 1);
  });
});
