import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { isOwnerAlive, thisProcess } from '../../../src/cleanup/attempts/owner.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { answerTimeoutMs } from '../../../src/veriff/client.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { watchTimers, type TimerWatch } from '../../support/cleanup/timerWatch.ts';

describe('the confirmation', () => {
  let timers: TimerWatch;

  beforeEach(() => {
    timers = watchTimers(__filename);
  });
  afterEach(async () => {
    await closeWorkshops();
    timers.stop();
  });

  it('names the session, integration, host, kind, consequences and cost', async () => {
    const workshop = await HostWorkshop.open({ integration: { name: 'Shop, staging', kind: 'LIVE' } });
    const id = workshop.sessionId(0);
    await workshop.run('deleteSession', id);
    const [dialog] = person.dialogs;
    assert.equal(dialog?.kind, 'warning');
    assert.equal(dialog.text, `Delete session ${id} at Veriff?`);
    for (const part of [
      'Integration: Shop, staging (LIVE)',
      `Host: ${new URL(workshop.sandbox.baseUrl).host}`,
      'cannot be undone',
      '12 hours',
      'decision webhook',
      'leaves 4 this hour, 9 today',
    ])
      assert.ok(dialog.detail.includes(part), `${part} is not in:\n${dialog.detail}`);
    assert.deepEqual(dialog.choices, ['Show Plan', 'Delete']);
  });

  it('sends nothing and does not change the list if it is cancelled', async () => {
    const workshop = await HostWorkshop.open();
    const [waiting, other] = [workshop.sessionId(0), workshop.sessionId(1)];
    putOnList(workshop, [waiting]);
    const before = workshop.entry(waiting);
    await workshop.run('deleteSession', [waiting, other]);
    assert.equal(person.dialogs.length, 1);
    assert.deepEqual(workshop.sandbox.requests(), []);
    assert.deepEqual(workshop.entry(waiting), before);
    assert.equal(workshop.entry(other), undefined);
    assert.deepEqual(person.messages, []);
  });

  it('shows the first of many sessions, and all of them in a plan, without sending anything', async () => {
    const workshop = await HostWorkshop.open();
    const ids = workshop.sandbox.sessions().map(({ id }) => id);
    person.answer = ({ choices }) => choices.find((choice) => choice === 'Show Plan');
    await workshop.run('deleteSession', ids);
    assert.equal(person.dialogs[0]?.text, `Delete ${ids.length} sessions at Veriff?`);
    const plan = vscode.window.activeTextEditor?.document;
    assert.equal(plan?.uri.scheme, 'veriff-cleanup-plan');
    // VS Code updates a plan that is open already a moment later.
    for (const id of ids) await eventually(`${id} in the plan`, () => plan.getText().includes(id));
    assert.match(plan.getText(), /^Plan: delete 24 sessions at Veriff$/m);
    assert.match(person.messages.at(-1)?.text ?? '', /Nothing was confirmed/);
    assert.deepEqual(workshop.sandbox.requests(), []);
    assert.equal(workshop.entryCount(), 0);
  });

  it('sends what has a slot, keeps the rest on the list, and says so before and after', async () => {
    const workshop = await HostWorkshop.open();
    const ids = deletable(workshop.sandbox).slice(0, 7);
    person.agrees();
    await workshop.run('deleteSession', ids);
    assert.match(person.dialogs[0]?.detail ?? '', /^5 .*now: leaves 0 this hour, 5 today\.$/m);
    assert.match(person.dialogs[0]?.detail ?? '', /^2 wait on the cleanup list as confirmed/m);
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      ids.slice(0, 5),
    );
    assert.deepEqual(states(workshop, ids), [...Array<string>(5).fill('deleted'), 'confirmed', 'confirmed']);
    assert.match(person.messages[0]?.text ?? '', /^5 deleted.*2 sessions wait on the cleanup list/);
  });

  it('offers to put the session on the list if no slot is free, and sends nothing', async () => {
    const workshop = await HostWorkshop.open();
    const ids = deletable(workshop.sandbox).slice(0, 6);
    const [last] = ids.splice(5);
    assert.ok(last !== undefined);
    person.agrees();
    await workshop.run('deleteSession', ids);
    person.shown.length = 0;
    await workshop.run('deleteSession', last);
    const [dialog] = person.dialogs;
    assert.ok(dialog !== undefined, 'nothing was asked');
    assert.ok(
      dialog.text.startsWith(`No slot is free: put session ${last} on the cleanup list`),
      dialog.text,
    );
    assert.deepEqual(dialog.choices, ['Show Plan', 'Put on the List']);
    assert.equal(workshop.entry(last)?.state, 'confirmed');
    assert.equal(workshop.deletions().length, 5);
    assert.match(
      person.messages[0]?.text ?? '',
      /^Nothing was sent yet\. One session waits on the cleanup list/,
    );
  });

  describe('with the focused button', () => {
    it('deletes nothing, confirms nothing and puts nothing on the list, in any form of the dialog', async () => {
      for (const kind of ['TEST', 'LIVE'] as const) {
        const workshop = await HostWorkshop.open({ integration: { kind } });
        const ids = deletable(workshop.sandbox);
        person.pressesEnter();
        await workshop.run('deleteSession', ids[0]);
        await workshop.run('deleteSession', ids.slice(0, 2));
        await workshop.run('addToList', ids.slice(2, 4));
        await workshop.run('startCleanup');
        await workshop.run('pauseCleanup');
        await workshop.run('deleteSession', ids[0]);
        workshop.inDatabase((database) => new Switches(database).resume());
        person.answer = ({ detail }) => (detail.startsWith('How many') ? '5' : '1 min');
        await workshop.run('recordElsewhere');
        person.pressesEnter();
        await workshop.run('deleteSession', ids[0]);
        assert.deepEqual(
          person.dialogs.map(({ choices }) => choices),
          [
            ['Show Plan', 'Delete'],
            ['Show Plan', 'Delete'],
            ['Show Plan', 'Delete'],
            ['Show Plan', 'Put on the List'],
            ['Show Plan', 'Put on the List'],
          ],
        );
        assert.deepEqual(states(workshop, ids.slice(0, 4)), [undefined, undefined, 'listed', 'listed']);
        assert.deepEqual(workshop.deletions(), []);
        await workshop.close();
      }
    });
  });

  describe('with LIVE sessions', () => {
    const live = { integration: { kind: 'LIVE' as const } };

    it('asks the user to type their number if there are more than one', async () => {
      const workshop = await HostWorkshop.open(live);
      const ids = deletable(workshop.sandbox).slice(0, 2);
      for (const typed of ['', '1', '22', 'two', 'yes', undefined]) {
        person.answer = ({ kind }) => (kind === 'input' ? typed : 'Delete');
        await workshop.run('deleteSession', ids);
      }
      assert.equal(person.refusals.length, 5);
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.equal(workshop.entryCount(), 0);

      person.answer = ({ kind }) => (kind === 'input' ? ' 2 ' : 'Delete');
      await workshop.run('deleteSession', ids);
      assert.equal(workshop.deletions().length, 2);
      assert.deepEqual(states(workshop, ids), ['deleted', 'deleted']);
    });

    it('asks for no number for one', async () => {
      const workshop = await HostWorkshop.open(live);
      const id = workshop.sessionId(0);
      person.agrees();
      await workshop.run('deleteSession', id);
      assert.ok(!person.shown.some(({ kind }) => kind === 'input'));
      assert.equal(workshop.entry(id)?.state, 'deleted');
    });

    it('asks for no number if the user did not agree', async () => {
      const workshop = await HostWorkshop.open(live);
      await workshop.run('deleteSession', deletable(workshop.sandbox).slice(0, 2));
      assert.equal(person.shown.length, 1);
    });
  });

  describe('that is open while something changes', () => {
    const changes: readonly (readonly [string, (workshop: HostWorkshop) => Promise<unknown>])[] = [
      ['the integration is removed', (workshop) => workshop.removeIntegration()],
      ['the base URL changes', (workshop) => workshop.changeIntegration({ baseUrl: 'http://127.0.0.1:9' })],
      ['the API key changes', (workshop) => workshop.changeIntegration({ apiKey: otherKey })],
      ['TEST becomes LIVE', (workshop) => workshop.changeIntegration({ kind: 'LIVE' })],
      [
        'the integration is removed and added again as it was',
        async (workshop) => {
          await workshop.removeIntegration();
          await workshop.addIntegration();
        },
      ],
      [
        'the base URL changes, and changes back',
        async (workshop) => {
          const { id, ...draft } = await workshop.changeIntegration({ baseUrl: 'http://127.0.0.1:9' });
          await workshop.inStore((store) =>
            store.change(id, { ...draft, baseUrl: workshop.integration.baseUrl }),
          );
        },
      ],
    ];
    for (const [what, change] of changes) {
      it(`sends nothing if ${what}`, async () => {
        const workshop = await HostWorkshop.open();
        const id = workshop.sessionId(0);
        person.answer = async ({ isModal }) => {
          if (!isModal) return undefined;
          await change(workshop);
          return 'Delete';
        };
        await workshop.run('deleteSession', id);
        assert.deepEqual(workshop.sandbox.requests(), []);
        assert.equal(workshop.entryCount(), 0);
        assert.match(
          person.messages[0]?.text ?? '',
          /^Nothing was deleted: the integration was changed or removed while the question was open/,
        );
      });
    }

    const harmless: readonly (readonly [string, (workshop: HostWorkshop) => Promise<unknown>])[] = [
      ['its name changes', (workshop) => workshop.changeIntegration({ name: 'Another shop' })],
      [
        'a shared secret key is added',
        (workshop) =>
          workshop.changeIntegration({
            sharedSecretKeys: [...workshop.integration.sharedSecretKeys, otherKey],
          }),
      ],
      [
        'another one is current by then',
        (workshop) => workshop.addIntegration({ apiKey: otherKey, baseUrl: 'http://127.0.0.1:9' }),
      ],
    ];
    for (const [what, change] of harmless)
      it(`sends to the integration that it named, even if ${what}`, async () => {
        const workshop = await HostWorkshop.open();
        const id = workshop.sessionId(0);
        person.answer = async ({ isModal }) => {
          if (!isModal) return undefined;
          await change(workshop);
          return 'Delete';
        };
        await workshop.run('deleteSession', id);
        assert.equal(workshop.entry(id)?.state, 'deleted');
        assert.equal(workshop.deletions().length, 1);
      });

    it('sends nothing if the secrets can no longer be read', async () => {
      const workshop = await HostWorkshop.open();
      person.answer = ({ isModal }) => {
        if (!isModal) return undefined;
        workshop.secrets.values.set(slotKey(1), 'garbage');
        return 'Delete';
      };
      await workshop.run('deleteSession', workshop.sessionId(0));
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.equal(workshop.attemptCount(), 0);
      assert.match(
        person.messages[0]?.text ?? '',
        /^The stored integrations cannot be read: nothing was sent/,
      );
    });

    it('deletes once if the user agrees to two dialogs about the same session', async () => {
      const workshop = await HostWorkshop.open({ sandbox: { latencyMs: 20 } });
      const id = workshop.sessionId(0);
      const agreed = Promise.withResolvers<string>();
      person.answer = ({ isModal }) => (isModal ? agreed.promise : undefined);
      const both = [workshop.run('deleteSession', id), workshop.run('deleteSession', id)];
      await eventually('both dialogs', () => person.dialogs.length === 2);
      agreed.resolve('Delete');
      await Promise.all(both);
      assert.equal(workshop.sandbox.requests().filter(({ deleted }) => deleted).length, 1);
      assert.equal(workshop.deletions().length, 1);
      assert.equal(workshop.entry(id)?.state, 'deleted');
      assert.ok(
        person.messages.some(({ text }) => text.startsWith(`${id}: deleted (sent by another window).`)),
        JSON.stringify(person.messages),
      );
    });
  });

  describe('and a cancellation after it', () => {
    it('sends nothing if the progress is cancelled before its work begins', async () => {
      const workshop = await HostWorkshop.open();
      const ids = deletable(workshop.sandbox).slice(0, 2);
      person.agrees();
      person.onProgress = (progress) => progress.cancel();
      await workshop.run('deleteSession', ids);
      assertTakenBack(workshop, ids);
    });

    it('ends the consents of sessions that wait for another request', async () => {
      const workshop = await HostWorkshop.open();
      const [first = '', second = '', third = ''] = deletable(workshop.sandbox);
      putOnList(workshop, [third]);
      workshop.sandbox.misbehave('never-answers');
      const agreed = Promise.withResolvers<string>();
      person.answer = ({ isModal, text }) =>
        isModal ? (text.includes(first) ? 'Delete' : agreed.promise) : undefined;
      // Both are planned while every slot is free, and only then is the first request sent.
      const late = workshop.run('deleteSession', [second, third]);
      await eventually('the second dialog', () => person.dialogs.length === 1);
      const early = workshop.run('deleteSession', first);
      await eventually('the first request', () => workshop.deletions().length === 1);
      agreed.resolve('Delete');
      await eventually('the second wait', () => person.progress.length === 2);
      person.progress[1]?.cancel();
      await late;
      // Both stay on the list; the third one's older consent was replaced by the one that was cancelled.
      assert.deepEqual(states(workshop, [second, third]), ['listed', 'listed']);
      assert.deepEqual(
        workshop.sandbox.requests().map(({ sessionId }) => sessionId),
        [first],
      );
      assert.match(person.messages[0]?.text ?? '', /^Cancelled: nothing was sent/);

      workshop.sandbox.misbehave(undefined);
      timers.fire(answerTimeoutMs);
      await early;
      assert.equal(workshop.entry(first)?.state, 'confirmed');
    });

    it('does not say “not deleted” if the request was sent, and ends the consents of the others', async () => {
      const workshop = await HostWorkshop.open();
      const [first = '', second = ''] = deletable(workshop.sandbox);
      workshop.sandbox.misbehave('deletes-and-never-answers');
      person.agrees();
      const run = workshop.run('deleteSession', [first, second]);
      await eventually('the request', () => workshop.deletions().length === 1);
      workshop.sandbox.misbehave(undefined);
      person.progress[0]?.cancel();
      await run;
      // The look-up after the unanswered request finds it gone.
      assert.equal(workshop.entry(first)?.state, 'notFound');
      assert.equal(workshop.entry(second)?.state, 'listed');
      assert.equal(workshop.deletions().length, 1);
      const text = person.messages[0]?.text ?? '';
      assert.match(
        text,
        /It is not known whether it was deleted: it was cancelled after the request had left/,
      );
      assert.match(text, /A look-up does not find the session any more/);
      assert.match(text, /What had not left was taken back/);
    });
  });
});

