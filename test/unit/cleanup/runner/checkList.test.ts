import assert from 'node:assert/strict';
import {
  checkList,
  type CheckProgress,
  type CheckResults,
} from '../../../../src/cleanup/runner/checkList.ts';
import type { Entry } from '../../../../src/cleanup/list/entry.ts';
import { WantedLookUps } from '../../../../src/cleanup/list/wantedLookUps.ts';
import { LookUpPace } from '../../../../src/veriff/lookUpPace.ts';
import type { LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import {
  CleanupWorkshop,
  integration,
  minuteMs,
  secondMs,
  sessionNumber,
} from '../../../support/cleanup/cleanupWorkshop.ts';
import { HandTimers } from '../../../support/cleanup/handTimers.ts';

const answer = { status: 200, signature: 'valid' } as const;
const found: LookUpOutcome = { kind: 'found', sessionStatus: 'approved', answer };
const limited: LookUpOutcome = { kind: 'limited', answer: { status: 429, signature: 'valid' } };

describe('checkList', () => {
  let shop: CleanupWorkshop;
  let timers: HandTimers;
  let wanted: WantedLookUps;
  /** When (s after the start) each request left. */
  let left: number[];
  let asked: number[];
  let told: CheckProgress[];
  let answers: (entry: Entry) => LookUpOutcome | undefined;
  beforeEach(() => {
    shop = new CleanupWorkshop();
    timers = new HandTimers(shop.clock);
    wanted = new WantedLookUps(shop.database);
    [left, asked, told] = [[], [], []];
    answers = () => found;
  });
  afterEach(() => shop.database.close());

  function listed(count: number): void {
    const sessions = Array.from({ length: count }, (_, index) => ({ sessionId: sessionNumber(index + 1) }));
    shop.list.add(integration, sessions, 1);
    wanted.add(shop.groups.refs(['listed']));
  }

  /** A window that checks the list with a pace of its own, as after a restart. */
  function window(): { readonly done: Promise<CheckResults>; readonly end: () => void } {
    const startMs = shop.clock.uptimeMs;
    const pace = new LookUpPace({ elapsedMs: () => shop.clock.uptimeMs, startTimer: timers.start });
    const controller = new AbortController();
    const ports = {
      wanted: () => wanted,
      lookUp: async (entry: Entry, signal: AbortSignal) => {
        const outcome = answers(entry);
        if (outcome === undefined) return undefined;
        const send = (): Promise<LookUpOutcome> => {
          left.push((shop.clock.uptimeMs - startMs) / secondMs);
          asked.push(entry.id);
          return Promise.resolve(outcome);
        };
        return pace.ask(entry.sessionId, send, signal);
      },
      restMs: () => pace.restMs(),
      startTimer: timers.start,
      tell: (progress: CheckProgress) => void told.push(progress),
    };
    return { done: checkList(ports, controller.signal), end: () => controller.abort() };
  }

  it('looks up 300, twenty at once and then one a second, each once', async () => {
    listed(300);
    const { done } = window();
    await timers.pass(5 * minuteMs);
    const results = await done;
    assert.deepEqual([results.outcomes.length, new Set(asked).size, wanted.count()], [300, 300, 0]);
    assert.deepEqual([left[19], left[20], left.at(-1)], [0, 1, 280]);
    assert.deepEqual(told.at(-1), { done: 300, left: 0, restMs: 0 });
  });

  it('goes on after a restart with what is left', async () => {
    listed(50);
    const first = window();
    await timers.pass(10 * secondMs);
    first.end();
    await first.done;
    const before = asked.length;
    assert.deepEqual([before, wanted.count()], [30, 20]);
    const { done } = window();
    await timers.pass(minuteMs);
    assert.equal((await done).outcomes.length, 20);
    assert.deepEqual([asked.length, new Set(asked).size, wanted.count()], [50, 50, 0]);
  });

  it('waits while Veriff limits look-ups, says so, and loses nothing', async () => {
    listed(10);
    let times = 0;
    answers = () => {
      times += 1;
      return times === 3 ? limited : found;
    };
    const { done } = window();
    await timers.pass(minuteMs - 1);
    assert.ok(told.some(({ restMs }) => restMs === minuteMs));
    const before = asked.length;
    await timers.pass(2 * minuteMs);
    const { outcomes } = await done;
    assert.ok(before < 10);
    assert.deepEqual([outcomes.length, wanted.count()], [10, 0]);
    assert.ok(outcomes.every(({ kind }) => kind === 'found'));
  });

  for (const kind of ['unauthorised', 'forbidden'] as const)
    it(`asks nothing more after an answer that all would get: ${kind}`, async () => {
      listed(30);
      answers = () =>
        kind === 'forbidden'
          ? { kind, answer: { status: 403, signature: 'valid' } }
          : { kind, problem: 'signature', answer: { status: 401, signature: 'valid' } };
      const { done } = window();
      await timers.pass(minuteMs);
      const { outcomes, notAsked } = await done;
      assert.ok(asked.length <= 4, String(asked.length));
      assert.deepEqual([outcomes.length + notAsked, wanted.count()], [30, 0]);
    });

  it('leaves out what belongs to an integration that is not stored, and says how many', async () => {
    listed(6);
    answers = () => undefined;
    const { outcomes, notStored } = await window().done;
    assert.deepEqual([outcomes, notStored, wanted.count()], [[], 6, 0]);
  });

  it('skips what was removed, and what is being sent', async () => {
    listed(3);
    shop.list.remove([shop.ref(2)], 2);
    shop.database.run("UPDATE list_entries SET state = 'sending' WHERE id = 3");
    await window().done;
    assert.deepEqual(asked, [1]);
  });

  it('keeps what is left if the database fails', async () => {
    listed(5);
    answers = () => {
      shop.database.run('PRAGMA query_only = ON');
      return found;
    };
    await assert.rejects(window().done);
    shop.database.run('PRAGMA query_only = OFF');
    assert.ok(wanted.count() > 0);
  });
});
