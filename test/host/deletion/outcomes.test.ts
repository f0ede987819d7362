import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import type { EntryState } from '../../../src/cleanup/list/entry.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { answerTimeoutMs } from '../../../src/veriff/client.ts';
import {
  sandboxFaults,
  type SandboxFault,
  type SandboxFaultName,
} from '../../support/sandbox/sandboxFaults.ts';
import { eventually } from '../../support/process/eventually.ts';
import { watchTimers, type TimerWatch } from '../../support/cleanup/timerWatch.ts';

/** The expected state of an entry, and the texts of the one message. */
interface Expectation {
  readonly state: EntryState;
  readonly says: RegExp;
  readonly offers?: string;
  /** The request does not end by itself: its time has to run out, for the DELETE and for the look-up after it. */
  readonly isHeld?: true;
}

const failed = { state: 'failed', says: /Not deleted: Veriff does not accept this id/ } as const;
const blocked = { state: 'blocked', says: /Not deleted: the session is not in a completed status/ } as const;
const limited = { state: 'confirmed', says: /Not deleted: Veriff’s rate limit is reached \(429\)/ } as const;
const deleted = { state: 'deleted', says: /Deleted\. It is gone/ } as const;
const refused = (says: RegExp) => ({ state: 'confirmed', says, offers: 'Edit Integration…' }) as const;
const keyMissing = refused(/Veriff got no API key \(401\)/);
const keyRefused = refused(/does not accept the API key \(401\)\. Check the API key and the base URL/);
const signatureRefused = refused(/rejects the signature \(401\)\. Check the shared secret key/);
const unknown = (reason: string) =>
  ({ state: 'unknown', says: new RegExp(`It is not known whether it was deleted: ${reason}`) }) as const;
const held = { ...unknown('no complete answer came within 30 s'), isHeld: true } as const;
const mismatch = unknown('the signature of the answer is wrong');
const lost = unknown('the connection was lost');
const unreadable = unknown('the answer cannot be read');
const tooLong = unknown('the answer was longer than 64 KiB');

const expectations: Readonly<Record<SandboxFaultName, Expectation>> = {
  '400/1001': failed,
  '400/1002': failed,
  '400/1104': failed,
  '400/1305': blocked,
  '400/1306': { state: 'blocked', says: /Not deleted: the end-user is in the flow just now/ },
  '401/1101': keyMissing,
  '401/1801': keyMissing,
  '401/1802': keyRefused,
  '401/1803': keyRefused,
  '401/1804': keyRefused,
  '401/1812': signatureRefused,
  '401/1813': signatureRefused,
  '401/1814': signatureRefused,
  '401/1815': signatureRefused,
  '401/1818': signatureRefused,
  '401/1819': signatureRefused,
  '404/1101': { state: 'notFound', says: /Not found: Veriff does not know it for this integration/ },
  '429/1004': limited,
  '500/1101': unknown('Veriff had an error of its own'),
  'retry-after-seconds': limited,
  'retry-after-date': limited,
  'retry-after-nonsense': limited,
  'retry-after-huge': limited,
  'status-text-400': blocked,
  'plain-403': {
    state: 'confirmed',
    says: /Not deleted: Veriff refuses access \(403\)/,
    offers: 'Copy Text for Veriff',
  },
  'signature-missing': { state: 'deleted', says: /The answer was unsigned/ },
  'signature-wrong': mismatch,
  'signature-doubled': mismatch,
  'signature-of-another-body': mismatch,
  'signature-of-another-key': mismatch,
  'signature-upper-case': deleted,
  'headers-vrf': deleted,
  'headers-both': mismatch,
  'another-id': unknown('the answer names another session'),
  'html-200': unreadable,
  'html-404': unknown('the answer is none that Veriff documents'),
  'empty-200': unreadable,
  'status-204': mismatch,
  'status-999': unknown('the answer is none that Veriff documents'),
  // A false answer with Veriff's own signature cannot be recognised.
  'keeps-and-answers-200': deleted,
  'body-truncated': lost,
  // The look-up's 404 is cut short as well, and has Veriff's signature nevertheless: that is believed.
  'json-truncated': { ...unreadable, state: 'notFound' },
  'body-dripping': held,
  'body-endless': tooLong,
  'gzip-bomb': tooLong,
  'brotli-bomb': tooLong,
  'not-utf-8': unreadable,
  'byte-order-mark': deleted,
  'json-proto': unreadable,
  'json-array': unreadable,
  'json-number': unreadable,
  'json-null': unreadable,
  'json-deep': unreadable,
  'continue-then-answer': deleted,
  'early-hints-then-answer': deleted,
  'continue-only': held,
  'switching-protocols': held,
  'never-answers': held,
  'reset-before-headers': lost,
  'reset-in-headers': lost,
  'reset-after-headers': lost,
  'reset-in-body': lost,
  'deletes-and-never-answers': held,
  'deletes-and-answers-500': unknown('Veriff had an error of its own'),
};

