import type { KnownAct } from './soakActs.ts';
import type { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { excessOver, type Excess } from '../support/simulation/limitExcess.ts';
import { judgeConsent } from './consentJudge.ts';
import { judgePages } from './fileJudge.ts';
import { hurry } from './hurriedTime.ts';
import type { ServerEvent } from './soakMessages.ts';
import type { RunRecord } from './soakRun.ts';

/**
 * Every window of a limit in which the server counted too many requests, by its own clock: for each API key, and for
 * each key that has replaced another one, together with the earlier requests of that one.
 */
export function judgeLimits({ plan, notes, server }: RunRecord): readonly Excess[] {
  const counted = server.events.filter(({ kind }) => kind === 'counted');
  const byKey = Map.groupBy(counted, ({ apiKey }) => apiKey);
  const times = (events: readonly ServerEvent[]): readonly number[] => events.map(({ atMs }) => atMs * hurry);
  const ofOne = [...byKey.values()].flatMap((events) => excessOver(times(events), plan.arm.limits));
  const ofTwo = [...notes.acts.values()].flatMap(({ act, beganMs, doneMs }) => {
    if (act.kind !== 'endIntegration' || doneMs === undefined) return [];
    const { fromKey, toKey } = act;
    if (toKey === undefined || toKey === fromKey) return [];
    const before = (byKey.get(fromKey) ?? []).filter(({ token = '' }) => {
      const reservation = notes.reservations.get(token);
      return reservation !== undefined && reservation.doneMs <= beganMs;
    });
    const after = (byKey.get(toKey) ?? []).filter(({ token = '' }) => {
      const reservation = notes.reservations.get(token);
      return reservation !== undefined && reservation.beganMs >= doneMs;
    });
    return excessOver(times([...before, ...after]), plan.arm.limits);
  });
  return [...ofOne, ...ofTwo];
}

/** One sentence for each other promise that was broken; none if all were kept. */
export function judgePromises(record: RunRecord): readonly string[] {
  return [
    ...judgePages(record.database),
    ...judgeConsent(record),
    ...judgeList(record),
    ...judgeReports(record),
    ...judgeRequests(record),
    ...record.blocked.map((integration) => `A dead window’s request blocks ${integration} for ever.`),
  ];
}

function judgeList({ database, notes, server }: RunRecord): readonly string[] {
  const broken: string[] = [];
  const rows = database.all('SELECT session_id, state, consent FROM list_entries');
  const acts = new ActsBySession([...notes.acts.values()]);
  const onList = new Map<string, string>();
  const deleted = new Set(server.deleted);
  const absent = new Set(server.absent);
  for (const row of rows) {
    const [id, state] = [String(row['session_id']), String(row['state'])];
    if (onList.has(id)) broken.push(`${id} is on the list twice.`);
    onList.set(id, state);
    if (state === 'deleted' && !deleted.has(id)) broken.push(`${id} is called deleted, and is not.`);
    if (state === 'notFound' && !deleted.has(id) && !absent.has(id))
      broken.push(`${id} is called gone, and is there.`);
    if (state === 'sending') broken.push(`${id} is stuck in sending.`);
    const isOpen = state === 'listed' || state === 'unknown';
    if (row['consent'] === null && isOpen && acts.mustBeAgreed(id))
      broken.push(`The consent for ${id} was lost: ${endOfConsent(database, id)}.`);
    if (notes.recorded.get(id) === 'deleted' && state !== 'deleted')
      broken.push(`${id} was deleted, and is ${state}.`);
  }
  for (const id of acts.mustBeOnList())
    if (!onList.has(id)) broken.push(`${id} was acknowledged, and is not on the list.`);
  for (const id of acts.onlyListed())
    if (onList.get(id) !== 'listed') broken.push(`${id} is ${onList.get(id) ?? 'lost'}.`);
  return broken;
}

/** The last consent for a session, as the database has it. */
function endOfConsent(database: CleanupDatabase, sessionId: string): string {
  const row = database.get(
    `SELECT ended_by, ended_at, integration FROM consents JOIN agreements ON agreements.id = consents.agreement
     WHERE session_id = ? ORDER BY consents.id DESC LIMIT 1`,
    sessionId,
  );
  return JSON.stringify(row);
}

/** All acts by session, in their order as far as it is known. */
class ActsBySession {
  readonly #bySession = new Map<string, KnownAct[]>();
  readonly #all: readonly KnownAct[];

  constructor(all: readonly KnownAct[]) {
    this.#all = all;
    for (const known of all)
      if ('sessionIds' in known.act)
        for (const id of known.act.sessionIds)
          this.#bySession.set(id, [...(this.#bySession.get(id) ?? []), known]);
  }

  /** Sessions that were acknowledged as listed or agreed to, and that no act began to remove. */
  mustBeOnList(): readonly string[] {
    return [...this.#bySession].flatMap(([id, acts]) =>
      acts.some(({ sessionIds }) => sessionIds?.has(id)) && !acts.some(({ act }) => act.kind === 'remove')
        ? [id]
        : [],
    );
  }

  /** Of these, the sessions that no dialog has named. */
  onlyListed(): readonly string[] {
    return this.mustBeOnList().filter(
      (id) => !(this.#bySession.get(id) ?? []).some(({ act }) => act.kind === 'agree'),
    );
  }

  /**
   * Whether there is an acknowledged agreement that cannot have been taken back: every act of that kind was done before
   * the agreement began.
   */
  mustBeAgreed(id: string): boolean {
    const acts = this.#bySession.get(id) ?? [];
    return acts.some(
      (agreement) =>
        agreement.act.kind === 'agree' &&
        agreement.sessionIds?.has(id) === true &&
        !this.#all.some(
          (other) =>
            other !== agreement &&
            (other.doneMs ?? Infinity) >= agreement.beganMs &&
            mayEnd(other, agreement, id),
        ),
    );
  }
}

/** Whether an act may end an agreement for this session. */
function mayEnd({ act }: KnownAct, agreement: KnownAct, id: string): boolean {
  if (act.kind === 'cancel') return act.of === agreement.name;
  if (act.kind === 'endIntegration')
    return agreement.act.kind === 'agree' && act.integration === agreement.act.integration;
  return (
    ['hold', 'remove', 'listAgain', 'agree'].includes(act.kind) &&
    'sessionIds' in act &&
    act.sessionIds.includes(id)
  );
}

function judgeReports({ notes, server }: RunRecord): readonly string[] {
  const deleted = new Set(server.deleted);
  const wrong = [...notes.calledDeleted].filter((id) => !deleted.has(id));
  // Windows that wait for the lock of a frozen one report `locked`; no other trouble may occur.
  const troubles = [...notes.troubles].filter(([problem]) => problem !== 'locked');
  return [
    ...wrong.map((id) => `${id} was reported deleted, and is not.`),
    ...troubles.map(([problem, times]) => `${times} times: ${problem}.`),
  ];
}

function judgeRequests({ database, server }: RunRecord): readonly string[] {
  const broken: string[] = [];
  const bySession = Map.groupBy(server.events, ({ sessionId }) => sessionId);
  for (const [id, events] of bySession) {
    const arrivals = events.filter(({ kind }) => kind === 'arrived').length;
    if (arrivals === 0) continue;
    if (isSentBlindly(events)) broken.push(`${id} was sent again without a look-up that found it.`);
    const counting = Number(
      database.get('SELECT count(*) AS n FROM deletion_attempts WHERE session_id = ? AND counts = 1', id)?.[
        'n'
      ],
    );
    if (counting < arrivals)
      broken.push(`${id} was sent ${arrivals} times, and ${counting} slots are spent.`);
  }
  return broken;
}

/** Whether a session was sent again although nothing had shown since that it still exists. */
function isSentBlindly(events: readonly ServerEvent[]): boolean {
  let isOpen = true;
  for (const { kind, status } of events) {
    if (kind === 'arrived' && !isOpen) return true;
    if (kind === 'arrived') isOpen = false;
    // A 429 or a 400 tells the client that this request did nothing.
    const didNothing = kind === 'answered' && (status === 429 || status === 400);
    if (kind === 'found' || didNothing) isOpen = true;
  }
  return false;
}
