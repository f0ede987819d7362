import assert from 'node:assert/strict';
import { elapsedAtLeastMs, hasRebooted, systemClock } from '../../../../src/cleanup/quota/clock.ts';

describe('elapsedAtLeastMs', () => {
  for (const [what, then, now, elapsed] of [
    ['nothing has passed', 100_000, 100_000, 0],
    ['the uptime went on', 100_000, 100_001, 1],
    ['a reboot, and the machine has run for less than before', 100_000, 30_000, 30_000],
    ['a reboot a moment ago', 100_000, 0, 0],
    ['a reboot that the uptime has overtaken by now: too low, never too high', 100_000, 150_000, 50_000],
    ['the uptime shook by a second, as it may on macOS: no reboot', 864_001_000, 864_000_000, 0],
    ['the uptime shook by five seconds', 864_005_000, 864_000_000, 0],
    ['the uptime went back by more than it ever shakes', 864_005_001, 864_000_000, 864_000_000],
  ] as const) {
    it(`${what}: ${elapsed} ms`, () => assert.equal(elapsedAtLeastMs(then, now), elapsed));
  }
});

describe('hasRebooted', () => {
  it('is told by an uptime that went back, not by one that shook', () => {
    assert.equal(hasRebooted(100_000, 94_999), true);
    assert.equal(hasRebooted(100_000, 95_000), false);
    assert.equal(hasRebooted(100_000, 100_000), false);
  });
});

describe('systemClock', () => {
  it('reads three clocks in milliseconds', () => {
    const before = Date.now();
    const { wallAt, monotonicMs, uptimeMs } = systemClock();
    assert.ok(wallAt >= before && wallAt <= Date.now());
    assert.ok(monotonicMs > 0 && monotonicMs <= performance.now());
    // A machine that runs a test has been up for longer than the process, give or take whole seconds.
    assert.ok(uptimeMs + 1000 >= monotonicMs);
    assert.ok(elapsedAtLeastMs(uptimeMs, systemClock().uptimeMs) < 60_000);
  });
});
