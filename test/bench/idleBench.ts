import { Runner } from '../../src/cleanup/runner/runner.ts';
import {
  CleanupWorkshop,
  hourMs,
  integration,
  minuteMs,
  sessionNumber,
} from '../support/cleanup/cleanupWorkshop.ts';
import type { Finding } from './finding.ts';

const watchedMs = 50 * minuteMs;

/**
 * Measures a list that waits, with nothing due within the minute: the real runner, with its timers fired by the bench,
 * for 50 minutes in which all slots are used. Counts its wake-ups and the rows that it writes.
 */
export async function measureIdle(): Promise<readonly Finding[]> {
  const workshop = new CleanupWorkshop();
  const { database, clock, list, groups, switches, integrations } = workshop;
  const ports = { clock: clock.read, owner: 'idle', isOwnerAlive: () => true };
  const book = workshop.window(ports.owner, ports);
  book.recordElsewhere(integration, 5, 0);
  list.agree(
    workshop.stored(),
    Array.from({ length: 1000 }, (_, index) => ({ sessionId: sessionNumber(index) })),
    clock.wallAt,
  );
  let timer: { readonly atMs: number; readonly fire: () => void } | undefined;
  const records = { list, book, groups, switches, integrations };
  const nobody = (): never => {
    throw new Error('Something was sent while no slot was free.');
  };
  const runner = new Runner({
    ...ports,
    startTimer: (spanMs, fire) => {
      timer = { atMs: clock.monotonicMs + spanMs, fire };
      return () => (timer = undefined);
    },
    records: () => records,
    ready: () => Promise.resolve([integration]),
    readMeans: nobody,
    network: { send: nobody, lookUp: nobody, askTime: nobody },
    tell: () => undefined,
  });
  runner.wake();
  await settled();
  const written = (): number => Number(database.get('SELECT total_changes() AS n')?.['n']);
  const [writtenBefore, startedMs] = [written(), clock.monotonicMs];
  let wakeUps = 0;
  while (timer !== undefined && timer.atMs - startedMs <= watchedMs) {
    const { atMs, fire } = timer;
    clock.pass(atMs - clock.monotonicMs);
    wakeUps += 1;
    fire();
    await settled();
  }
  const writes = written() - writtenBefore;
  runner.dispose();
  database.close();
  const detail = `${wakeUps} wake-ups and ${writes} rows written in ${watchedMs / minuteMs} min of a list of 1,000 without a free slot (${hourMs / minuteMs} min window)`;
  return [
    {
      name: 'list.idle.wakeUpsPerMinute',
      what: 'idle: wake-ups a minute',
      value: wakeUps / (watchedMs / minuteMs),
      unit: 'count',
      aim: { sign: '≤', bound: 2 },
      detail,
    },
    {
      name: 'list.idle.writes',
      what: 'idle: rows written',
      value: writes,
      unit: 'count',
      aim: { sign: '≤', bound: 0 },
      detail,
    },
  ];
}

/** Resolves when all pending promises have been handled. */
function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
