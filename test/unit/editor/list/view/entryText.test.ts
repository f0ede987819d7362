import assert from 'node:assert/strict';
import type { Entry, EntryState } from '../../../../../src/cleanup/list/entry.ts';
import { entryText, type EntrySurroundings } from '../../../../../src/editor/list/view/entryText.ts';
import type { Expectation } from '../../../../../src/editor/list/view/expectations.ts';
import type { RowText } from '../../../../../src/editor/list/view/rowText.ts';
import { timeText } from '../../../../../src/editor/text/timeText.ts';
import type { SessionId } from '../../../../../src/veriff/sessionId.ts';
import { madeUpEntry } from '../../../../support/cleanup/madeUpEntry.ts';

const sessionId = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7' as SessionId;
const hour = 60 * 60_000;
const now = Date.UTC(2026, 0, 5, 12, 0);
const changedAt = now - 3 * hour;
const at = timeText(changedAt, now);
const surroundings: EntrySurroundings = { now, integration: 'Shop (TEST)', namesIntegration: false };

function rowOf(parts: Partial<Entry>, more: Partial<EntrySurroundings> = {}): RowText {
  const entry = madeUpEntry({ sessionId, addedAt: changedAt, changedAt, ...parts });
  return entryText(entry, { ...surroundings, ...more });
}

function says(parts: Partial<Entry>, expectation?: Expectation): string {
  return rowOf(parts, expectation && { expectation }).description;
}

// A record of all states, so that a new one cannot be forgotten here.
const saying: Readonly<Record<EntryState, string>> = {
  listed: 'listed, not confirmed',
  confirmed: 'waits · confirmed',
  sending: 'sending…',
  deleted: `deleted ${at}, erased by ${timeText(changedAt + 12 * hour, now)}`,
  notFound: `not found ${at}`,
  blocked: `blocked ${at}: not in a completed status`,
  failed: `failed ${at}: refused by Veriff`,
  unknown: `unknown since ${at}: no believable answer`,
};
const states = Object.keys(saying) as EntryState[];

