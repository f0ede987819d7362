import assert from 'node:assert/strict';
import { madeUpEntry } from '../../../support/cleanup/madeUpEntry.ts';
import { chosenFrom, type ChosenSession } from '../../../../src/editor/input/chosenSession.ts';
import {
  confirmationText,
  includeButton,
  includeText,
  sentNow,
  type DeletionPlan,
} from '../../../../src/editor/confirming/confirmationText.ts';
import { candidatesOf } from '../../../../src/editor/confirming/candidates.ts';
import type { LookUp } from '../../../../src/editor/app/lookUp.ts';
import type { LookUpOutcome } from '../../../../src/veriff/outcome.ts';
import type { Integration } from '../../../../src/editor/app/integration.ts';
import { timeText } from '../../../../src/editor/text/timeText.ts';
import type { Entry, EntryState } from '../../../../src/cleanup/list/entry.ts';
import { quotaState, Schedule, veriffLimits, type PastAttempt } from '../../../../src/cleanup/quota/quota.ts';
import { findSessionIds, type IdRole } from '../../../../src/sessions/scan/findSessionIds.ts';
import type { SessionId } from '../../../../src/veriff/sessionId.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const now = Date.UTC(2026, 0, 5, 12, 0);
const nowMs = 100 * day;

const shop: Integration = {
  id: 'one',
  name: 'Shop, staging',
  kind: 'TEST',
  baseUrl: 'https://veriff.example:8443/eu',
  apiKey: '5ec2e700-aaaa-4aaa-8aaa-00000000000a',
  sharedSecretKeys: ['5ec2e700-bbbb-4bbb-8bbb-00000000000b'],
  isSandbox: false,
};

const idOf = (index: number): SessionId =>
  `00000000-0000-4000-8000-${String(index).padStart(12, '0')}` as SessionId;

function sessionsOf(count: number): readonly ChosenSession[] {
  return Array.from({ length: count }, (_, index) => ({
    sessionId: idOf(index),
    role: 'unknown',
    reason: '',
  }));
}

function answered(...agesMs: readonly number[]): readonly PastAttempt[] {
  return agesMs.map((age) => ({ settledMs: nowMs - age }));
}

/** A plan as the editor makes it, with the real quota and forecast after these attempts. */
function planOf(
  sessions: readonly ChosenSession[],
  past: readonly PastAttempt[] = [],
  more: Partial<DeletionPlan> = {},
): DeletionPlan {
  const schedule = new Schedule(past, veriffLimits, nowMs);
  return {
    integration: shop,
    sessions,
    quota: quotaState(past, veriffLimits, nowMs),
    forecastMs: sessions.map((_, index) => schedule.at(index)),
    origin: 'given',
    queued: 0,
    isPaused: false,
    known: new Map(),
    lookedUp: new Map(),
    leftOut: [],
    elsewhere: new Map(),
    notFound: 0,
    now,
    ...more,
  };
}

const hourFull = answered(49 * minute, 4 * minute, 3 * minute, 2 * minute, minute);

