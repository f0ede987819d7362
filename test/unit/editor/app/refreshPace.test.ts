import assert from 'node:assert/strict';
import { RefreshPace } from '../../../../src/editor/app/refreshPace.ts';
import { HandClock } from '../../../support/cleanup/cleanupWorkshop.ts';
import { HandTimers } from '../../../support/cleanup/handTimers.ts';

describe('the pace at which the view is drawn', () => {
  let clock: HandClock;
  let timers: HandTimers;
  let started: number;
  let looks: number[];
  let pace: RefreshPace;
  /** What a look costs, and what it waits for. */
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

  it('looks at once at the first change, and starts no timer for it', async () => {
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

  it('looks at most four times a second, however much changes, and once more after the last change', async () => {
    for (let ms = 0; ms < 900; ms += 10) {
      pace.request();
      await timers.pass(10);
    }
    assert.deepEqual(looks, [0, 250, 500, 750]);
    await timers.pass(10_000);
    assert.deepEqual(looks, [0, 250, 500, 750, 1000]);
    assert.ok(started <= 5, `${started} timers`);
  });

  it('sees a change that comes while it looks', async () => {
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

  it('works no more than a tenth of the time where a look takes long', async () => {
    workedMs = 100;
    for (let ms = 0; ms < 3000; ms += 50) {
      pace.request();
      await timers.pass(50);
    }
    assert.deepEqual(looks, [0, 900, 1800, 2700]);
  });

  it('is not slowed down by what it waits for without working', async () => {
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

  it('does nothing any more once it is disposed, whatever was under way', async () => {
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
