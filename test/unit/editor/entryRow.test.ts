import assert from 'node:assert/strict';
import { entryRow } from '../../../src/editor/entryRow.ts';
import { madeUpEntry } from '../../support/madeUpEntry.ts';
import { timeText } from '../../../src/editor/timeText.ts';
import type { Entry } from '../../../src/cleanup/cleanupList.ts';
import type { EntryState } from '../../../src/cleanup/entryState.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';

const sessionId = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7' as SessionId;
const hour = 60 * 60_000;
const now = Date.UTC(2026, 0, 5, 12, 0);
const changedAt = now - 3 * hour;

function entryIn(state: EntryState, more: Partial<Entry> = {}): Entry {
  return madeUpEntry({ sessionId, state, addedAt: changedAt, changedAt, ...more });
}

// The record names every state, so that a new one cannot be forgotten here.
const saying: Readonly<Record<EntryState, RegExp>> = {
  listed: /^listed, not confirmed$/,
  confirmed: /^waits · confirmed$/,
  sending: /^sending…$/,
  deleted: /^deleted (.+), erased by (.+)$/,
  gone: /^gone .+: not at Veriff/,
  blocked: /^blocked .+: not in a completed status$/,
  failed: /^failed .+: refused by Veriff$/,
  unknown: /^unknown since .+: no believable answer$/,
};
const states = Object.keys(saying) as EntryState[];

describe('entryRow', () => {
  for (const state of states)
    it(`has an icon, words and a spoken label for “${state}”`, () => {
      const row = entryRow(entryIn(state), now);
      assert.match(row.description, saying[state]);
      assert.match(row.icon, /^[a-z-]+(?:~spin)?$/);
      assert.equal(row.spoken, `Session ${sessionId}, ${row.description}`);
      assert.equal(row.tooltip, `${sessionId}\n${row.description}`);
    });

  it('has another icon for each state: none is told by its colour alone', () => {
    assert.equal(new Set(states.map((state) => entryRow(entryIn(state), now).icon)).size, states.length);
  });

  it('claims “deleted” in no other state', () => {
    for (const state of states.filter((other) => other !== 'deleted')) {
      const { description, tooltip, spoken } = entryRow(entryIn(state, { reason: 'lookedUp' }), now);
      assert.doesNotMatch(description + tooltip + spoken, /deleted|erased/, state);
    }
  });

  it('is short enough for a narrow sidebar, and has both ends of the id', () => {
    assert.equal(entryRow(entryIn('listed'), now).label, 'aea9ba6d…84a7');
  });

  it('says that the data is erased twelve hours after the deletion, not after now', () => {
    assert.equal(
      entryRow(entryIn('deleted'), now).description,
      `deleted ${timeText(changedAt, now)}, erased by ${timeText(changedAt + 12 * hour, now)}`,
    );
  });

  it('tells when a confirmed entry gets its slot', () => {
    const description = (expectedAt: number): string =>
      entryRow(entryIn('confirmed'), now, expectedAt).description;
    assert.equal(description(now + 50 * hour), `about ${timeText(now + 50 * hour, now)} · confirmed`);
    assert.equal(description(now), 'slot free now · confirmed');
    assert.equal(description(now - hour), 'slot free now · confirmed');
  });

  it('tells the reasons for which an entry is blocked or failed apart', () => {
    assert.match(
      entryRow(entryIn('blocked', { reason: 'inProgress' }), now).description,
      /the end-user is in the flow$/,
    );
    assert.match(
      entryRow(entryIn('failed', { reason: 'idRefused' }), now).description,
      /does not accept the id$/,
    );
  });

  it('echoes no reason that it does not know', () => {
    for (const state of states) {
      const row = entryRow(entryIn(state, { reason: 'MARKED <svg onload=x>' }), now, now);
      assert.doesNotMatch(JSON.stringify(row), /MARKED/);
    }
  });

  describe('names the file where the id was found', () => {
    const foundIn = (uri: string, line = 0): string =>
      entryRow(entryIn('listed', { source: { uri, line } }), now)
        .tooltip.split('\n')
        .slice(2)
        .join('\n');

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
      ['file:///project/a%E2%80%AEgnp.json', 'a<U+202E>gnp.json'],
      ['file:///project/a%0ADeleted.json', 'a<U+000A>Deleted.json'],
      ['file:///project/a\u200Bb.json', 'a<U+200B>b.json'],
      [`file:///project/${'x'.repeat(10_000)}`, `${'x'.repeat(59)}…`],
    ] as const)
      it(uri.slice(0, 70), () => assert.equal(foundIn(uri), `Found in ${name}, line 1`));

    it('with lines as a person counts them', () => assert.match(foundIn('file:///a.json', 41), /line 42$/));
  });
});
