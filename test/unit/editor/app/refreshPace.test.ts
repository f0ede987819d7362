import assert from 'node:assert/strict';
import { RefreshPace } from '../../../../src/editor/app/refreshPace.ts';
import { HandClock } from '../../../support/cleanup/cleanupWorkshop.ts';
import { HandTimers } from '../../../support/cleanup/handTimers.ts';

describe('RefreshPace', () => {
  let clock: HandClock;
  let timers: HandTimers;
  let started: number;
  let looks: number[];
  let pace: RefreshPace;
  /** How long a refresh blocks, and what it waits for. */
  let workedMs: number;
  let during: () => Promise<unknown>;

  beforeEach(() => {
    clock = new HandClock();
    timers = new HandTimers(clock);
    started = 0;
    looks = [];
    workedMs = 0;
    during = () => Promise.resolve();
    const begin = clock.monotonicMs;
    pace = new RefreshPace({
      now: () => clock.monotonicMs,
      startTimer: (spanMs, fire) => {
        started += 1;
        return timers.start(spanMs, fire);
      },
      look: async () => {
        looks.push(clock.monotonicMs - begin);
        await during();
        return workedMs;
      },
    });
  });

  it('refreshes at once after the first change, without a timer', async () => {
    pace.request();
    assert.deepEqual(looks, [0]);
    await timers.pass(10_000);
    assert.deepEqual(looks, [0]);
    assert.equal(started, 0);
  });

  it('starts no timer for changes that are far enough apart', async () => {
    for (let round = 0; round < 4; round += 1) {
      pace.request();
      await timers.pass(250);
    }
    assert.deepEqual(looks, [0, 250, 500, 750]);
    assert.equal(started, 0);
  });

  it('refreshes at most four times a second, however much changes, and once more after the last change', async () => {
    for (let ms = 0; ms < 900; ms += 10) {
      pace.request();
      await timers.pass(10);
    }
    assert.deepEqual(looks, [0, 250, 500, 750]);
    await timers.pass(10_000);
    assert.deepEqual(looks, [0, 250, 500, 750, 1000]);
    assert.ok(started <= 5, `${started} timers`);
  });

  it('notices a change during a refresh', async () => {
    const answer = Promise.withResolvers<undefined>();
    during = () => answer.promise;
    pace.request();
    await timers.pass(100);
    pace.request();
    await timers.pass(400);
    assert.deepEqual(looks, [0], 'two looks at once');
    answer.resolve(undefined);
    await timers.pass(1000);
    assert.deepEqual(looks, [0, 750]);
    await timers.pass(1000);
    assert.deepEqual(looks, [0, 750]);
  });

  it('takes at most a tenth of the time if refreshing is slow', async () => {
    workedMs = 100;
    for (let ms = 0; ms < 3000; ms += 50) {
      pace.request();
      await timers.pass(50);
    }
    assert.deepEqual(looks, [0, 900, 1800, 2700]);
  });

  it('does not slow down for time that it only waits', async () => {
    during = async () => {
      clock.pass(200);
      return Promise.resolve();
    };
    pace.request();
    await timers.pass(60);
    pace.request();
    await timers.pass(1000);
    assert.deepEqual(looks, [0, 450]);
  });

  it('does nothing after it is disposed, even if a refresh or timer was running', async () => {
    pace.request();
    await timers.pass(10);
    pace.request();
    pace.dispose();
    pace.request();
    await timers.pass(1000);
    assert.deepEqual(looks, [0]);

    const answer = Promise.withResolvers<undefined>();
    during = () => answer.promise;
    const other = new RefreshPace({
      now: () => clock.monotonicMs,
      startTimer: timers.start,
      look: async () => {
        looks.push(-1);
        await answer.promise;
        return 0;
      },
    });
    other.request();
    other.request();
    other.dispose();
    answer.resolve(undefined);
    await timers.pass(1000);
    assert.deepEqual(looks, [0, -1]);
  });
});