describe('entryText', () => {
  for (const state of states)
    it(`has an icon, words and a spoken label for “${state}”`, () => {
      const row = rowOf({ state });
      assert.equal(row.description, saying[state]);
      assert.match(row.icon ?? '', /^[a-z-]+(?:~spin)?$/);
      assert.equal(row.spoken, `Session ${sessionId}, ${saying[state]}, Shop (TEST)`);
      assert.deepEqual(row.tooltip.split('\n').slice(0, 3), [
        sessionId,
        saying[state],
        'Integration: Shop (TEST)',
      ]);
    });

  it('has different icons for each state and for entries on hold, so that none depends on colour alone', () => {
    const icons = states.map((state) => rowOf({ state }).icon);
    icons.push(rowOf({ state: 'confirmed', group: 'held', heldAt: now }).icon);
    assert.equal(new Set(icons).size, states.length + 1);
  });

  it('says “deleted” in no other state', () => {
    for (const state of states.filter((other) => other !== 'deleted')) {
      const { description, tooltip, spoken } = rowOf({ state, reason: 'lookedUp' });
      assert.doesNotMatch(description + tooltip + spoken, /deleted|erased/, state);
    }
  });

  it('is short enough for a narrow sidebar, and has both ends of the id', () => {
    assert.equal(rowOf({}).label, 'aea9ba6d…84a7');
  });

  it('is made even if its times make no sense', () => {
    for (const time of [NaN, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER])
      for (const state of states)
        assert.doesNotThrow(() =>
          rowOf({ state, changedAt: time, addedAt: time, seenAt: time, seenStatus: 'x', heldAt: time }),
        );
  });

  describe('says when a waiting entry gets its slot', () => {
    const slot = (expectedAt: number): string => says({ state: 'confirmed' }, { kind: 'at', at: expectedAt });

    it('with the time', () => {
      assert.equal(slot(now + hour), `about ${timeText(now + hour, now)} · confirmed`);
      assert.equal(slot(now + 50 * hour), `about ${timeText(now + 50 * hour, now)} · confirmed`);
    });

    it('or that it is free', () => {
      assert.equal(slot(now), 'slot free now · confirmed');
      assert.equal(slot(now - hour), 'slot free now · confirmed');
    });

    for (const [kind, text] of [
      ['paused', 'paused · confirmed'],
      ['stopped', 'stopped · confirmed'],
      ['notStored', 'can’t be sent · confirmed'],
    ] as const)
      it(`or why none comes: ${text}`, () => assert.equal(says({ state: 'confirmed' }, { kind }), text));
  });

  describe('says when an entry is retried or looked up again', () => {
    const again = (state: 'blocked' | 'unknown', expectation?: Expectation, more?: Partial<Entry>): string =>
      says({ state, ...more }, expectation).replace(/^.*?(?:status|flow|answer)/, '');

    it('with the time', () => {
      const expectation = { kind: 'at', at: now + hour } as const;
      assert.equal(again('blocked', expectation), `, tried again about ${timeText(now + hour, now)}`);
      assert.equal(again('unknown', expectation), `, looked up again about ${timeText(now + hour, now)}`);
    });

    it('or soon if its time has come', () => {
      for (const due of [now, now - hour]) {
        assert.equal(again('blocked', { kind: 'at', at: due }), ', tried again soon');
        assert.equal(again('unknown', { kind: 'at', at: due }), ', looked up again soon');
      }
    });

    it('or that nothing happens', () => {
      assert.equal(again('unknown', { kind: 'paused' }), ', paused');
      assert.equal(again('blocked', { kind: 'stopped' }), ', stopped');
      assert.equal(again('unknown'), '');
      assert.equal(again('blocked', undefined, { group: 'needsYou' }), ', not tried again by itself');
    });

    it('also if a look-up had no result and the entry needs the user', () => {
      const row = says({ state: 'unknown', group: 'needsYou', lookUps: 2 }, { kind: 'at', at: now + hour });
      assert.match(row, /^unknown since .+: no believable answer, looked up again about /);
    });
  });

  it('distinguishes the reasons for which an entry is blocked or failed', () => {
    assert.match(says({ state: 'blocked', reason: 'inProgress' }), /the end-user is in the flow$/);
    assert.match(says({ state: 'failed', reason: 'idRefused' }), /does not accept the id$/);
  });

  it('does not repeat an unknown reason', () => {
    for (const state of states)
      assert.doesNotMatch(JSON.stringify(rowOf({ state, reason: 'MARKED <svg onload=x>' })), /MARKED/);
  });

  describe('says for an entry on hold', () => {
    const held = (state: EntryState, more: Partial<Entry> = {}): string =>
      says({ state, group: 'held', heldAt: changedAt, ...more });

    it('why, and what would happen without the hold', () => {
      assert.equal(held('listed', { holdNote: 'ask legal' }), 'on hold: ask legal · not confirmed');
      assert.equal(held('confirmed', { holdNote: 'ask legal' }), 'on hold: ask legal · confirmed');
      assert.equal(
        held('blocked', { holdNote: 'x' }),
        `on hold: x · blocked ${at}: not in a completed status`,
      );
    });

    it('since when, if there is no note', () =>
      assert.equal(held('listed'), `on hold since ${at} · not confirmed`));

    it('that it is looked up nevertheless', () => {
      const row = rowOf(
        { state: 'unknown', group: 'held', heldAt: now, holdNote: 'x' },
        { expectation: { kind: 'at', at: now } },
      );
      assert.match(row.description, /^on hold: x · unknown since .+, looked up again soon$/);
    });

    for (const [note, shown] of [
      ['two\nlines', 'two<U+000A>lines'],
      ['a\u202egnp.json', 'a<U+202E>gnp.json'],
      ['zero\u200bwidth\u2066', 'zero<U+200B>width<U+2066>'],
      ['\ud800', '<U+D800>'],
      ['x'.repeat(10_000), `${'x'.repeat(59)}…`],
      ['👩‍👩‍👧', '👩<U+200D>👩<U+200D>👧'],
    ] as const)
      it(`a note that is ${JSON.stringify(note.slice(0, 20))} in one line without direction marks`, () => {
        const row = rowOf({ group: 'held', heldAt: now, holdNote: note });
        assert.equal(row.description, `on hold: ${shown} · not confirmed`);
        assert.doesNotMatch(row.tooltip + row.spoken, /[\u202e\u200b\u2066]|two\nlines/);
        assert.ok(row.tooltip.length < 600, String(row.tooltip.length));
      });
  });

  describe('names the integration', () => {
    it('in the description only if it is needed, and always in the tooltip and the spoken text', () => {
      assert.equal(rowOf({}, { namesIntegration: true }).description, 'listed, not confirmed · Shop (TEST)');
      for (const namesIntegration of [true, false]) {
        const row = rowOf({}, { namesIntegration });
        assert.match(row.tooltip, /^Integration: Shop \(TEST\)$/m);
        assert.ok(row.spoken.includes(', Shop (TEST)'));
      }
    });
  });

  describe('shows the status that a look-up found', () => {
    it('if the session may still exist', () => {
      const row = rowOf({ seenAt: changedAt, seenStatus: 'approved' });
      assert.equal(row.description, 'approved at Veriff · listed, not confirmed');
      assert.match(
        row.tooltip,
        new RegExp(`^Veriff called it “approved” when it was looked up at ${at}$`, 'm'),
      );
    });

    it('only in the tooltip if it is deleted or not found', () => {
      for (const state of ['deleted', 'notFound'] as const) {
        const row = rowOf({ state, seenAt: changedAt, seenStatus: 'approved' });
        assert.equal(row.description, saying[state]);
        assert.match(row.tooltip, /“approved”/);
      }
    });

    it('without direction marks or line breaks from the server', () => {
      const row = rowOf({ seenAt: changedAt, seenStatus: `\u202e\n${'x'.repeat(500)}` });
      assert.match(row.description, /^<U\+202E><U\+000A>x{27}… at Veriff · /);
      assert.doesNotMatch(row.tooltip, /\u202e/);
    });
  });

  describe('names the file where the id was found', () => {
    for (const [uri, name] of [
      ['file:///project/orders.json', 'orders.json'],
      ['file:///c%3A/project/my%20orders%20%28old%29.json', 'my orders (old).json'],
      ['vscode-remote://ssh-remote%2Bhost/project/orders.json', 'orders.json'],
      ['git:/project/orders.json?%7B%22path%22:%22/project/other.json%22%7D', 'orders.json'],
      ['vscode-notebook-cell:/project/book.ipynb#W0sZmlsZQ', 'book.ipynb'],
      ['untitled:Untitled-1', 'untitled:Untitled-1'],
      ['file:///project/100%', '100%'],
      ['file:///project/%E0%A4%A', '%E0%A4%A'],
      ['file:///project/__proto__', '__proto__'],
      ['file:///project/', 'file:///project/'],
      ['', '(no name)'],
      ['file:///project/a%E2%80%AEgnp.json', 'a<U+202E>gnp.json'],
      ['file:///project/a%0ADeleted.json', 'a<U+000A>Deleted.json'],
      ['file:///project/a\u200Bb.json', 'a<U+200B>b.json'],
      [`file:///project/${'x'.repeat(10_000)}`, `${'x'.repeat(59)}…`],
    ] as const)
      it(uri.slice(0, 70), () => {
        const row = rowOf({ source: { uri, line: 0 } });
        assert.equal(row.tooltip.split('\n')[3], `Found in ${name}, line 1`);
        assert.ok(row.spoken.endsWith(`, ${name}, line 1`));
        const isShort = name.length <= 24;
        assert.equal(row.description, `listed, not confirmed${isShort ? ` · ${name}:1` : ''}`);
      });

    it('with lines counted from 1', () => {
      const row = rowOf({ source: { uri: 'file:///a.json', line: 41 } });
      assert.match(row.tooltip, /line 42$/m);
      assert.match(row.description, /a\.json:42$/);
    });
  });

  describe('has a checkbox', () => {
    it('if it is listed, with a spoken text', () => {
      assert.deepEqual(rowOf({}).checkbox, {
        isChecked: true,
        spoken: `Session ${sessionId}, checked for deletion`,
      });
      assert.deepEqual(rowOf({ isChecked: false }).checkbox, {
        isChecked: false,
        spoken: `Session ${sessionId}, not checked for deletion`,
      });
    });

    it('only then', () => {
      for (const state of states.filter((other) => other !== 'listed'))
        assert.equal(rowOf({ state }).checkbox, undefined, state);
      assert.equal(rowOf({ state: 'listed', group: 'held', heldAt: now }).checkbox, undefined);
    });
  });
});
