import assert from 'node:assert/strict';
import {
  chosenFrom,
  roleWarning,
  withoutRepeats,
  type ChosenSession,
} from '../../../../src/editor/input/chosenSession.ts';
import { findSessionIds, type IdRole } from '../../../../src/sessions/scan/findSessionIds.ts';
import type { SessionId } from '../../../../src/veriff/sessionId.ts';

const idOf = (index: number): SessionId =>
  `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as SessionId;

function chosen(index: number, role: IdRole, reason = ''): ChosenSession {
  return { sessionId: idOf(index), role, reason };
}

function foundIn(text: string): readonly ChosenSession[] {
  return findSessionIds(text).map((found) => chosenFrom(found));
}

describe('chosenFrom', () => {
  it('keeps role and reason', () => {
    assert.deepEqual(foundIn(`{"attemptId": "${idOf(1)}"}`), [
      chosen(1, 'attempt', 'the value of "attemptId"'),
    ]);
  });

  it('asks for the place of the first character of the id', () => {
    const text = `first line\nsession ${idOf(1)}`;
    const [found] = findSessionIds(text);
    assert.ok(found);
    const { source } = chosenFrom(found, (offset) => ({ uri: text.slice(offset), line: offset }));
    assert.deepEqual(source, { uri: idOf(1), line: text.indexOf(idOf(1)) });
  });

  it('has no source property, rather than an undefined one, if the place is not known', () => {
    assert.ok(!('source' in (foundIn(idOf(1))[0] ?? { source: '' })));
  });
});

describe('withoutRepeats', () => {
  it('keeps each session once, in the order of first occurrence', () => {
    const sessions = [chosen(2, 'unknown'), chosen(1, 'unknown'), chosen(2, 'unknown'), chosen(3, 'unknown')];
    assert.deepEqual(
      withoutRepeats(sessions).map(({ sessionId }) => sessionId),
      [idOf(2), idOf(1), idOf(3)],
    );
  });

  it('prefers the place that says “session”, whether it comes first or last, and keeps the order', () => {
    const sure = chosen(1, 'session', 'sure');
    const doubtful = chosen(1, 'vendorData', 'doubtful');
    const other = chosen(2, 'unknown');
    assert.deepEqual(withoutRepeats([doubtful, other, sure]), [sure, other]);
    assert.deepEqual(withoutRepeats([sure, other, doubtful]), [sure, other]);
  });

  it('keeps the first of several places that say something else, so that no warning is lost', () => {
    const attempt = chosen(1, 'attempt', 'first');
    assert.deepEqual(
      withoutRepeats([chosen(1, 'unknown'), attempt, chosen(1, 'unknown'), chosen(1, 'endUser')]),
      [attempt],
    );
  });

  it('keeps the first of several places that say “session”', () => {
    const first = chosen(1, 'session', 'first');
    assert.deepEqual(withoutRepeats([first, chosen(1, 'session', 'second')]), [first]);
  });

  it('accepts an empty list', () => assert.deepEqual(withoutRepeats([]), []));
});

describe('roleWarning', () => {
  it('does not warn about sessions or about ids of which nothing is known', () => {
    assert.equal(roleWarning(chosen(1, 'session', 'part of a session URL')), undefined);
    assert.equal(roleWarning(chosen(1, 'unknown')), undefined);
  });

  for (const [role, words] of [
    ['attempt', /an attempt’s id, not a session’s/],
    ['endUser', /an end-user’s id, not a session’s/],
    ['vendorData', /your own vendor data, not a session’s id/],
  ] as const)
    it(`names ${role} and the reason`, () => {
      const warning = roleWarning(chosen(1, role, 'the value of "x"')) ?? '';
      assert.match(warning, words);
      assert.match(warning, /: it is the value of "x"$/);
    });

  it('contains nothing that a hostile key could bring into the dialog', () => {
    const keys = [
      '\u202EattemptId',
      'attempt\u200BId',
      '<b>attemptId',
      '[x](command:y) attemptId',
      '__proto__attemptId',
    ];
    for (const key of [...keys, `${'x'.repeat(10_000)}attemptId`]) {
      for (const session of foundIn(`{"${key}": "${idOf(1)}"}`)) {
        const warning = roleWarning(session) ?? '';
        assert.match(warning, /^[\w ,:’"/-]{0,150}$/, JSON.stringify(key.slice(0, 40)));
      }
    }
  });
});
