import assert from 'node:assert/strict';
import { Turns } from '../../../../src/sessions/scan/turns.ts';

describe('turns', () => {
  let now: number;
  let turns: Turns;
  let others: number;
  beforeEach(() => {
    now = 0;
    others = 0;
    turns = new Turns(() => now);
    setImmediate(() => (others += 1));
  });

  it('are given to others only after some milliseconds', async () => {
    now = 8;
    assert.equal(turns.isDue, false);
    await turns.next();
    assert.equal(others, 0);
    now = 9;
    assert.equal(turns.isDue, true);
    await turns.next();
    assert.equal(others, 1);
  });

  it('are counted anew after each', async () => {
    now = 9;
    await turns.next();
    assert.equal(turns.isDue, false);
    now = 17;
    assert.equal(turns.isDue, false);
    now = 18;
    assert.equal(turns.isDue, true);
  });
});
