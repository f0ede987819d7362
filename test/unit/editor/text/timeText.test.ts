import assert from 'node:assert/strict';
import { dateText, spanText, timeText } from '../../../../src/editor/text/timeText.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Runs in a time zone; Node reads the variable again each time it is set. */
function inZone(zone: string, check: () => void): () => void {
  return () => {
    const before = process.env['TZ'];
    process.env['TZ'] = zone;
    try {
      check();
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  };
}

const utc = (text: string): number => Date.parse(`${text}Z`);

function itSays(expected: string, at: string, now: string, zone = 'UTC'): void {
  it(
    `says “${expected}” for ${at} at ${now} in ${zone}`,
    inZone(zone, () => assert.equal(timeText(utc(at), utc(now)), expected)),
  );
}

describe('timeText', () => {
  describe('on the same day', () => {
    itSays('14:05', '2026-01-05T14:05', '2026-01-05T12:00');
    itSays('14:05', '2026-01-05T14:05:59.999', '2026-01-05T23:59:59.999');
    itSays('00:00', '2026-01-05T00:00', '2026-01-05T23:59');
    itSays('23:59', '2026-01-05T23:59', '2026-01-05T00:00');
  });

  describe('across midnight', () => {
    itSays('Tue 00:00', '2026-01-06T00:00', '2026-01-05T23:59:59.999');
    itSays('Sun 23:59', '2026-01-04T23:59', '2026-01-05T00:00');
    itSays('Mon 00:30', '2026-01-11T19:00', '2026-01-11T18:00', 'Asia/Kolkata');
    itSays('20:00', '2026-01-06T01:00', '2026-01-05T23:30', 'America/New_York');
    itSays('Tue 13:00', '2026-01-06T00:00', '2026-01-05T10:00', 'Pacific/Auckland');
  });

  describe('within six days, in both directions', () => {
    itSays('Sun 11:59', '2026-01-11T11:59', '2026-01-05T12:00');
    itSays('Tue 12:01', '2025-12-30T12:01', '2026-01-05T12:00');
  });

  describe('further away, with the date because a weekday alone could be another week’s', () => {
    itSays('Sun 11 Jan 12:00', '2026-01-11T12:00', '2026-01-05T12:00');
    itSays('Mon 12 Jan 12:00', '2026-01-12T12:00', '2026-01-05T12:00');
    itSays('Tue 14 Apr 09:10', '2026-04-14T09:10', '2026-01-05T12:00');
  });

  describe('around the end of a year', () => {
    itSays('Thu 00:10', '2026-01-01T00:10', '2025-12-31T23:50');
    itSays('Tue 6 Jan 2026 00:10', '2026-01-06T00:10', '2025-12-31T00:00');
    itSays('Fri 5 Dec 2025 12:00', '2025-12-05T12:00', '2026-01-05T12:00');
    // The year of the local time, not of Greenwich.
    itSays('Wed 31 Dec 2025 23:30', '2026-01-01T04:30', '2026-01-20T12:00', 'America/New_York');
    itSays('Thu 8 Jan 01:00', '2026-01-07T23:00', '2025-12-31T23:30', 'Europe/Tallinn');
  });

  describe('when the clocks change', () => {
    // In Berlin 02:00 became 03:00 on 29 March 2026, and 03:00 became 02:00 on 25 October.
    itSays('01:59', '2026-03-29T00:59', '2026-03-29T12:00', 'Europe/Berlin');
    itSays('03:00', '2026-03-29T01:00', '2026-03-29T12:00', 'Europe/Berlin');
    itSays('02:30', '2026-10-25T00:30', '2026-10-25T12:00', 'Europe/Berlin');
    itSays('02:30', '2026-10-25T01:30', '2026-10-25T12:00', 'Europe/Berlin');
    // 23 hours later it is the next day at the same time, and 25 hours later too.
    itSays('Sun 12:00', '2026-03-29T10:00', '2026-03-28T11:00', 'Europe/Berlin');
    itSays('Sun 12:00', '2026-10-25T11:00', '2026-10-24T10:00', 'Europe/Berlin');
    // The end of a day of 25 hours is still the same weekday.
    itSays('23:59', '2026-10-25T22:59', '2026-10-24T22:00', 'Europe/Berlin');
  });

  it(
    'never names today’s weekday for another day, even if the clocks change',
    inZone('Europe/Berlin', () => {
      const now = utc('2026-03-26T22:30');
      const today = dateText(now, now).slice(0, 3);
      for (let ahead = -8 * day; ahead <= 8 * day; ahead += 30 * minute) {
        const text = timeText(now + ahead, now);
        assert.ok(!new RegExp(`^${today} \\d\\d:`).test(text), `${ahead / hour} h: ${text}`);
      }
    }),
  );
});

describe('dateText', () => {
  it(
    'leaves out only the current year',
    inZone('UTC', () => {
      const now = utc('2026-01-05T12:00');
      assert.equal(dateText(utc('2026-12-01T00:00'), now), 'Tue 1 Dec');
      assert.equal(dateText(utc('2027-12-01T00:00'), now), 'Wed 1 Dec 2027');
      assert.equal(dateText(utc('2025-12-31T23:59'), now), 'Wed 31 Dec 2025');
    }),
  );
});

describe('the names of days and months', () => {
  it(
    'have three letters, and match the calendar',
    inZone('UTC', () => {
      const names = (from: number, step: number, count: number, part: number): string[] =>
        Array.from({ length: count }, (_, index) => {
          const at = from + index * step;
          return dateText(at, at).split(' ')[part] ?? '';
        });
      // 4 January 2026 is a Sunday, and no month is left out by steps of 30.5 days.
      assert.deepEqual(names(utc('2026-01-04T12:00'), day, 7, 0), [
        'Sun',
        'Mon',
        'Tue',
        'Wed',
        'Thu',
        'Fri',
        'Sat',
      ]);
      assert.equal(
        names(utc('2026-01-15T12:00'), 30.5 * day, 12, 2).join(' '),
        'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec',
      );
    }),
  );
});

describe('spanText', () => {
  const spans: [span: number, text: string][] = [
    [-5 * minute, '0 s'],
    [0, '0 s'],
    [1, '1 s'],
    [40 * second, '40 s'],
    [59 * second + 1, '1 min'],
    [12 * minute, '12 min'],
    [12 * minute + 1, '13 min'],
    [59 * minute + 1, '1 h'],
    [3 * hour + 20 * minute, '3 h 20 min'],
    [day, '24 h'],
    [47 * hour + 59 * minute, '47 h 59 min'],
    [47 * hour + 59 * minute + 1, '2 days'],
    [2 * day, '2 days'],
    [2 * day + minute, '3 days'],
    [2 * day + 59 * minute, '3 days'],
    [4 * day, '4 days'],
    [99 * day + 14 * hour, '100 days'],
  ];
  for (const [span, text] of spans)
    it(`says “${text}” for ${span} ms`, () => assert.equal(spanText(span), text));

  it('never says too little, up to 40 days', () => {
    const units: Readonly<Record<string, number>> = { s: second, min: minute, h: hour, days: day };
    for (let span = 0; span < 40 * day; span += 7 * minute + 13 * second + 1) {
      const said = [...spanText(span).matchAll(/(\d+) (\w+)/g)].reduce(
        (sum, [, count = '', unit = '']) => sum + Number(count) * (units[unit] ?? NaN),
        0,
      );
      assert.ok(said >= span, `${span} ms: ${spanText(span)}`);
    }
  });
});
