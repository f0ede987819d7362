import type { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { veriffLimits } from '../../../src/cleanup/quota/quota.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { excessOver } from './limitExcess.ts';
import type { ReceivedRequest } from '../cleanup/scriptedVeriff.ts';

/** What was acknowledged to the user, and what the server saw. */
export interface Expectations {
  readonly onList: readonly SessionId[];
  readonly held: readonly SessionId[];
  /** On the list without a living consent, although nothing has been done with them. */
  readonly unconfirmed: readonly SessionId[];
  readonly requests: readonly ReceivedRequest[];
  readonly deletedAtServer: ReadonlySet<SessionId>;
}

/** One sentence for each promise that the records break. */
export function judgeRecords(database: CleanupDatabase, expected: Expectations): readonly string[] {
  return [...judgeFile(database), ...judgeList(database, expected), ...judgeRequests(database, expected)];
}

/** One sentence for each error within the file itself: in its pages and its counters. */
export function judgeFile(database: CleanupDatabase): readonly string[] {
  const broken: string[] = [];
  const integrity = database.get('PRAGMA integrity_check')?.['integrity_check'];
  if (integrity !== 'ok') broken.push(`The file is damaged: ${String(integrity)}`);
  const wrong = database.all(
    `SELECT * FROM (SELECT integration, entry_group, n FROM entry_counts WHERE n > 0
       EXCEPT SELECT integration, entry_group, count(*) FROM list_entries GROUP BY 1, 2)
     UNION ALL SELECT * FROM (SELECT integration, entry_group, count(*) FROM list_entries GROUP BY 1, 2
       EXCEPT SELECT integration, entry_group, n FROM entry_counts)`,
  );
  if (wrong.length > 0) broken.push(`Wrong counts: ${JSON.stringify(wrong)}`);
  return broken;
}

function judgeList(database: CleanupDatabase, expected: Expectations): readonly string[] {
  const broken: string[] = [];
  const rows = database.all(
    'SELECT session_id, state, held_at, confirmed_at FROM current_entries ORDER BY session_id',
  );
  const ids = rows.map((row) => String(row['session_id']));
  if (ids.join() !== expected.onList.toSorted().join())
    broken.push(`The list lost or doubled an entry: ${ids.join()}`);
  for (const { session_id: id, state, held_at: heldAt, confirmed_at: confirmedAt } of rows) {
    const sessionId = id as SessionId;
    const isGone = expected.deletedAtServer.has(sessionId);
    if ((state === 'deleted' || state === 'notFound') && !isGone)
      broken.push(`${sessionId} is called ${state}.`);
    if (state === 'sending') broken.push(`${sessionId} is stuck in sending.`);
    if ((heldAt !== null) !== expected.held.includes(sessionId))
      broken.push(`The hold of ${sessionId} is wrong.`);
    // The answer that ends a deletion also uses up its consent.
    const isDone = ['deleted', 'notFound', 'failed'].includes(String(state));
    if ((confirmedAt === null) !== (isDone || expected.unconfirmed.includes(sessionId)))
      broken.push(`The consent for ${sessionId} is wrong.`);
  }
  return broken;
}

function judgeRequests(database: CleanupDatabase, expected: Expectations): readonly string[] {
  const broken: string[] = [];
  const { requests, held, unconfirmed } = expected;
  for (const { sessionId, isRepeated } of requests) {
    if (held.includes(sessionId) || unconfirmed.includes(sessionId))
      broken.push(`${sessionId} must not be sent.`);
    if (isRepeated) broken.push(`${sessionId} was sent again without a look-up.`);
    const counting = Number(
      database.get(
        'SELECT count(*) AS n FROM deletion_attempts WHERE session_id = ? AND counts = 1',
        sessionId,
      )?.['n'],
    );
    if (counting < requests.filter((request) => request.sessionId === sessionId).length)
      broken.push(`${sessionId} was sent without a slot that counts.`);
  }
  for (const { limit, fromMs, excess } of excessOver(
    requests.map(({ atMs }) => atMs),
    veriffLimits,
  ))
    broken.push(`${excess} too many in ${limit.windowMs} ms from ${fromMs}.`);
  return broken;
}
