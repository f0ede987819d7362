import assert from 'node:assert/strict';
import type { AttemptBook } from '../../../../src/cleanup/attempts/attemptBook.ts';
import type { RequestMeans } from '../../../../src/cleanup/attempts/reservation.ts';
import type { Integration } from '../../../../src/cleanup/integrations/integration.ts';
import type { EntryRef } from '../../../../src/cleanup/list/entry.ts';
import {
  CleanupWorkshop,
  integration,
  madeUpIntegration,
  madeUpKey,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';

const otherHost = 'https://other.example';

/** What the gate is asked about: a referenced entry, and the credentials that are about to be used. */
interface Question {
  readonly ref: EntryRef;
  readonly means: RequestMeans;
}

/** One thing that is wrong while everything else is right. */
interface Case {
  readonly what: string;
  readonly refusal: 'notConfirmed' | 'integrationChanged';
  /** Makes that thing wrong, against the rules of the schema if need be; returns what changes in the question. */
  readonly make: (shop: CleanupWorkshop, asked: Question) => Partial<Question>;
}

const sql = (shop: CleanupWorkshop, ...statements: readonly string[]): Partial<Question> => {
  for (const statement of statements) shop.database.run(statement);
  return {};
};
const withCredentials = ({ means }: Question, parts: Partial<Integration>): Partial<Question> => ({
  means: { ...means, integration: { ...means.integration, ...parts } },
});

const cases: readonly Case[] = [
  {
    what: 'its integration has ended, though its consent lives on',
    refusal: 'integrationChanged',
    make: (shop) => sql(shop, 'DROP TRIGGER integration_ended', 'UPDATE integrations SET ended_at = 1'),
  },
  {
    what: 'the credentials are of an ended integration that another one with the same words has replaced',
    refusal: 'integrationChanged',
    make: (shop) => {
      sql(shop, 'DROP TRIGGER integration_ended', 'UPDATE integrations SET ended_at = 1');
      // Only its row: the product would move the entry too.
      shop.store({ ...shop.stored(), id: 'its successor' });
      return {};
    },
  },
  {
    what: 'the credentials are for another host, which its consent names',
    refusal: 'integrationChanged',
    make: (shop, asked) => {
      sql(shop, `UPDATE agreements SET base_url = '${otherHost}'`);
      return withCredentials(asked, { baseUrl: otherHost });
    },
  },
  {
    what: 'the credentials say LIVE, as its consent does, and the integration says TEST',
    refusal: 'integrationChanged',
    make: (shop, asked) => {
      sql(shop, "UPDATE agreements SET kind = 'LIVE'");
      return withCredentials(asked, { kind: 'LIVE' });
    },
  },
  {
    what: 'the credentials have another API key',
    refusal: 'integrationChanged',
    make: (_, asked) => withCredentials(asked, { apiKey: madeUpKey('another API key') }),
  },
  {
    what: 'its consent has ended, though it says confirmed',
    refusal: 'notConfirmed',
    make: (shop) => sql(shop, 'DROP TRIGGER consent_ended', 'UPDATE consents SET ended_at = 1'),
  },
  {
    what: 'its consent has ended, and another one of the session, which it does not have, is alive',
    refusal: 'notConfirmed',
    make: (shop) =>
      sql(
        shop,
        'DROP TRIGGER consent_ended',
        'UPDATE consents SET ended_at = 1',
        'INSERT INTO consents (agreement, session_id) SELECT agreement, session_id FROM consents',
      ),
  },
  {
    what: 'its consent is of another session',
    refusal: 'notConfirmed',
    make: (shop) => sql(shop, `UPDATE consents SET session_id = '${sessionNumber(2)}'`),
  },
  {
    what: 'its consent is of an agreement of another integration',
    refusal: 'notConfirmed',
    make: (shop) => {
      shop.stored('another');
      return sql(shop, "UPDATE agreements SET integration = 'another'");
    },
  },
  {
    what: 'its consent is of an agreement that named another host',
    refusal: 'notConfirmed',
    make: (shop) => sql(shop, `UPDATE agreements SET base_url = '${otherHost}'`),
  },
  {
    what: 'its consent is of an agreement that named the other of TEST and LIVE',
    refusal: 'notConfirmed',
    make: (shop) => sql(shop, "UPDATE agreements SET kind = 'LIVE'"),
  },
  {
    what: 'another agreement than that of its consent names the right host',
    refusal: 'notConfirmed',
    make: (shop) => {
      shop.list.beginAgreement(shop.stored(), 1, 1);
      return sql(shop, `UPDATE agreements SET base_url = '${otherHost}' WHERE id = 1`);
    },
  },
  {
    what: 'another entry of the list was pointed at by its number',
    refusal: 'notConfirmed',
    make: (shop, { ref }) => ({ ref: { ...ref, id: shop.confirmed(2) } }),
  },
  {
    what: 'it is of another list than the one that was pointed at',
    refusal: 'notConfirmed',
    make: (_, { ref }) => ({ ref: { ...ref, list: 'another list' } }),
  },
  {
    what: 'another session was pointed at',
    refusal: 'notConfirmed',
    make: (_, { ref }) => ({ ref: { ...ref, sessionId: sessionNumber(2) } }),
  },
  {
    what: 'the credentials are of another integration, on the same host and of the same kind',
    refusal: 'notConfirmed',
    make: (shop) => ({ means: shop.means('another') }),
  },
  {
    what: 'it is on hold',
    refusal: 'notConfirmed',
    make: (shop) => sql(shop, 'PRAGMA ignore_check_constraints = ON', 'UPDATE list_entries SET held_at = 1'),
  },
  ...['sending', 'unknown', 'blocked'].map((state): Case => ({
    what: `it is ${state}, though its consent is alive`,
    refusal: 'notConfirmed',
    make: (shop) => sql(shop, `UPDATE list_entries SET state = '${state}'`),
  })),
  {
    what: 'no session id stands in it, in its consent and in what was pointed at',
    refusal: 'notConfirmed',
    make: (shop, { ref }) => {
      const text = '../decision';
      sql(
        shop,
        `UPDATE list_entries SET session_id = '${text}'`,
        `UPDATE consents SET session_id = '${text}'`,
      );
      return { ref: { ...ref, sessionId: text as EntryRef['sessionId'] } };
    },
  },
];

describe('the gate', () => {
  let shop: CleanupWorkshop;
  let book: AttemptBook;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    book = shop.window('a');
  });
  afterEach(() => shop.database.close());

  const attempts = (): unknown => shop.database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n'];
  /** A session that may be sent, and the question for the gate. */
  function asked(): Question {
    const id = shop.confirmed(1);
    return { ref: shop.ref(id), means: shop.means() };
  }

  it('accepts a confirmed entry with the credentials of its integration', () => {
    const { ref, means } = asked();
    const result = book.reserve(ref, means);
    assert.ok(result.kind === 'reserved');
    assert.deepEqual(result.reservation.integration, means.integration);
    assert.deepEqual([result.reservation.entryId, result.reservation.sessionId], [ref.id, ref.sessionId]);
  });

  it('accepts a new name and other shared secrets, since no consent names them', () => {
    const { ref, means } = asked();
    const renamed = {
      ...means.integration,
      name: 'renamed',
      sharedSecretKeys: [madeUpKey('another')] as const,
    };
    assert.equal(book.reserve(ref, { ...means, integration: renamed }).kind, 'reserved');
  });

  it('ignores the case of an API key', () => {
    const { ref, means } = asked();
    const shouted = { ...means.integration, apiKey: means.integration.apiKey.toUpperCase() };
    assert.equal(book.reserve(ref, { ...means, integration: shouted }).kind, 'reserved');
  });

  for (const { what, refusal, make } of cases)
    it(`refuses an entry if ${what}`, () => {
      const question = asked();
      const changed = { ...question, ...make(shop, question) };
      // The stored mark is up to date, so that only this one thing is wrong.
      const means = { ...changed.means, mark: shop.means().mark };
      assert.deepEqual(book.reserve(changed.ref, means), { kind: refusal });
      assert.equal(attempts(), 0);
    });

  it('refuses credentials of an integration that is not in the database', () => {
    const { ref, means } = asked();
    const unknown = madeUpIntegration('never stored');
    assert.deepEqual(book.reserve(ref, { ...means, integration: unknown }), { kind: 'integrationChanged' });
    assert.deepEqual(book.reserveNext({ ...means, integration: unknown }), { kind: 'idle' });
    assert.equal(attempts(), 0);
  });

  it('checks all of it for the next entry too', () => {
    asked();
    const wrong = { ...shop.stored(), apiKey: madeUpKey('another API key') };
    assert.deepEqual(book.reserveNext({ ...shop.means(), integration: wrong }), {
      kind: 'integrationChanged',
    });
    shop.integrations.end(integration, 1);
    assert.deepEqual(book.reserveNext(shop.means()), { kind: 'idle' });
    assert.equal(attempts(), 0);
  });
});