describe('the outcome of a deletion', () => {
  let timers: TimerWatch;
  let workshop: HostWorkshop;
  let first: string;
  let second: string;

  beforeEach(async () => {
    timers = watchTimers(__filename);
    workshop = await HostWorkshop.open();
    [first, second] = [workshop.sessionId(0), workshop.sessionId(2)];
    person.agrees();
  });
  afterEach(async () => {
    await closeWorkshops();
    timers.stop();
  });

  it('is one DELETE, one entry, one line in the log and one message', async () => {
    await workshop.run('deleteSession', first);
    assert.deepEqual(
      workshop.sandbox.requests().map(({ method, path, status }) => [method, path, status]),
      [['DELETE', `/v1/sessions/${first}`, 200]],
    );
    assert.ok(!exists(first));
    assert.equal(workshop.entry(first)?.state, 'deleted');
    const [line = '', ...others] = person.log.filter((text) => text.includes(first));
    assert.deepEqual(others, []);
    assert.match(
      line.replace(first, 'ID'),
      /^info: deleted · ID · Shop \(TEST\) · HTTP 200 · signature valid · \d+ ms · rate limit 1\/5 used/,
    );
    assertOneMessage(
      'info',
      /Deleted\. It is gone .*Rate limit: 4 left this hour, 9 today; next slot now\.$/,
    );
  });

  for (const fault of sandboxFaults) {
    const expected: Expectation =
      typeof fault === 'string' ? expectations[fault] : unknown('the server answered with a redirect');
    it(`is “${expected.state}” for ${name(fault)}`, async () => {
      workshop.sandbox.misbehave(fault);
      const run = workshop.run('deleteSession', first);
      if (expected.isHeld) await letTimeRunOut(2);
      await run;

      const entry = workshop.entry(first);
      assert.equal(entry?.state, expected.state);
      if (fault !== 'keeps-and-answers-200')
        assert.ok(entry.state !== 'deleted' || !exists(first), 'said deleted, and it is there');
      assert.equal(workshop.deletions().length, 1);
      const looked = workshop.sandbox.requests().filter(({ method }) => method === 'GET');
      const isDoubtful = /^(?:It is not known|Not found|Not deleted: Veriff refuses)/.test(
        expected.says.source,
      );
      assert.equal(looked.length, isDoubtful ? 1 : 0, 'look-ups');
      const shown = assertOneMessage(undefined, expected.says);
      assert.ok(shown.text.startsWith(`${first}: `), shown.text);
      if (expected.offers !== undefined)
        assert.ok(shown.choices.includes(expected.offers), shown.choices.join());
      assert.ok(
        person.log.some((line) => line.includes(`· ${first} ·`)),
        'it is not in the log',
      );
    });
  }

  describe('without a believable answer, but with an answer to the look-up', () => {
    const faults: readonly SandboxFault[] = [
      '500/1101',
      'deletes-and-answers-500',
      'signature-wrong',
      { kind: 'signature-wrong', deletes: false },
      'body-truncated',
      { kind: 'body-truncated', deletes: false },
      'reset-before-headers',
      { kind: 'reset-before-headers', deletes: true },
      'never-answers',
      'deletes-and-never-answers',
      'another-id',
      { kind: 'html-404', deletes: true },
    ];
    for (const fault of faults) {
      it(`follows the look-up: ${name(fault)}`, async () => {
        // If it is found, the runner would send it again at once if there were a second slot.
        workshop.inDatabase((database) =>
          new Switches(database).setLimits(workshop.integration.id, [{ count: 1, windowMs: 3_600_000 }]),
        );
        workshop.sandbox.misbehave(fault);
        person.onLogLine = (line) => {
          // After the DELETE, before the look-up.
          if (line.includes('unknown')) workshop.sandbox.misbehave(undefined);
        };
        const run = workshop.run('deleteSession', [first]);
        if (name(fault).includes('never-answers')) await letTimeRunOut(1);
        await run;
        assert.equal(workshop.deletions().length, 1);
        assert.equal(workshop.entry(first)?.state, exists(first) ? 'confirmed' : 'notFound');
        assertOneMessage(
          undefined,
          exists(first)
            ? /A look-up says that the session still exists \(approved\): it was not deleted/
            : /A look-up does not find the session any more/,
        );
      });
    }
  });

  it('is sent again by the runner if a look-up has found it, and waits if that happens again', async () => {
    workshop.sandbox.misbehave({ kind: 'signature-wrong', deletes: false });
    person.onLogLine = (line) => {
      // Look-ups are answered; deletions get no believable answer.
      if (line.includes('unknown')) workshop.sandbox.misbehave(undefined);
      if (line.includes('look-up: found'))
        workshop.sandbox.misbehave({ kind: 'signature-wrong', deletes: false });
    };
    await workshop.run('deleteSession', [first]);
    await eventually('it was sent twice', () => workshop.deletions().length === 2);
    await eventually('it was looked up twice', () => workshop.entry(first)?.state === 'blocked');
    assert.equal(workshop.entry(first)?.reason, 'noAnswer');
    assert.equal(workshop.deletions().length, 2);
  });

  for (const [fault, state, says] of [
    ['plain-403', 'confirmed', /forbids it \(403\), but answers look-ups: deletion is probably not enabled/],
    ['404/1101', 'listed', /\(404\), but a look-up finds it \(approved\): deletion is probably not enabled/],
  ] as const)
    it(`stops the integration if a look-up finds the session after ${fault}`, async () => {
      workshop.sandbox.misbehave(fault);
      // After the DELETE, before the look-up.
      person.onLogLine = () => workshop.sandbox.misbehave(undefined);
      await workshop.run('deleteSession', [first, second]);
      assert.equal(workshop.deletions().length, 1);
      assert.equal(workshop.entry(first)?.state, state);
      const shown = assertOneMessage('error', says);
      assert.ok(shown.choices.includes('Copy Text for Veriff'), shown.choices.join());
      workshop.inDatabase((database) =>
        assert.equal(new Switches(database).stopOf(workshop.integration.id), 'notEnabled'),
      );
      assert.equal(workshop.entry(second)?.state, 'confirmed');
    });

  const stopping: readonly (readonly [SandboxFault, RegExp])[] = [
    ['401/1818', /Check the shared secret key/],
    ['401/1803', /Check the API key/],
    ['plain-403', /refuses access \(403\)/],
    ['429/1004', /\(429\)/],
    ['retry-after-seconds', /\(429\)/],
  ];
  for (const [fault, says] of stopping) {
    it(`stops after one request for ${name(fault)}, and keeps everything on the list`, async () => {
      workshop.sandbox.misbehave(fault);
      await workshop.run('deleteSession', [first, second]);
      assert.equal(workshop.deletions().length, 1);
      assert.deepEqual(
        [workshop.entry(first)?.state, workshop.entry(second)?.state],
        ['confirmed', 'confirmed'],
      );
      const { text } = assertOneMessage(undefined, says);
      assert.match(text, /2 sessions wait on the cleanup list, confirmed/);
    });
  }

  it('continues with the next one if only this one could not be deleted', async () => {
    // Submitted, in the flow, deletable.
    const ids = [workshop.sessionId(3), workshop.sessionId(4), first];
    await workshop.run('deleteSession', ids);
    assert.deepEqual(
      ids.map((id) => [workshop.entry(id)?.state, workshop.entry(id)?.reason]),
      [
        ['blocked', 'notCompleted'],
        ['blocked', 'inProgress'],
        ['deleted', undefined],
      ],
    );
    assertOneMessage('warning', /^2 not deleted, 1 deleted\. [0-9a-f-]{36}: Not deleted: /);
  });

  it('parks the integration after a 429 for as long as Veriff asks', async () => {
    workshop.sandbox.misbehave('retry-after-seconds');
    await workshop.run('deleteSession', first);
    workshop.sandbox.misbehave(undefined);
    await workshop.run('deleteSession', second);
    assert.ok(person.dialogs[1]?.text.startsWith('No slot is free'), person.dialogs[1]?.text);
    assert.deepEqual(person.dialogs[1]?.choices, ['Show Plan', 'Put on the List']);
    assert.equal(workshop.deletions().length, 1);
  });

  it('is a 401 with its next step if the stored secret is wrong', async () => {
    await workshop.close();
    workshop = await HostWorkshop.open({
      integration: { sharedSecretKeys: ['00000000-0000-4000-8000-00000000dead'] },
    });
    person.agrees();
    await workshop.run('deleteSession', [first, second]);
    assert.deepEqual(
      workshop.sandbox.requests().map(({ method, status }) => [method, status]),
      [['DELETE', 401]],
    );
    assert.deepEqual(
      [workshop.entry(first)?.state, workshop.entry(second)?.state],
      ['confirmed', 'confirmed'],
    );
    const { choices } = assertOneMessage(
      'error',
      /rejects the signature \(401\)\. Check the shared secret key/,
    );
    assert.equal(choices[0], 'Edit Integration…');
  });

  it('is “not sent”, without using quota, if no server is listening', async () => {
    await workshop.sandbox.close();
    await workshop.run('deleteSession', first);
    assert.equal(workshop.entry(first)?.state, 'confirmed');
    assertOneMessage('error', /Nothing was sent: no connection could be made.*5 left this hour, 10 today/);
  });

  /** Lets the timeouts of this many requests expire, each one after it was sent. */
  async function letTimeRunOut(requests: number): Promise<void> {
    for (let count = 1; count <= requests; count += 1) {
      await eventually(`request ${count}`, () => workshop.sandbox.requests().length >= count);
      await eventually(`the timer of request ${count}`, () => timers.fire(answerTimeoutMs) > 0);
    }
  }

  function exists(id: string): boolean {
    return workshop.sandbox.sessions().some((session) => session.id === id);
  }
});

function assertOneMessage(kind: 'info' | 'warning' | 'error' | undefined, says: RegExp) {
  const [message, ...others] = person.messages;
  assert.deepEqual(others, []);
  assert.ok(message !== undefined, 'nothing was said');
  if (kind !== undefined) assert.equal(message.kind, kind);
  assert.match(message.text, says);
  assert.equal(message.choices.at(-1), 'Show Log');
  return message;
}

function name(fault: SandboxFault): string {
  return typeof fault === 'string' ? fault : Object.values(fault).slice(0, 2).join(' ');
}