describe('confirmationText', () => {
  it('names everything about a single deletion', () => {
    const { message, detail, button } = confirmationText(planOf(sessionsOf(1)));
    assert.equal(message, `Delete session ${idOf(0)} at Veriff?`);
    assert.equal(button, 'Delete');
    assert.deepEqual(detail.split('\n'), [
      'Integration: Shop, staging (TEST)',
      'Host: veriff.example:8443',
      'It costs 1 slot of the rate limit: leaves 4 this hour, 9 today.',
      '',
      'Not looked up.',
      '',
      'This cannot be undone. The session leaves the Veriff portal and API as soon as it is deleted; its data is erased within 12 hours.',
      'Sessions that are created, started or waiting for a resubmission also fire a decision webhook (expired/abandoned).',
    ]);
  });

  it('names each of several sessions', () => {
    const { message, detail } = confirmationText(planOf(sessionsOf(3)));
    assert.equal(message, 'Delete 3 sessions at Veriff?');
    for (let index = 0; index < 3; index += 1) assert.match(detail, new RegExp(`^${idOf(index)}$`, 'm'));
    assert.match(detail, /^This cannot be undone\. Each session leaves/m);
    assert.match(detail, /^It costs 3 slots of the rate limit: leaves 2 this hour, 7 today\.$/m);
  });

  it('says LIVE in every form for a LIVE integration', () => {
    const live = { integration: { ...shop, kind: 'LIVE' as const } };
    for (const plan of [planOf(sessionsOf(1), [], live), planOf(sessionsOf(20), hourFull, live)]) {
      assert.match(confirmationText(plan).detail, /^Integration: Shop, staging \(LIVE\)$/m);
      assert.doesNotMatch(confirmationText(plan).detail, /TEST/);
    }
  });

  it('mentions the webhook, the 12 hours and that it cannot be undone, in every form', () => {
    for (const plan of [planOf(sessionsOf(1)), planOf(sessionsOf(99)), planOf(sessionsOf(1), hourFull)]) {
      const { detail } = confirmationText(plan);
      assert.match(detail, /decision webhook/);
      assert.match(detail, /within 12 hours/);
      assert.match(detail, /cannot be undone/);
    }
  });

  it('shows at most three sessions and counts the rest', () => {
    const three = confirmationText(planOf(sessionsOf(3)));
    assert.equal(idsIn(three.detail).length, 3);
    assert.doesNotMatch(three.detail, /more;/);
    const four = confirmationText(planOf(sessionsOf(4)));
    assert.equal(idsIn(four.detail).length, 3);
    assert.match(four.detail, /^… and 1 more; “Show Plan” has every one of them\.$/m);
  });

  describe('for listed entries', () => {
    const list = { origin: 'list' as const };

    it('asks to delete whether a slot is free or not, because they are on the list already', () => {
      for (const past of [[], hourFull]) {
        const { message, button } = confirmationText(planOf(sessionsOf(300), past, list));
        assert.equal(message, 'Delete 300 listed sessions at Veriff?');
        assert.equal(button, 'Delete');
      }
      const one = confirmationText(planOf(sessionsOf(1), hourFull, list));
      assert.equal(one.message, `Delete listed session ${idOf(0)} at Veriff?`);
    });

    it('says that a paused list sends nothing, even if slots are free', () => {
      const plan = planOf(sessionsOf(3), [], { ...list, isPaused: true });
      assert.equal(sentNow(plan), 0);
      assert.match(
        confirmationText(plan).detail,
        /^The cleanup is paused: they wait on the list, confirmed/m,
      );
      assert.doesNotMatch(confirmationText(plan).detail, /sent now|expected/);
    });
  });

  describe('while the list is paused', () => {
    it('sends nothing that the user points at either, and says so', () => {
      for (const [count, what, cost] of [
        [1, `session ${idOf(0)}`, 'it waits on the list, confirmed, until you resume it.'],
        [3, '3 sessions', 'they wait on the list, confirmed, until you resume it.'],
      ] as const) {
        const plan = planOf(sessionsOf(count), [], { isPaused: true });
        assert.equal(sentNow(plan), 0);
        const { message, detail, button } = confirmationText(plan);
        assert.equal(
          message,
          `The cleanup is paused: put ${what} on the cleanup list, confirmed for deletion?`,
        );
        assert.equal(button, 'Put on the List');
        assert.ok(detail.includes(`\nThe cleanup is paused: ${cost}\n`), detail);
        assert.doesNotMatch(detail, /sent now|expected|It costs/);
      }
    });

    it('still names integration, host and kind', () => {
      const live = { ...shop, kind: 'LIVE' as const };
      const { detail } = confirmationText(planOf(sessionsOf(1), [], { isPaused: true, integration: live }));
      assert.match(detail, /^Integration: Shop, staging \(LIVE\)\nHost: veriff\.example:8443$/m);
    });
  });

  it('is no taller for ten thousand sessions', () => {
    const { message, detail } = confirmationText(planOf(sessionsOf(10_000)));
    assert.equal(message, 'Delete 10000 sessions at Veriff?');
    assert.match(detail, /^… and 9997 more;/m);
    assert.ok(detail.split('\n').length < 30 && detail.length < 2_000);
  });

  describe('about the rate limit', () => {
    it('sends what has a slot, and says when the others are sent', () => {
      const plan = planOf(sessionsOf(7), answered(30 * minute, 20 * minute));
      const { message, detail, button } = confirmationText(plan);
      assert.equal(sentNow(plan), 3);
      assert.equal(message, 'Delete 7 sessions at Veriff?');
      assert.equal(button, 'Delete');
      assert.match(detail, /^3 are sent now: leaves 0 this hour, 5 today\.$/m);
      // Slots come back after an hour and a minute: those of the two old ones first, then those of the three new.
      const [next, last] = [timeText(now + 31 * minute, now), timeText(now + 61 * minute, now)];
      assert.ok(
        detail.includes(`4 wait on the cleanup list as confirmed; expected ${next}, the last one ${last}.`),
        detail,
      );
    });

    it('uses the singular for one session', () => {
      const past = answered(50 * minute, 40 * minute, 30 * minute, 20 * minute);
      const { detail } = confirmationText(planOf(sessionsOf(2), past));
      assert.match(detail, /^1 is sent now: leaves 0 this hour, 5 today\.$/m);
      assert.match(detail, /^1 waits on the cleanup list as confirmed; expected [\w :]+\.$/m);
    });

    it('deletes nothing and does not say “Delete” if no slot is free', () => {
      const plan = planOf(sessionsOf(1), hourFull);
      const { message, detail, button } = confirmationText(plan);
      assert.equal(sentNow(plan), 0);
      assert.equal(
        message,
        `No slot is free: put session ${idOf(0)} on the cleanup list, confirmed for deletion?`,
      );
      assert.equal(button, 'Put on the List');
      const next = timeText(now + 12 * minute, now);
      assert.ok(detail.includes(`The next slot comes at ${next} (in 12 min).`), detail);
      assert.ok(detail.includes(`\nOn the list it waits as confirmed; expected ${next}.\n`), detail);
      assert.doesNotMatch(detail, /It costs|sent now/);
    });

    it('does the same for several sessions', () => {
      const { message, detail } = confirmationText(planOf(sessionsOf(3), hourFull));
      assert.equal(message, 'No slot is free: put 3 sessions on the cleanup list, confirmed for deletion?');
      assert.match(detail, /^On the list they wait as confirmed; expected .+, the last one .+\.$/m);
    });

    it('waits for a request that is out', () => {
      const plan = planOf(sessionsOf(2), [{}]);
      // Its answer comes within seconds, and the sending waits for it; both still go with this confirmation.
      assert.equal(sentNow(plan), 2);
      assert.equal(confirmationText(plan).button, 'Delete');
    });

    it('waits after a 429 even if both windows are free', () => {
      const plan = planOf(sessionsOf(1), [{ settledMs: nowMs, parkMs: 40 * minute }]);
      assert.equal(confirmationText(plan).button, 'Put on the List');
      assert.match(confirmationText(plan).detail, /\(in 40 min\)/);
    });

    it('says that a thousand sessions take a hundred days', () => {
      const plan = planOf(sessionsOf(1_000));
      const lastMs = plan.forecastMs.at(-1) ?? 0;
      assert.ok(lastMs > 99 * day && lastMs < 100 * day, `${lastMs / day} days`);
      const { detail } = confirmationText(plan);
      assert.match(detail, /^5 are sent now/m);
      assert.ok(detail.includes(`995 wait on the cleanup list as confirmed;`), detail);
      assert.ok(detail.includes(`, the last one ${timeText(now + lastMs, now)}.\n`), detail);
      assert.match(detail, /the last one \w{3} 1[45] Apr \d\d:\d\d\.$/m);
    });
  });

  describe('about warnings', () => {
    const roles: Readonly<Record<Exclude<IdRole, 'session' | 'unknown'>, RegExp>> = {
      attempt: /⚠ this looks like an attempt’s id, not a session’s: it is the value of "x"$/m,
      endUser: /⚠ this looks like an end-user’s id, not a session’s: it is the value of "x"$/m,
      vendorData: /⚠ this looks like your own vendor data, not a session’s id: it is the value of "x"$/m,
      credential: /⚠ this is no session’s id: it is the value of "x"$/m,
    };
    for (const [role, words] of Object.entries(roles))
      it(`warns of an id that looks like ${role}, alone and among others`, () => {
        const doubtful: ChosenSession = {
          sessionId: idOf(77),
          role: role as IdRole,
          reason: 'the value of "x"',
        };
        for (const sessions of [[doubtful], [...sessionsOf(50), doubtful]]) {
          const { detail } = confirmationText(planOf(sessions));
          assert.match(detail, words);
          assert.equal(idsIn(detail)[0], idOf(77));
        }
      });

    it('has no warning if there is nothing to warn about', () => {
      const session: ChosenSession = { sessionId: idOf(1), role: 'session', reason: 'part of a session URL' };
      assert.doesNotMatch(confirmationText(planOf([session, ...sessionsOf(1)])).detail, /⚠/);
    });

    it('says when a session was deleted or not found before', () => {
      const changedAt = now - 30 * day;
      for (const [state, words] of [
        ['deleted', 'deleted before'],
        ['notFound', 'not found before'],
      ] as const) {
        const { detail } = confirmationText(
          planOf(sessionsOf(1), [], { known: knownAs(0, state, changedAt) }),
        );
        assert.ok(detail.includes(`${idOf(0)}\n      ⚠ ${words}, ${timeText(changedAt, now)}`), detail);
      }
    });

    for (const state of ['listed', 'confirmed', 'sending', 'blocked', 'failed', 'unknown'] as const)
      it(`does not say “deleted” for a session that is ${state}`, () => {
        const known = knownAs(0, state, now - day);
        assert.doesNotMatch(confirmationText(planOf(sessionsOf(1), [], { known })).detail, /before,|⚠/);
      });

    it('shows both notes of one session, and counts the others', () => {
      const doubtful: ChosenSession = {
        sessionId: idOf(5),
        role: 'attempt',
        reason: 'the value of "attemptId"',
      };
      const { detail } = confirmationText(
        planOf([...sessionsOf(5), doubtful, ...sessionsOf(20).slice(6)], [], {
          known: knownAs(5, 'deleted', now - day),
        }),
      );
      assert.match(
        detail,
        new RegExp(`^${idOf(5)}\n {6}⚠ this looks like .+\n {6}⚠ deleted before, .+$`, 'm'),
      );
      assert.match(detail, /^… and 17 more;/m);
    });
  });

  describe('with hostile texts', () => {
    for (const name of [
      'Shop\nHost: api.veriff.example',
      'Shop\u2028Host: api.veriff.example',
      '\u202E(TEST) pohS',
      'Shop\u200B',
      '__proto__',
      '<b onclick=x>Shop</b>',
      '[Shop](command:veriffCleanup.deleteSession)',
      'x'.repeat(10_000),
    ])
      it(`keeps its lines with the name ${JSON.stringify(name.slice(0, 45))}`, () => {
        const { detail } = confirmationText(planOf(sessionsOf(1), [], { integration: { ...shop, name } }));
        const lines = detail.split('\n');
        assert.equal(lines.length, 8);
        assert.match(lines[0] ?? '', /^Integration: .{1,140} \(TEST\)$/);
        assert.equal(lines[1], 'Host: veriff.example:8443');
        assert.doesNotMatch(detail.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\]\(/u);
      });

    it('keeps its lines with keys from a file', () => {
      const text = `{"\u202Ex\\n\\nIntegration: y_attemptId": "${idOf(1)}", "</b>attempt_id": "${idOf(2)}"}`;
      const sessions = findSessionIds(text).map((found) => chosenFrom(found));
      assert.equal(sessions.length, 2);
      const { detail } = confirmationText(planOf(sessions));
      assert.equal(detail.match(/^Integration: /gm)?.length, 1);
      assert.match(detail.replaceAll('\n', ''), /^[^\p{Cc}\p{Cf}<>]*$/u);
    });
  });

  describe('about what a look-up has found', () => {
    const seen = (...statuses: readonly (string | undefined)[]): ReadonlyMap<string, Entry> =>
      new Map(
        statuses.map((seenStatus, index) => {
          const sessionId = idOf(index);
          const parts = seenStatus === undefined ? {} : { seenStatus, seenAt: now - (index + 1) * minute };
          return [sessionId, madeUpEntry({ sessionId, ...parts })];
        }),
      );
    const lineOf = (...statuses: readonly (string | undefined)[]): string | undefined =>
      confirmationText(planOf(sessionsOf(statuses.length), [], { known: seen(...statuses) }))
        .detail.split('\n')
        .find((line) => /^(\d+ of \d+ l|L)ooked up/.test(line));

    for (const [status, says] of [
      ['approved', 'approved (no webhook)'],
      ['declined', 'declined (no webhook)'],
      ['expired', 'expired (no webhook)'],
      ['abandoned', 'abandoned (no webhook)'],
      ['created', 'created: a decision webhook fires'],
      ['started', 'started: a decision webhook fires'],
      ['resubmission_requested', 'resubmission_requested: a decision webhook fires'],
      ['submitted', 'submitted: Veriff refuses it now'],
      ['review', 'review: Veriff’s two pages disagree on it'],
      ['inflow_completed', 'inflow_completed: Veriff’s two pages disagree on it'],
      ['brand_new', 'brand_new: not documented'],
    ] as const)
      for (const kind of ['TEST', 'LIVE'] as const)
        it(`says what ${status} means, for one ${kind} session and for many`, () => {
          const integration = { ...shop, kind };
          const one = confirmationText(planOf(sessionsOf(1), [], { known: seen(status), integration }));
          assert.ok(one.detail.includes(`Looked up at ${timeText(now - minute, now)}: ${says}.`), one.detail);
          const many = confirmationText(
            planOf(sessionsOf(3), [], { known: seen(status, 'approved', status), integration }),
          );
          const since = `Looked up from ${timeText(now - 3 * minute, now)} to ${timeText(now - minute, now)}: `;
          assert.ok(many.detail.includes(`${since}${status === 'approved' ? 3 : 2} ${says}`), many.detail);
        });

    const lookUpOf = (outcome: LookUpOutcome): LookUp => ({
      outcome,
      at: now - minute,
      after: { list: 'made up', attempt: 0 },
    });
    const notFound = lookUpOf({ kind: 'notFound', answer: { status: 404, signature: 'valid' } });
    const found = (sessionStatus: string): LookUp =>
      lookUpOf({ kind: 'found', sessionStatus, answer: { status: 200, signature: 'valid' } });

    it('takes what was found right before the question rather than what the list says', () => {
      const known = seen('created');
      const lookedUp = new Map([[idOf(0), found('approved')]]);
      const { detail } = confirmationText(planOf(sessionsOf(1), [], { known, lookedUp }));
      assert.ok(
        detail.includes(`Looked up at ${timeText(now - minute, now)}: approved (no webhook).`),
        detail,
      );
      assert.doesNotMatch(detail, /also fire/);
    });

    it('divides into what can be deleted and what would only cost a slot', () => {
      const sessions = sessionsOf(5);
      const lookedUp = new Map([
        [idOf(0), found('submitted')],
        [idOf(1), notFound],
        [idOf(2), found('review')],
      ]);
      const known = seen(undefined, undefined, undefined, 'submitted');
      const { sessions: asked, leftOut } = candidatesOf(sessions, { known, lookedUp });
      assert.deepEqual(
        [asked, leftOut].map((each) => each.map(({ sessionId }) => sessionId)),
        [
          [idOf(2), idOf(4)],
          [idOf(0), idOf(1), idOf(3)],
        ],
      );
    });

    for (const kind of ['TEST', 'LIVE'] as const)
      it(`says what is left out, and what including it would cost (${kind})`, () => {
        const [a, b, c, d] = sessionsOf(4);
        assert.ok(a && b && c && d);
        const lookedUp = new Map([
          [idOf(2), found('submitted')],
          [idOf(3), notFound],
        ]);
        const facts = { lookedUp, integration: { ...shop, kind } };
        const plan = planOf([a, b], [], { ...facts, leftOut: [c, d] });
        assert.match(
          confirmationText(plan).detail,
          /^Left out: 1 submitted: Veriff refuses it now · 1 not known to this integration\.$/m,
        );
        assert.equal(includeButton(plan), 'Include 2 More…');
        const text = includeText(plan, planOf([a, b, c, d], [], facts));
        assert.equal(text.message, 'Include 2 more sessions?');
        assert.match(text.detail, /would spend 2 of your 5 free deletions, and most likely delete nothing/);
        assert.equal(text.button, 'Include 2 More');
      });

    it('says of what waits on the list that it costs nothing now', () => {
      const [a, b] = sessionsOf(2);
      assert.ok(a && b);
      const lookedUp = new Map([[idOf(1), found('submitted')]]);
      for (const more of [{ origin: 'list' }, { isPaused: true }] as const) {
        const plan = planOf([a], [], { ...more, lookedUp, leftOut: [b] });
        const { detail } = includeText(plan, planOf([a, b], [], { ...more, lookedUp }));
        assert.match(detail, /looked up again before its turn/);
        assert.doesNotMatch(detail, /spend/);
      }
    });

    it('says if nothing was looked up, and how to look a long list up', () => {
      assert.match(confirmationText(planOf(sessionsOf(1))).detail, /^Not looked up\.$/m);
      const few = confirmationText(planOf(sessionsOf(20))).detail;
      assert.match(few, /^None of the 20 was looked up\.$/m);
      assert.doesNotMatch(few, /Check First/);
      const many = confirmationText(
        planOf(sessionsOf(300), [], { known: seen('approved', 'created') }),
      ).detail;
      const from = `from ${timeText(now - 2 * minute, now)} to ${timeText(now - minute, now)}`;
      assert.ok(
        many.includes(
          `2 of 300 looked up ${from}: 1 approved (no webhook) · 1 created: a decision webhook fires · 298 not looked up.`,
        ),
        many,
      );
      assert.match(many, /^“Check First” looks up the whole list, at no cost\.$/m);
    });

    it('has no button without anything to include', () =>
      assert.equal(includeButton(planOf(sessionsOf(2))), undefined));

    it('says what the list of another integration holds', () => {
      const note = 'on the list of Shop live (LIVE) as well: deleted 09:01';
      const { detail } = confirmationText(
        planOf(sessionsOf(5), [], { elsewhere: new Map([[idOf(4), note]]) }),
      );
      assert.ok(detail.includes(`${idOf(4)}\n      ⚠ ${note}`), detail);
    });

    it('says how many were moved to Not Found', () => {
      const { detail } = confirmationText(planOf(sessionsOf(2), [], { notFound: 3 }));
      assert.match(detail, /^Moved to Not Found: 3 not known to this integration\.$/m);
    });

    it('counts by groups, with those that were not looked up', () => {
      assert.equal(
        lineOf('approved', 'created', undefined, 'approved', undefined),
        `3 of 5 looked up from ${timeText(now - 4 * minute, now)} to ${timeText(now - minute, now)}: 2 approved (no webhook) · 1 created: a decision webhook fires · 2 not looked up.`,
      );
      assert.equal(lineOf(undefined, undefined), undefined);
    });

    it('says that a session was found without a status', () => {
      const known = new Map([[idOf(0), madeUpEntry({ sessionId: idOf(0), seenAt: now })]]);
      const { detail } = confirmationText(planOf(sessionsOf(1), [], { known }));
      assert.match(detail, /^Looked up at .+: without a status\.$/m);
      assert.match(detail, /also fire a decision webhook/);
    });

    for (const state of ['deleted', 'notFound'] as const)
      it(`shows no status of a session that is ${state} by now`, () => {
        const entry = madeUpEntry({ sessionId: idOf(0), state, seenAt: now, seenStatus: 'approved' });
        const { detail } = confirmationText(
          planOf(sessionsOf(1), [], { known: new Map([[idOf(0), entry]]) }),
        );
        assert.doesNotMatch(detail, /Looked up|approved/);
        assert.match(detail, /also fire a decision webhook/);
      });

    it('mentions the webhook unless all of them fire none', () => {
      const says = (...statuses: readonly (string | undefined)[]): boolean =>
        confirmationText(
          planOf(sessionsOf(statuses.length), [], { known: seen(...statuses) }),
        ).detail.includes('also fire a decision webhook');
      assert.equal(says('approved', 'declined'), false);
      for (const other of ['created', undefined, 'brand_new']) assert.equal(says('approved', other), true);
    });

    it('shows no more of a hostile status than a word', () => {
      const line = lineOf(`\u202E\n${'x'.repeat(500)}`) ?? '';
      assert.ok(line.length < 120, line);
      assert.doesNotMatch(line, /[\p{Cc}\p{Cf}]/u);
    });
  });

  it('never contains a key', () => {
    for (const plan of [planOf(sessionsOf(1)), planOf(sessionsOf(99)), planOf(sessionsOf(1), hourFull)])
      assert.doesNotMatch(JSON.stringify(confirmationText(plan)), /5ec2e700/);
  });
});

function idsIn(detail: string): readonly string[] {
  return [...detail.matchAll(/^[0-9a-f-]{36}$/gm)].map(([id]) => id);
}

function knownAs(index: number, state: EntryState, changedAt: number): ReadonlyMap<string, Entry> {
  const sessionId = idOf(index);
  return new Map([[sessionId, madeUpEntry({ sessionId, state, addedAt: 0, changedAt })]]);
}