/** Sessions that the sandbox deletes without errors. */
function deletable(sandbox: Sandbox): string[] {
  return sandbox
    .sessions()
    .filter(
      ({ status, inFlow }) => !inFlow && ['approved', 'declined', 'created', 'expired'].includes(status),
    )
    .map(({ id }) => id);
}

function states(workshop: HostWorkshop, ids: readonly string[]): (string | undefined)[] {
  return ids.map((id) => workshop.entry(id)?.state);
}

/** Adds confirmed entries of a stopped integration, so that the runner sends none of them. */
function putOnList(workshop: HostWorkshop, ids: readonly string[]): void {
  workshop.inDatabase((database) => {
    const switches = new Switches(database);
    switches.setStop(workshop.integration.id, 'forbidden');
    // Otherwise the window would announce that the list resumes.
    switches.mayAnnounce(thisProcess, isOwnerAlive);
  });
  workshop.confirm(ids);
  assert.deepEqual(
    states(workshop, ids),
    ids.map(() => 'confirmed'),
  );
}

function assertTakenBack(workshop: HostWorkshop, ids: readonly string[]): void {
  assert.deepEqual(workshop.sandbox.requests(), []);
  assert.deepEqual(
    states(workshop, ids),
    ids.map(() => 'listed'),
  );
  assert.equal(workshop.attemptCount(), 0);
  assert.deepEqual(
    person.messages.map(({ kind, text }) => [kind, text]),
    [['info', 'Cancelled: nothing was sent, nothing was deleted, no quota was spent.']],
  );
}

const otherKey = '00000000-0000-4000-8000-0000000000d2';
