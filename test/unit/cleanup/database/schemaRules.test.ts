import assert from 'node:assert/strict';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';

/** The id of a living consent, made with an integration and an agreement. */
function aliveConsent(database: CleanupDatabase): number {
  const count = Number(database.get('SELECT count(*) AS n FROM integrations')?.['n']);
  database.run(
    `INSERT INTO integrations (id, slot, name, kind, base_url, key_hash, is_sandbox, stored_at)
     VALUES (?1, ?2, 'made up', 'TEST', 'https://veriff.example', ?1, 0, 1)`,
    ...[`integration ${count}`, count + 1],
  );
  const { rowId } = database.run(
    `INSERT INTO agreements (integration, name, kind, base_url, sessions, given_at)
     VALUES (?, 'made up', 'TEST', 'https://veriff.example', 1, 1)`,
    `integration ${count}`,
  );
  return database.run("INSERT INTO consents (agreement, session_id) VALUES (?, 'b')", rowId).rowId;
}

describe('what the schema computes for an entry', () => {
  let database: CleanupDatabase;
  beforeEach(() => (database = CleanupDatabase.open(':memory:')));
  afterEach(() => database.close());

  /** The generated columns of an entry with id 5 and these columns. */
  function generated(columns: Record<string, string | number | null>): [unknown, unknown] {
    const { state } = columns;
    const consent = state === 'confirmed' || state === 'blocked' ? { consent: aliveConsent(database) } : {};
    const all = { ...columns, ...consent };
    const names = Object.keys(all);
    database.run(
      `INSERT INTO list_entries (id, integration, session_id, added_at, changed_at, ${names.join(', ')})
       VALUES (5, 'a', 'b', 1, 77, ${names.map(() => '?').join(', ')})`,
      ...Object.values(all),
    );
    const row = database.get('SELECT entry_group, place FROM list_entries');
    return [row?.['entry_group'], row?.['place']];
  }

  for (const [columns, group, place] of [
    [{ state: 'listed' }, 'listed', 5],
    [{ state: 'listed', held_at: 1 }, 'held', 5],
    [{ state: 'listed', rank: -2.5 }, 'listed', -2.5],
    [{ state: 'confirmed' }, 'queue', 5],
    [{ state: 'confirmed', rank: 0 }, 'queue', 0],
    [{ state: 'listed', held_at: 1, rank: 3 }, 'held', 3],
    [{ state: 'listed', held_at: 0 }, 'held', 5],
    [{ state: 'sending', rank: 3 }, 'sending', -77],
    [{ state: 'deleted', rank: 3 }, 'done', -77],
    [{ state: 'notFound' }, 'notFound', -77],
    [{ state: 'failed' }, 'needsYou', -77],
    [{ state: 'blocked', wait_until_ms: 0 }, 'later', -77],
    [{ state: 'blocked' }, 'needsYou', -77],
    [{ state: 'unknown', wait_until_ms: 9 }, 'later', -77],
    [{ state: 'unknown' }, 'later', -77],
    [{ state: 'unknown', wait_until_ms: 9, look_ups: 1 }, 'needsYou', -77],
    [{ state: 'unknown', wait_until_ms: 9, held_at: 1 }, 'held', 5],
    [{ state: 'unknown', look_ups: 2, held_at: 1 }, 'needsYou', 5],
  ] satisfies [Record<string, string | number>, string, number][])
    it(`${JSON.stringify(columns)} is in ${group} at ${place}`, () =>
      assert.deepEqual(generated(columns), [group, place]));

  it('does not let a group or a position be written', () => {
    generated({ state: 'listed' });
    assert.throws(() => database.run("UPDATE list_entries SET entry_group = 'queue'"), /generated column/);
    assert.throws(() => database.run('UPDATE list_entries SET place = 1'), /generated column/);
  });

  it('allows checked and unchecked only, and no negative numbers', () => {
    aliveConsent(database);
    assert.throws(() => generated({ state: 'listed', checked: 2 }), /CHECK/);
    assert.throws(() => database.run("INSERT INTO entry_counts VALUES ('a', 'queue', -1)"), /CHECK/);
    assert.throws(() => database.run("UPDATE integrations SET stopped = 'tired'"), /CHECK/);
  });
});

