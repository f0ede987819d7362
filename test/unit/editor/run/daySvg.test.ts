import assert from 'node:assert/strict';
import { daySvg } from '../../../../src/editor/run/daySvg.ts';

const hour = 60 * 60_000;
const now = Date.UTC(2026, 0, 5, 12, 0);

interface Bar {
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

function barsOf(svg: string): readonly Bar[] {
  return [...svg.matchAll(/<rect ([^>]*)\/>/g)].map(([, attributes = '']) => {
    const value = (name: string): number =>
      Number(new RegExp(`(?<!\\w)${name}="([^"]*)"`).exec(attributes)?.[1] ?? NaN);
    return { x: value('x'), y: value('y'), height: value('height') };
  });
}

/** Throws if the text is not one element with closed children: plain Node has no XML parser. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)(\w+)((?: [\w:-]+="[^"<&]*")*)(\/?)>/g,
    (_, end: string, name: string, __, alone) => {
      if (end === '/') assert.equal(open.pop(), name);
      else if (alone !== '/') open.push(name);
      return '';
    },
  );
  assert.deepEqual(open, []);
  assert.doesNotMatch(rest, /[<>&]/);
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" .*<\/svg>$/);
}

describe('daySvg', () => {
  it('draws no bar if nothing was sent', () => {
    assert.deepEqual(barsOf(daySvg([], now)), []);
    assertWellFormed(daySvg([], now));
  });

  it('shows a request sent now on the right, and one sent almost a day ago on the left', () => {
    assert.deepEqual(
      barsOf(daySvg([now], now)).map(({ x }) => x),
      [231],
    );
    assert.deepEqual(
      barsOf(daySvg([now - 24 * hour + 1], now)).map(({ x }) => x),
      [1],
    );
  });

  it('begins a new bar every hour', () => {
    assert.deepEqual(
      barsOf(daySvg([now - hour + 1, now - hour, now - 2 * hour], now)).map(({ x }) => x),
      [211, 221, 231],
    );
  });

  it('draws a bar one step higher for each request of the hour', () => {
    for (const count of [1, 2, 5]) {
      const bars = barsOf(
        daySvg(
          Array.from({ length: count }, () => now - 1),
          now,
        ),
      );
      assert.deepEqual(bars, [{ x: 231, y: 30 - 5 * count, height: 5 * count }]);
    }
  });

  for (const [what, at] of [
    ['in the future', now + 1],
    ['a day in the future', now + 24 * hour],
    ['24 hours old', now - 24 * hour],
    ['years old', 0],
    ['at no time', NaN],
    ['infinitely late', Infinity],
    ['infinitely early', -Infinity],
  ] as const)
    it(`leaves out requests sent ${what}`, () => {
      assert.deepEqual(barsOf(daySvg([at], now)), []);
      assert.equal(barsOf(daySvg([at, now], now)).length, 1);
    });

  it('stays small and inside its frame for a hundred thousand requests', () => {
    const sentAt = Array.from({ length: 100_000 }, (_, index) => now + hour - (index * 26 * hour) / 100_000);
    const svg = daySvg(sentAt, now);
    assertWellFormed(svg);
    assert.ok(svg.length < 3_000, `${svg.length} characters`);
    const bars = barsOf(svg);
    assert.equal(bars.length, 24);
    for (const { x, y, height } of bars) {
      assert.ok(
        x >= 0 && x + 8 <= 240 && y >= 0 && height > 0 && y + height <= 30,
        JSON.stringify({ x, y, height }),
      );
    }
  });

  it('runs no script and loads nothing', () => {
    assert.doesNotMatch(daySvg([now], now), /script|href|style|on\w+=|url\(/i);
  });
});
