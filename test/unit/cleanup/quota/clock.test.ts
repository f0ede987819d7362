import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { isSameBoot, systemClock, type Moment } from '../../../../src/cleanup/quota/clock.ts';
import { dayMs, hourMs, minuteMs } from '../../../support/cleanup/cleanupWorkshop.ts';

type BootMoment = Omit<Moment, 'monotonicMs'>;

describe('isSameBoot', () => {
  const then = { wallAt: Date.UTC(2026, 0, 5, 9), uptimeMs: dayMs };
  const after = (upMs: number, wallMs: number, boot: string): BootMoment => ({
    wallAt: then.wallAt + wallMs,
    uptimeMs: then.uptimeMs + upMs,
    boot,
  });
  for (const [what, thenBoot, now, isSame] of [
    ['the same name', 'a@host', after(hourMs, hourMs, 'a@host'), true],
    ['the same name, whatever the wall clock says', 'a@host', after(hourMs, 14 * hourMs, 'a@host'), true],
    ['another name, with clocks that went on alike', 'a@host', after(hourMs, hourMs, 'b@host'), false],
    ['the same start on another host', 'a@host', after(hourMs, hourMs, 'a@other'), false],
    ['the same name, and an uptime that shook by 5 s', 'a@host', after(-5000, 0, 'a@host'), true],
    ['the same name, and an uptime that went back further', 'a@host', after(-5001, 0, 'a@host'), false],
    ['a name only then', 'a@host', after(hourMs, hourMs, '@host'), false],
    ['a name only now', '@host', after(hourMs, hourMs, 'a@host'), false],
    ['no names, and clocks that went on alike', '@host', after(hourMs, hourMs, '@host'), true],
    ['no names, and a wall clock a minute ahead', '@host', after(hourMs, hourMs + minuteMs, '@host'), true],
    ['no names, and one further ahead', '@host', after(hourMs, hourMs + minuteMs + 1, '@host'), false],
    ['no names, and one further behind', '@host', after(hourMs, hourMs - minuteMs - 1, '@host'), false],
    ['no names, and an uptime that shook by 5 s', '@host', after(-5000, 0, '@host'), true],
    ['no names, and both clocks went back', '@host', after(-5001, -5001, '@host'), false],
  ] as const)
    it(`is ${isSame} for ${what}`, () => assert.equal(isSameBoot({ ...then, boot: thenBoot }, now), isSame));
});

describe('systemClock', () => {
  it('reads three clocks in milliseconds', () => {
    const before = Date.now();
    const { wallAt, monotonicMs, uptimeMs } = systemClock();
    assert.ok(wallAt >= before && wallAt <= Date.now());
    assert.ok(monotonicMs > 0 && monotonicMs <= performance.now());
    // A machine that runs a test has been up for longer than the process, give or take whole seconds.
    assert.ok(uptimeMs + 1000 >= monotonicMs);
  });

  it('names the boot of the machine on Linux, and none elsewhere', () => {
    const { boot } = systemClock();
    if (process.platform !== 'linux') return assert.equal(boot, '@host');
    const id = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    assert.equal(boot, `${id}@${hostname()}`);
  });

  it('is in one boot from one reading to the next', () =>
    assert.ok(isSameBoot(systemClock(), systemClock())));
});
