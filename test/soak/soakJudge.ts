import { excessOver, type Excess } from '../support/limitExcess.ts';
import { judgeFile } from '../support/recordsJudge.ts';
import { hurry } from './hurriedTime.ts';
import type { ServerEvent } from './soakMessages.ts';
import type { RunRecord } from './soakRun.ts';

/** Every window of every integration's limits that the server counted too many requests in, by its own clock. */
export function judgeLimits({ plan, integrations, server }: RunRecord): readonly Excess[] {
  return integrations.flatMap((integration) =>
    excessOver(
      server.events
        .filter((event) => event.kind === 'counted' && event.integration === integration)
        .map(({ atMs }) => atMs * hurry),
      plan.arm.limits,
    ),
  );
}

/** Sentences about every other promise that was broken; none where all were kept. */
export function judgePromises(record: RunRecord): readonly string[] {
  return [
    ...judgeFile(record.database),
    ...judgeList(record),
    ...judgeReports(record),
    ...judgeRequests(record),
    ...record.blocked.map((integration) => `A dead window’s request blocks ${integration} for ever.`),
  ];
}

function judgeList({ database, notes, server }: RunRecord): readonly string[] {
  const broken: string[] = [];
  const rows = database.all('SELECT session_id, state, confirmed_at FROM entries');
  const onList = new Map<string, string>();
  const deleted = new Set(server.deleted);
  const absent = new Set(server.absent);
  for (const row of rows) {
    const [id, state] = [String(row['session_id']), String(row['state'])];
    if (onList.has(id)) broken.push(`${id} is on the list twice.`);
    onList.set(id, state);
    if (state === 'deleted' && !deleted.has(id)) broken.push(`${id} is called deleted, and is not.`);
    if (state === 'gone' && !deleted.has(id) && !absent.has(id))
      broken.push(`${id} is called gone, and is there.`);
    if (state === 'sending') broken.push(`${id} is stuck in sending.`);
    if (row['confirmed_at'] === null && notes.confirmed.has(id))
      broken.push(`The consent for ${id} was lost.`);
    if (notes.recorded.get(id) === 'deleted' && state !== 'deleted')
      broken.push(`${id} was deleted, and is ${state}.`);
  }
  for (const id of [...notes.confirmed, ...notes.added])
    if (!onList.has(id)) broken.push(`${id} was acknowledged, and is not on the list.`);
  for (const id of notes.added)
    if (onList.get(id) !== 'listed') broken.push(`${id} is ${onList.get(id) ?? 'lost'}.`);
  return broken;
}

function judgeReports({ notes, server }: RunRecord): readonly string[] {
  const deleted = new Set(server.deleted);
  const wrong = [...notes.calledDeleted].filter((id) => !deleted.has(id));
  // Windows that wait for a frozen one's lock are told so; nothing else may ever be in the way.
  const troubles = [...notes.troubles].filter(([problem]) => problem !== 'locked');
  return [
    ...wrong.map((id) => `${id} was reported deleted, and is not.`),
    ...troubles.map(([problem, times]) => `${times} times: ${problem}.`),
  ];
}

function judgeRequests({ database, notes, server }: RunRecord): readonly string[] {
  const broken: string[] = [];
  const bySession = Map.groupBy(server.events, ({ sessionId }) => sessionId);
  for (const [id, events] of bySession) {
    const arrivals = events.filter(({ kind }) => kind === 'arrived').length;
    if (arrivals === 0) continue;
    if (!notes.agreed.has(id)) broken.push(`${id} was sent without consent.`);
    if (isSentBlindly(events)) broken.push(`${id} was sent again without a look-up that found it.`);
    const counting = Number(
      database.get('SELECT count(*) AS n FROM attempts WHERE session_id = ? AND counts = 1', id)?.['n'],
    );
    if (counting < arrivals)
      broken.push(`${id} was sent ${arrivals} times, and ${counting} slots are spent.`);
  }
  return broken;
}

/** Whether a session was asked to be deleted once more though nothing had said since that it is still there. */
function isSentBlindly(events: readonly ServerEvent[]): boolean {
  let isOpen = true;
  for (const { kind, status } of events) {
    if (kind === 'arrived' && !isOpen) return true;
    if (kind === 'arrived') isOpen = false;
    // Who is told that there were too many requests knows that this one did nothing.
    if (kind === 'found' || (kind === 'answered' && status === 429)) isOpen = true;
  }
  return false;
}