describe('the rules of the schema, whatever is written', () => {
  let database: CleanupDatabase;
  let consent: number;
  beforeEach(() => {
    database = CleanupDatabase.open(':memory:');
    consent = aliveConsent(database);
  });
  afterEach(() => database.close());

  function entry(state: string, columns: Record<string, string | number | null> = {}): number {
    const all = {
      integration: 'integration 0',
      session_id: 'b',
      state,
      added_at: 1,
      changed_at: 1,
      ...columns,
    };
    const names = Object.keys(all);
    return database.run(
      `INSERT INTO list_entries (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      ...Object.values(all),
    ).rowId;
  }
  const stateOf = (id: number): unknown => {
    const row = database.get('SELECT state, consent FROM list_entries WHERE id = ?', id);
    return row && { ...row };
  };
  const refused = (sql: string, reason: RegExp): void => assert.throws(() => database.run(sql), reason);
  const endConsents = (): unknown => database.run("UPDATE consents SET ended_at = 9, ended_by = 'held'");

  describe('of an entry', () => {
    for (const state of ['confirmed', 'blocked'])
      it(`that is ${state}: it has a consent`, () => {
        assert.throws(() => entry(state), /CHECK/);
        const id = entry(state, { consent });
        refused('UPDATE list_entries SET consent = NULL', /CHECK/);
        assert.deepEqual(stateOf(id), { state, consent });
      });

    for (const state of ['listed', 'deleted', 'notFound', 'failed'])
      it(`that is ${state}: it has none`, () => {
        assert.throws(() => entry(state, { consent }), /CHECK/);
        const id = entry('unknown', { consent });
        refused(`UPDATE list_entries SET state = '${state}'`, /CHECK/);
        assert.deepEqual(stateOf(id), { state: 'unknown', consent });
      });

    for (const state of ['confirmed', 'blocked', 'sending', 'unknown'])
      it(`that is ${state} with a consent: it is not on hold`, () => {
        assert.throws(() => entry(state, { consent, held_at: 1 }), /CHECK/);
        entry(state, { consent });
        refused('UPDATE list_entries SET held_at = 1', /CHECK/);
      });

    it('with a consent: the consent exists', () =>
      assert.throws(() => entry('unknown', { consent: 99 }), /FOREIGN/));

    it('with a living consent: it cannot be removed', () => {
      const id = entry('unknown', { consent });
      refused('DELETE FROM list_entries', /ends before the entry goes/);
      endConsents();
      database.run('DELETE FROM list_entries');
      assert.equal(stateOf(id), undefined);
    });

    it('and its session: an integration has it only once', () => {
      entry('listed');
      assert.throws(() => entry('listed'), /UNIQUE/);
      entry('listed', { integration: 'another' });
    });
  });

  describe('of a consent', () => {
    for (const [state, after] of [
      ['confirmed', 'listed'],
      ['blocked', 'listed'],
      ['sending', 'sending'],
      ['unknown', 'unknown'],
    ])
      it(`that ends: its entry, which was ${state}, is ${after} without it`, () => {
        const wait = state === 'confirmed' || state === 'sending' ? null : 77;
        const id = entry(String(state), { consent, blocks: 3, wait_until_ms: wait });
        const other = entry('listed', { session_id: 'c', blocks: 2 });
        const generation = database.get('SELECT generation FROM list')?.['generation'];
        endConsents();
        const row = database.get(
          'SELECT state, consent, revision, changed_at, blocks, wait_until_ms FROM list_entries WHERE id = ?',
          id,
        );
        assert.deepEqual(
          { ...row },
          {
            state: after,
            consent: null,
            revision: 1,
            changed_at: 9,
            blocks: 0,
            wait_until_ms: state === 'unknown' ? 77 : null,
          },
        );
        assert.equal(database.get('SELECT blocks FROM list_entries WHERE id = ?', other)?.['blocks'], 2);
        assert.ok(Number(database.get('SELECT generation FROM list')?.['generation']) > Number(generation));
      });

    it('that has ended: it cannot be revived or changed', () => {
      endConsents();
      for (const change of [
        'ended_at = NULL',
        'ended_at = 10',
        'ended_by = NULL',
        "session_id = 'another'",
        'agreement = agreement',
      ])
        refused(`UPDATE consents SET ${change}`, /stays ended/);
    });

    it('that belongs to an agreement: it needs the agreement, which cannot be removed first', () => {
      refused('DELETE FROM agreements', /FOREIGN/);
      refused("INSERT INTO consents (agreement, session_id) VALUES (99, 'b')", /FOREIGN/);
      refused('DELETE FROM integrations', /FOREIGN/);
    });
  });

  describe('of an integration', () => {
    for (const change of [
      "id = 'another'",
      "kind = 'LIVE'",
      "base_url = 'https://other.example'",
      "key_hash = 'another'",
    ])
      it(`that lives: what a consent names never changes: ${change}`, () => {
        database.run('PRAGMA foreign_keys = OFF');
        refused(`UPDATE integrations SET ${change}`, /never changes/);
      });

    for (const change of [
      'ended_at = NULL',
      'ended_at = 10',
      "id = 'another'",
      "kind = 'LIVE'",
      "base_url = 'https://other.example'",
      "key_hash = 'another'",
    ])
      it(`that has ended: it stays ended: ${change}`, () => {
        database.run('PRAGMA foreign_keys = OFF');
        database.run('UPDATE integrations SET ended_at = 9');
        refused(`UPDATE integrations SET ${change}`, /never changes/);
      });

    it('that ends: its consents end with it, those of others do not', () => {
      const others = aliveConsent(database);
      const [mine, theirs] = [
        entry('confirmed', { consent }),
        entry('confirmed', { consent: others, integration: 'integration 1' }),
      ];
      database.run("UPDATE integrations SET ended_at = 9 WHERE id = 'integration 0'");
      assert.deepEqual(stateOf(mine), { state: 'listed', consent: null });
      assert.deepEqual(stateOf(theirs), { state: 'confirmed', consent: others });
      const row = database.get('SELECT ended_at, ended_by FROM consents WHERE id = ?', consent);
      assert.deepEqual({ ...row }, { ended_at: 9, ended_by: 'integrationEnded' });
    });

    it('that lives: no other one has its API key or its slot', () => {
      const insert = (slot: number, hash: string, endedAt: string): unknown =>
        database.run(
          `INSERT INTO integrations (id, slot, name, kind, base_url, key_hash, is_sandbox, stored_at, ended_at)
           VALUES ('twin', ${slot}, 'x', 'LIVE', 'https://x.example', '${hash}', 0, 1, ${endedAt})`,
        );
      assert.throws(() => insert(2, 'integration 0', 'NULL'), /UNIQUE.*key_hash/);
      assert.throws(() => insert(1, 'another', 'NULL'), /UNIQUE.*slot/);
      insert(1, 'integration 0', '5');
    });

    it('may be renamed, stopped and replaced', () => {
      database.run("UPDATE integrations SET name = 'renamed', stopped = 'forbidden'");
      database.run('UPDATE integrations SET ended_at = 9');
      aliveConsent(database);
      database.run("UPDATE integrations SET replaced_by = 'integration 1' WHERE id = 'integration 0'");
    });

    it('has a valid kind and a valid slot', () => {
      for (const change of ["kind = 'BOTH'", 'slot = 0', 'slot = 51', 'is_sandbox = 2'])
        refused(`UPDATE integrations SET ${change}`, /CHECK|never changes/);
    });
  });

  it('of the list and the clock: there is one row each', () => {
    refused("INSERT INTO list (one, id) VALUES (1, 'another')", /UNIQUE/);
    refused("INSERT INTO list (one, id) VALUES (2, 'another')", /CHECK/);
    database.run("INSERT INTO clock VALUES (1, 0, 'boot', 0, 0)");
    refused("INSERT INTO clock VALUES (2, 0, 'boot', 0, 0)", /CHECK/);
  });
});
