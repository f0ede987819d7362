import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop, type HostWorkshopOptions } from '../../support/window/hostWorkshop.ts';
import { setLookUpFirst } from '../../support/window/lookUpFirst.ts';
import { eventually } from '../../support/process/eventually.ts';
import { startFaultySandbox, type FaultySandbox } from '../../support/sandbox/faultySandbox.ts';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import type { SandboxStatus } from '../../../src/sandbox/sandbox.ts';

const stranger = '0d0d0d0d-0000-4000-8000-000000000001';

describe('looking first', () => {
  before(() => setLookUpFirst(true));
  after(() => setLookUpFirst(false));
  afterEach(closeWorkshops);

  const idOf = (workshop: HostWorkshop, status: SandboxStatus, index = 0): string =>
    workshop.sandbox.sessions().filter((session) => session.status === status)[index]?.id ?? '';
  const lookUps = (workshop: HostWorkshop): number =>
    workshop.sandbox.requests().filter(({ method }) => method === 'GET').length;
  const waits = (): Promise<undefined> => new Promise(() => undefined);
  /** A user who lets the look-ups end, and answers modal questions with this. */
  function answersWith(answer: (choices: readonly string[], text: string) => string | undefined): void {
    person.answer = ({ kind, isModal, choices, text }) => {
      if (isModal) return answer(choices, text);
      return kind === 'pick' ? waits() : undefined;
    };
  }
  const agrees = (): void => answersWith((choices) => choices.at(-1));
  const open = (options: HostWorkshopOptions = {}): Promise<HostWorkshop> => HostWorkshop.open(options);

  for (const [status, says] of [
    ['approved', 'approved (no webhook)'],
    ['declined', 'declined (no webhook)'],
    ['created', 'created: a decision webhook fires'],
    ['started', 'started: a decision webhook fires'],
    ['resubmission_requested', 'resubmission_requested: a decision webhook fires'],
    ['review', 'review: Veriff’s two pages disagree on it'],
  ] as const)
    it(`says in the question that a session is ${status}`, async () => {
      const workshop = await open();
      agrees();
      await workshop.run('deleteSession', idOf(workshop, status));
      const { detail = '' } = person.dialogs[0] ?? {};
      assert.match(detail, /^Looked up at /m);
      assert.ok(detail.includes(`: ${says}.`), detail);
      assert.equal(lookUps(workshop), 1);
      assert.equal(workshop.deletions().length, 1);
    });

  it('keeps what it found for the list, so that a lost answer can be told from a session that was never there', async () => {
    const workshop = await open();
    const id = idOf(workshop, 'approved');
    person.answer = ({ kind, isModal, choices }) => {
      if (isModal) workshop.sandbox.misbehave({ kind: 'reset-before-headers', deletes: true });
      if (isModal) return choices.at(-1);
      return kind === 'pick' ? waits() : undefined;
    };
    await workshop.run('deleteSession', id);
    assert.equal(workshop.entry(id)?.seenStatus, 'approved');
    workshop.sandbox.misbehave(undefined);
    workshop.inDatabase((database) =>
      database.run('UPDATE list_entries SET wait_until_ms = 0 WHERE wait_until_ms > 0'),
    );
    workshop.secrets.touch();
    await eventually('it counts as deleted', () => workshop.entry(id)?.state === 'deleted');
  });

  it('asks nothing about a session that Veriff would refuse or does not know, unless the user wants to be asked', async () => {
    const workshop = await open();
    agrees();
    for (const [id, says] of [
      [idOf(workshop, 'submitted'), /submitted: Veriff refuses it now\..* Try again after/],
      [stranger, /not known to this integration\. What is not known: it was deleted before/],
    ] as const) {
      person.shown.length = 0;
      await workshop.run('deleteSession', id);
      assert.deepEqual(person.dialogs, []);
      assert.match(person.messages[0]?.text ?? '', says);
      assert.equal(person.messages[0]?.choices[0], 'Ask Anyway…');
    }
    assert.deepEqual([workshop.deletions().length, workshop.entryCount()], [0, 0]);
    person.answer = ({ kind, isModal, choices }) => {
      if (kind === 'pick') return waits();
      return isModal ? choices.at(-1) : choices.find((choice) => choice === 'Ask Anyway…');
    };
    await workshop.run('deleteSession', stranger);
    await eventually('it is sent all the same', () => workshop.deletions().length === 1);
    assert.match(person.dialogs[0]?.detail ?? '', /not known to this integration/);
  });

  it('leaves out what would cost a slot for nothing, and includes it after a second question', async () => {
    const workshop = await open({ integration: { kind: 'LIVE' } });
    const ids = [
      idOf(workshop, 'approved'),
      idOf(workshop, 'submitted'),
      idOf(workshop, 'declined'),
      stranger,
    ];
    const typed: string[] = [];
    person.answer = ({ kind, isModal, choices, text, detail }) => {
      if (kind === 'pick') return waits();
      if (kind === 'input') {
        typed.push(detail);
        return /type (\d+)/.exec(detail)?.[1];
      }
      if (!isModal) return undefined;
      if (text.startsWith('Include')) return choices.at(-1);
      return choices.find((choice) => choice.startsWith('Include')) ?? choices.at(-1);
    };
    await workshop.run('deleteSession', ids);
    const [first, include, second] = person.dialogs;
    assert.equal(first?.text, 'Delete 2 sessions at Veriff?');
    assert.deepEqual(first.choices, ['Show Plan', 'Include 2 More…', 'Delete']);
    assert.match(
      first.detail,
      /^Left out: 1 submitted: Veriff refuses it now · 1 not known to this integration\.$/m,
    );
    assert.equal(include?.text, 'Include 2 more sessions?');
    assert.match(include.detail, /would spend 2 of your 5 free deletions/);
    assert.equal(second?.text, 'Delete 4 sessions at Veriff?');
    assert.doesNotMatch(second.detail, /Left out/);
    assert.match(typed[0] ?? '', /type 4 to delete 4 LIVE sessions/);
    assert.equal(workshop.deletions().length, 4);
  });

  it('names, types and sends only what is not left out', async () => {
    const workshop = await open({ integration: { kind: 'LIVE' } });
    const ids = [idOf(workshop, 'approved'), idOf(workshop, 'submitted'), idOf(workshop, 'declined')];
    person.answer = ({ kind, isModal, choices, detail }) => {
      if (kind === 'pick') return waits();
      return kind === 'input' ? /type (\d+)/.exec(detail)?.[1] : isModal ? choices.at(-1) : undefined;
    };
    await workshop.run('deleteSession', ids);
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      [ids[0], ids[2]],
    );
    assert.equal(workshop.entry(ids[1] ?? ''), undefined);
  });

  it('returns to the question if the user does not include the others after all', async () => {
    const workshop = await open();
    const ids = [idOf(workshop, 'approved'), idOf(workshop, 'submitted')];
    let times = 0;
    answersWith((choices, text) => {
      times += 1;
      if (text.startsWith('Include')) return undefined;
      return times === 1 ? choices[1] : undefined;
    });
    await workshop.run('deleteSession', ids);
    assert.deepEqual(
      person.dialogs.map(({ text }) => text.split(' ').slice(0, 2).join(' ')),
      ['Delete session', 'Include 1', 'Delete session'],
    );
    assert.deepEqual(workshop.deletions(), []);
  });

  it('asks without statuses after Skip, and ends after Escape', async () => {
    const workshop = await open({ sandbox: { latencyMs: 3000 } });
    const id = idOf(workshop, 'approved');
    person.answer = ({ kind }) => (kind === 'pick' ? 'Skip' : undefined);
    await workshop.run('deleteSession', id);
    assert.equal(person.dialogs.length, 1);
    assert.doesNotMatch(person.dialogs[0]?.detail ?? '', /Looked up/);
    person.shown.length = 0;
    person.answer = () => undefined;
    await workshop.run('deleteSession', id);
    assert.deepEqual(
      person.shown.map(({ kind, text }) => [kind, text]),
      [['pick', 'Looking up 1 session · Shop (TEST)']],
    );
    assert.deepEqual([workshop.deletions().length, workshop.entryCount()], [0, 0]);
  });

  it('asks after five seconds if no answer comes', async () => {
    const workshop = await open();
    workshop.sandbox.misbehave('never-answers');
    answersWith(() => undefined);
    const startedMs = performance.now();
    await workshop.run('deleteSession', idOf(workshop, 'approved'));
    assert.ok(performance.now() - startedMs >= 4900);
    assert.doesNotMatch(person.dialogs[0]?.detail ?? '', /Looked up/);
  });

  for (const fault of ['plain-403', '429/1004', 'signature-wrong', '500/1101', 'html-404'] as const)
    it(`asks about a session that is not looked up if the answer is ${fault}`, async () => {
      const workshop = await open();
      workshop.sandbox.misbehave(fault);
      answersWith(() => undefined);
      const ids = [idOf(workshop, 'approved'), idOf(workshop, 'submitted')];
      await workshop.run('deleteSession', ids);
      assert.equal(person.dialogs[0]?.text, 'Delete 2 sessions at Veriff?');
      assert.doesNotMatch(person.dialogs[0].detail, /Looked up|Left out/);
      assert.match(person.dialogs[0].detail, /also fire a decision webhook/);
    });

  it('asks nothing if the credentials are refused, and offers to edit them', async () => {
    const workshop = await open({
      integration: { sharedSecretKeys: ['00000000-0000-4000-8000-00000000dead'] },
    });
    agrees();
    await workshop.run('deleteSession', idOf(workshop, 'approved'));
    assert.deepEqual(person.dialogs, []);
    const [message, ...more] = person.messages.filter(({ kind }) => kind === 'error');
    assert.match(message?.text ?? '', /rejects the signature \(401\)/);
    assert.equal(message?.choices[0], 'Edit Integration…');
    assert.deepEqual([more.length, workshop.deletions().length, workshop.entryCount()], [0, 0, 0]);
  });

  it('uses an answer of the last minute again, but not across a deletion', async () => {
    const workshop = await open();
    const [id, other] = [idOf(workshop, 'approved'), idOf(workshop, 'declined')];
    answersWith(() => undefined);
    await workshop.run('deleteSession', id);
    await workshop.run('deleteSession', id);
    assert.equal(lookUps(workshop), 1);
    agrees();
    await workshop.run('deleteSession', other);
    await workshop.run('deleteSession', id);
    assert.equal(lookUps(workshop), 3);
    assert.equal(workshop.deletions().length, 2);
  });

  it('looks nothing up for more than twenty sessions', async () => {
    const workshop = await open();
    answersWith(() => undefined);
    await workshop.run(
      'deleteSession',
      workshop.sandbox
        .sessions()
        .map(({ id }) => id)
        .join(' '),
    );
    assert.equal(person.dialogs[0]?.text, 'Delete 24 sessions at Veriff?');
    assert.equal(lookUps(workshop), 0);
  });

  it('moves listed sessions that are not known, asks for the others, and confirms only those', async () => {
    const workshop = await open();
    const [approved, submitted] = [idOf(workshop, 'approved'), idOf(workshop, 'submitted')];
    await workshop.run('addToList', [approved, submitted, stranger]);
    person.shown.length = 0;
    answersWith((choices) => choices.at(-1));
    await workshop.run('startCleanup');
    const [dialog] = person.dialogs;
    assert.equal(dialog?.text, `Delete listed session ${approved} at Veriff?`);
    assert.match(dialog.detail, /^Moved to Not Found: 1 not known to this integration\.$/m);
    assert.match(dialog.detail, /^Left out: 1 submitted: Veriff refuses it now\.$/m);
    await eventually('it is deleted', () => workshop.entry(approved)?.state === 'deleted');
    assert.deepEqual(
      [submitted, stranger].map((id) => workshop.entry(id)?.state),
      ['listed', 'notFound'],
    );
  });

  it('does not ask about a list that Veriff would refuse, unless the user wants to be asked', async () => {
    const workshop = await open();
    const submitted = idOf(workshop, 'submitted');
    await workshop.run('addToList', [submitted, stranger]);
    person.shown.length = 0;
    person.answer = ({ kind, isModal, choices }) => {
      if (kind === 'pick') return waits();
      return isModal ? choices.at(-1) : choices.find((choice) => choice === 'Ask Anyway…');
    };
    await workshop.run('startCleanup');
    const [message] = person.messages;
    assert.match(message?.text ?? '', /submitted: Veriff refuses it now\. Moved to Not Found: 1 not known/);
    await eventually('it is sent all the same', () => workshop.deletions().length === 1);
    assert.equal(person.dialogs[0]?.text, `Delete listed session ${submitted} at Veriff?`);
    await eventually('it waits', () => workshop.entry(submitted)?.state === 'blocked');
  });

  it('tells the user if what a button of a message does fails', async () => {
    const workshop = await open();
    person.answer = ({ kind, choices }) => {
      if (kind === 'pick') return waits();
      if (!choices.includes('Ask Anyway…')) return undefined;
      for (const end of ['', '-wal', '-shm']) rmSync(workshop.databasePath + end, { force: true });
      return 'Ask Anyway…';
    };
    await workshop.run('deleteSession', stranger);
    await eventually('it is told', () =>
      person.messages.some(({ kind, text }) => kind === 'error' && text.includes('cannot be used')),
    );
    assert.deepEqual(workshop.deletions(), []);
  });

  it('says that the list of another integration holds the session too', async () => {
    const workshop = await open();
    const id = idOf(workshop, 'approved');
    const other = await anotherSandbox();
    try {
      const second = await workshop.addIntegration({ name: 'Shop live', kind: 'LIVE', ...other.account });
      workshop.confirm([id], second);
      await workshop.switchTo(workshop.integration);
      answersWith(() => undefined);
      await workshop.run('deleteSession', id);
      assert.match(
        person.dialogs[0]?.detail ?? '',
        /⚠ on the list of Shop live \(LIVE\) as well: (confirmed|notFound|sending)/,
      );
    } finally {
      await other.sandbox.close();
    }
  });
});

async function anotherSandbox(): Promise<{
  readonly sandbox: FaultySandbox;
  readonly account: { baseUrl: string; apiKey: string; sharedSecretKeys: readonly [string] };
}> {
  const sandbox = await startFaultySandbox();
  const { baseUrl, apiKey, sharedSecretKey } = sandbox;
  return { sandbox, account: { baseUrl, apiKey, sharedSecretKeys: [sharedSecretKey] } };
}
