import assert from 'node:assert/strict';
import { CleanupDatabase } from '../../../../src/cleanup/database/database.ts';
import type { Moment } from '../../../../src/cleanup/quota/clock.ts';
import { PassedTime } from '../../../../src/cleanup/quota/passedTime.ts';
import { dayMs, hourMs, minuteMs } from '../../../support/cleanup/cleanupWorkshop.ts';

const host = 'one.example';
const startAt = Date.UTC(2026, 0, 5, 8);

describe('PassedTime', () => {
  let database: CleanupDatabase;
  let moment: Moment;
  /** The true time, epoch ms. */
  let trueAt: number;
  let time: PassedTime;

  beforeEach(() => {
    database = CleanupDatabase.open(':memory:');
    trueAt = startAt;
    moment = { wallAt: startAt, monotonicMs: 0, uptimeMs: dayMs, boot: 'first' };
    time = new PassedTime(database, () => moment);
  });
  afterEach(() => database.close());

  function pass(ms: number): void {
    trueAt += ms;
    moment = { ...moment, wallAt: moment.wallAt + ms, uptimeMs: moment.uptimeMs + ms };
  }

  /** The machine is off for `offMs` and has then been running for a second. */
  function reboot(offMs: number, boot = 'second'): void {
    pass(offMs);
    moment = { ...moment, uptimeMs: 0, boot };
    pass(1000);
  }

  function stepWall(byMs: number): void {
    moment = { ...moment, wallAt: moment.wallAt + byMs };
  }

  /** Hears the dates of so many answers, each wrong by `wrongMs`; returns the last reading. */
  function hear(times: number, from = host, wrongMs = 0): number {
    let reading = NaN;
    for (let heard = 0; heard < times; heard += 1)
      reading = time.hear(from, Math.floor((trueAt + wrongMs) / 1000) * 1000);
    return reading;
  }

  /** A boot of an hour in which three dates were heard, and ten hours off after it. */
  function nightOff(): void {
    time.advance();
    hear(3);
    pass(hourMs);
    time.advance();
    reboot(10 * hourMs);
  }

  /** What `nightOff` and the three dates after it add up to, less the rounding and plus the ms of a start. */
  const wholeNightMs = 11 * hourMs + 1000 - 1000;

  function assertNear(reading: number, expectedMs: number): void {
    assert.ok(Math.abs(reading - expectedMs) <= 2, `${reading} and not ${expectedMs}`);
  }

  describe('within a boot', () => {
    it('is 0 before it was ever moved, and at the first move', () => {
      assert.equal(time.now(), 0);
      pass(hourMs);
      assert.equal(time.now(), 0);
      assert.equal(time.advance(), 0);
    });

    it('follows the uptime, whatever the wall clock and the dates say', () => {
      time.advance();
      pass(hourMs);
      stepWall(9 * hourMs);
      assert.equal(time.now(), hourMs);
      assert.equal(hear(3, host, dayMs), hourMs);
      assert.equal(time.advance(), hourMs);
    });

    it('reads without writing', () => {
      time.advance();
      pass(hourMs);
      const before = database.get('SELECT * FROM clock');
      assert.equal(time.now(), hourMs);
      assert.deepEqual(database.get('SELECT * FROM clock'), before);
    });

    it('neither goes back with the uptime nor counts twice when that goes forward again', () => {
      time.advance();
      for (let shakes = 0; shakes < 100; shakes += 1) {
        moment = { ...moment, uptimeMs: dayMs - 4000 };
        assert.equal(time.advance(), 0);
        moment = { ...moment, uptimeMs: dayMs };
        assert.equal(time.advance(), 0);
      }
    });

    it('counts sleep, which the uptime counts too', () => {
      time.advance();
      trueAt += 8 * hourMs;
      moment = { ...moment, wallAt: trueAt, uptimeMs: moment.uptimeMs + 8 * hourMs };
      assert.equal(time.advance(), 8 * hourMs);
    });

    it('is the same for all windows', () => {
      time.advance();
      pass(hourMs);
      time.advance();
      assert.equal(new PassedTime(database, () => moment).now(), hourMs);
    });
  });

  describe('when the boot changes', () => {
    it('has advanced by 1 ms only, so that nothing written before is as new as what is written now', () => {
      time.advance();
      pass(hourMs);
      time.advance();
      reboot(10 * hourMs);
      assert.equal(time.now(), hourMs);
      assert.equal(time.advance(), hourMs + 1);
      pass(minuteMs);
      assert.equal(time.advance(), hourMs + 1 + minuteMs);
    });

    it('does not count the uptime of another machine as time that has passed', () => {
      time.advance();
      pass(hourMs);
      moment = { ...moment, uptimeMs: 30 * dayMs, boot: 'of another machine' };
      assert.equal(time.now(), 0);
      assert.equal(time.advance(), 1);
    });

    it('does not count it without boot names either, if the wall clock did not advance alike', () => {
      moment = { ...moment, boot: '@host' };
      time.advance();
      pass(hourMs);
      moment = { ...moment, uptimeMs: 30 * dayMs };
      assert.equal(time.advance(), 1);
    });

    it('adds what wall clock and dates agree on at the third date, less the second lost to rounding', () => {
      nightOff();
      assert.equal(hear(2), hourMs + 1);
      assertNear(hear(1), wholeNightMs);
    });

    it('adds nothing without three dates before', () => {
      time.advance();
      hear(2);
      pass(hourMs);
      time.advance();
      reboot(10 * hourMs);
      assert.equal(hear(5), hourMs + 1);
    });

    it('adds what the wall clock says if that is less', () => {
      nightOff();
      stepWall(-4 * hourMs);
      assertNear(hear(3), wholeNightMs - 4 * hourMs + 1000);
    });

    it('adds what the dates say if that is less', () => {
      nightOff();
      stepWall(14 * hourMs);
      assertNear(hear(3), wholeNightMs);
    });

    it('never goes back, if both say that less has passed than the uptime shows', () => {
      nightOff();
      pass(2 * hourMs);
      stepWall(-dayMs);
      assert.equal(hear(3, host, -dayMs), time.advance());
      assert.ok(time.now() >= hourMs);
    });

    it('uses the least of three dates now, and the greatest of three then', () => {
      time.advance();
      hear(2);
      hear(1, host, 3 * hourMs);
      pass(hourMs);
      time.advance();
      reboot(10 * hourMs);
      hear(2, host, dayMs);
      // One right date among three wrong ones is enough; so is one that was ahead before.
      assertNear(hear(1), wholeNightMs - 3 * hourMs);
    });

    it('judges by the first three dates only: further ones add nothing, right or wrong', () => {
      nightOff();
      hear(1, host, -5 * hourMs);
      assertNear(hear(2), wholeNightMs - 5 * hourMs);
      assertNear(hear(3), wholeNightMs - 5 * hourMs);
      stepWall(dayMs);
      assertNear(hear(4, host, dayMs), wholeNightMs - 5 * hourMs);
    });

    it('still uses the boot before the last, if there were not three dates in the last one', () => {
      nightOff();
      time.advance();
      hear(2);
      pass(hourMs);
      reboot(9 * hourMs, 'third');
      assertNear(hear(3), wholeNightMs + hourMs + 9 * hourMs + 1000);
    });

    it('starts from the last boot, if there were three dates in it, however wrong its clock was', () => {
      nightOff();
      stepWall(-30 * hourMs);
      hear(3);
      const before = time.advance();
      reboot(9 * hourMs, 'third');
      assertNear(hear(3), before + 9 * hourMs);
    });

    it('keeps each host separate, and adds what the one with the greatest bound allows', () => {
      time.advance();
      hear(3);
      hear(3, 'other.example');
      reboot(10 * hourMs);
      hear(2);
      hear(2, 'other.example', -7 * hourMs);
      // Two of one host and two of another are not three.
      assert.equal(time.advance(), 1);
      assertNear(hear(1, 'other.example'), 3 * hourMs);
      assertNear(hear(1), 10 * hourMs);
    });

    it('adds the time of a move to another machine', () => {
      time.advance();
      hear(3);
      pass(5 * hourMs);
      moment = { ...moment, uptimeMs: 40 * dayMs, boot: 'of another machine' };
      assertNear(hear(3), 5 * hourMs - 1000);
    });
  });

  describe('what was written before the unnoticed time was added', () => {
    const settledMs = (): readonly unknown[] =>
      database.all('SELECT settled_ms FROM deletion_attempts ORDER BY id').map((row) => row['settled_ms']);

    function attempt(reservedMs: number, settled: number | null): void {
      database.run(
        `INSERT INTO deletion_attempts (integration, key_hash, session_id, owner, reserved_at, reserved_ms, settled_ms)
         VALUES ('', '', '', '', 0, ?, ?)`,
        reservedMs,
        settled,
      );
    }

    it('gets the night added to its age if it was written in the evening, and not if in the morning', () => {
      time.advance();
      hear(3);
      pass(hourMs);
      const evening = time.advance();
      attempt(evening, evening);
      reboot(10 * hourMs);
      const morning = time.advance();
      attempt(morning, morning);
      attempt(evening, morning);
      attempt(morning, null);
      pass(minuteMs);
      const before = time.advance();
      const after = hear(3);
      const ages = settledMs().map((ms) => (typeof ms === 'number' ? after - ms : ms));
      assert.deepEqual(ages, [after - evening, before - morning, before - morning, null]);
      assert.ok(after - evening > 9 * hourMs);
    });

    it('counts as written in the morning if it was entered then for an earlier moment', () => {
      nightOff();
      const morning = time.advance();
      attempt(morning, morning - 5 * hourMs);
      const after = hear(3);
      assertNear(after - Number(settledMs()[0]), 5 * hourMs);
    });

    it('includes an unknown past', () => {
      const unknownMs = (): number =>
        Number(database.get('SELECT unknown_past_ms FROM list')?.['unknown_past_ms']);
      nightOff();
      database.run('UPDATE list SET unknown_past_ms = ?', time.advance());
      assertNear(hear(3) - unknownMs(), 0);
      reboot(10 * hourMs, 'third');
      assertNear(hear(3) - unknownMs(), 10 * hourMs);
    });
  });

  describe('wantsDate', () => {
    it('is true until three were heard in this boot', () => {
      assert.equal(time.wantsDate(host), true);
      hear(2);
      assert.equal(time.wantsDate(host), true);
      hear(1);
      assert.equal(time.wantsDate(host), false);
      assert.equal(time.wantsDate('other.example'), true);
    });

    it('is true again after a reboot after which nothing was written', () => {
      hear(3);
      reboot(hourMs);
      assert.equal(time.wantsDate(host), true);
    });

    it('is false after three dates, also if wall clock and dates do not agree', () => {
      nightOff();
      stepWall(hourMs);
      hear(2);
      assert.equal(time.wantsDate(host), true);
      hear(1);
      assert.equal(time.wantsDate(host), false);
    });
  });
});
