import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { removeIntegration } from '../../../src/editor/integrations/integrationCommands.ts';
import { answerTimeoutMs } from '../../../src/veriff/client.ts';
import { sampleSessions, type SandboxSession } from '../../../src/sandbox/sandbox.ts';
import { eventually } from '../../support/process/eventually.ts';
import { rowsOf } from '../../support/window/listAtWindow.ts';
import { watchTimers, type TimerWatch } from '../../support/cleanup/timerWatch.ts';

/** All of them can be deleted, so that any that is sent by mistake is deleted. */
const sessions: readonly SandboxSession[] = sampleSessions()
  .filter(({ status, inFlow }) => status === 'approved' && !inFlow)
  .slice(0, 6);
const [first = '', second = '', third = '', fourth = '', last = ''] = sessions.map(({ id }) => id);

describe('a deletion that is taken back', () => {
  let timers: TimerWatch;

  beforeEach(() => {
    timers = watchTimers(__filename);
  });
  afterEach(async () => {
    await closeWorkshops();
    timers.stop();
  });

  const open = (latencyMs = 0): Promise<HostWorkshop> =>
    HostWorkshop.open({ sandbox: { sessions, latencyMs } });

  const sent = (workshop: HostWorkshop): readonly (string | undefined)[] =>
    workshop.deletions().map(({ sessionId }) => sessionId);

  const exists = (workshop: HostWorkshop, id: string): boolean =>
    workshop.sandbox.sessions().some((session) => session.id === id);

  function assertTakenBack(workshop: HostWorkshop, ids: readonly string[]): void {
    for (const id of ids) {
      const entry = workshop.entry(id);
      assert.deepEqual([entry?.state, entry?.confirmedAt], ['listed', undefined]);
      assert.ok(exists(workshop, id), 'it was deleted');
    }
  }

  describe('by Cancel', () => {
    it('before anything was sent is not sent later', async () => {
      const workshop = await open();
      person.agrees();
      person.onProgress = (progress) => progress.cancel();
      await workshop.run('deleteSession', [first, second]);
      person.onProgress = () => undefined;
      assertTakenBack(workshop, [first, second]);
      await workshop.goOn(last);
      assert.deepEqual(sent(workshop), [last]);
      assertTakenBack(workshop, [first, second]);
    });

    it('while the credentials are read for the request is not sent, then or later', async () => {
      const workshop = await open();
      const read = Promise.withResolvers<undefined>();
      let isReading = false;
      person.answer = ({ isModal, choices }) => {
        if (!isModal) return undefined;
        // The next read is the one for the request.
        workshop.secrets.beforeRead = (key) => {
          if (key !== slotKey(1)) return undefined;
          isReading = true;
          return read.promise;
        };
        return choices.at(-1);
      };
      const run = workshop.run('deleteSession', first);
      await eventually('the credentials are read', () => isReading);
      person.progress[0]?.cancel();
      // Checked before the window continues: the consent is over in any case.
      assertTakenBack(workshop, [first]);
      workshop.secrets.beforeRead = () => undefined;
      read.resolve(undefined);
      await run;
      await workshop.goOn(last);
      assert.deepEqual(sent(workshop), [last]);
      assertTakenBack(workshop, [first]);
    });

    it('while the request is out ends the consent, even if the server does nothing and does not answer', async () => {
      const workshop = await open();
      workshop.sandbox.misbehave('never-answers');
      person.agrees();
      const run = workshop.run('deleteSession', [first, second]);
      await eventually('the request', () => workshop.deletions().length === 1);
      person.progress[0]?.cancel();
      assert.equal(workshop.entry(first)?.confirmedAt, undefined, 'at the moment of Cancel');
      await eventually('the look-up', () => workshop.sandbox.requests().length === 2);
      await eventually('its end', () => timers.fire(answerTimeoutMs) > 0);
      await run;
      assert.deepEqual(
        [workshop.entry(first)?.state, workshop.entry(first)?.confirmedAt, workshop.entry(second)?.state],
        ['unknown', undefined, 'listed'],
      );
      assert.match(person.messages[0]?.text ?? '', /What had not left was taken back\./);

      workshop.sandbox.misbehave(undefined);
      await workshop.goOn(last);
      await eventually('it is looked up', () => workshop.entry(first)?.state !== 'unknown');
      assert.deepEqual(sent(workshop), [first, last]);
      assertTakenBack(workshop, [first, second]);
    });

    it('during the look-up after the request ends the consent as well', async () => {
      const workshop = await open();
      workshop.sandbox.misbehave('500/1101');
      person.onLogLine = (line) => {
        if (line.includes('unknown')) workshop.sandbox.misbehave('never-answers');
      };
      person.agrees();
      const run = workshop.run('deleteSession', first);
      await eventually('the look-up', () => workshop.sandbox.requests().length === 2);
      person.progress[0]?.cancel();
      await run;
      assert.deepEqual(
        [workshop.entry(first)?.state, workshop.entry(first)?.confirmedAt],
        ['unknown', undefined],
      );
      workshop.sandbox.misbehave(undefined);
      await workshop.goOn(last);
      await eventually('it is looked up', () => workshop.entry(first)?.state !== 'unknown');
      assert.deepEqual(sent(workshop), [first, last]);
      assertTakenBack(workshop, [first]);
    });

    it('cannot undo what the server has done, and says what a look-up found', async () => {
      const workshop = await open(300);
      person.agrees();
      const run = workshop.run('deleteSession', [first, second]);
      await eventually('the request', () => workshop.deletions().length === 1);
      person.progress[0]?.cancel();
      await run;
      assert.equal(exists(workshop, first), false);
      assert.deepEqual(workshop.entry(second)?.state, 'listed');
      assert.equal(workshop.entry(first)?.state, 'notFound');
      assert.match(person.messages[0]?.text ?? '', /A look-up does not find the session any more/);
      assert.deepEqual(sent(workshop), [first]);
    });

    it('ends only its own consent, and removes nothing', async () => {
      const workshop = await open();
      workshop.inDatabase((database) => new Switches(database).setStop(workshop.integration.id, 'forbidden'));
      workshop.confirm([third]);
      person.agrees();
      person.onProgress = (progress) => progress.cancel();
      await workshop.run('deleteSession', [first]);
      assert.deepEqual([workshop.entry(third)?.state, workshop.entry(first)?.state], ['confirmed', 'listed']);
    });
  });

  describe('by another window', () => {
    /** Confirms five with the real command and waits until the first request is out. */
    async function draining(): Promise<HostWorkshop> {
      const workshop = await open(250);
      await workshop.run('addToList', [first, second, third, fourth]);
      person.agrees();
      await workshop.run('startCleanup');
      await eventually('the first is out', () => workshop.deletions().length === 1);
      return workshop;
    }

    it('that removes the integration while a request is out: no other is sent, and the answer is shown', async () => {
      const workshop = await draining();
      const other = workshop.openWindow();
      person.answer = ({ kind, isModal }) => (kind === 'pick' ? 'Shop' : isModal ? 'Remove' : undefined);
      await removeIntegration(other);
      assert.deepEqual(
        [...workshop.secrets.values.keys()].filter((key) => key === slotKey(1)),
        [],
      );
      assert.deepEqual(sent(workshop), [first]);
      await eventually('its answer is written down', () => workshop.entry(first)?.state === 'deleted');
      await eventually('it is in the log', () =>
        person.log.some((line) => line.includes(`deleted · ${first} · Shop (TEST) · HTTP 200`)),
      );
      assert.deepEqual(
        [second, third, fourth].map((id) => [workshop.entry(id)?.state, workshop.entry(id)?.confirmedAt]),
        Array(3).fill(['listed', undefined]),
      );
      const again = await workshop.addIntegration();
      workshop.confirm([last], again);
      workshop.secrets.touch();
      await eventually('the last one is sent', () => workshop.entry(last, again)?.state === 'deleted');
      assert.deepEqual(sent(workshop), [first, last]);
      assert.equal(workshop.deletions().length, 2);
    });

    it('that puts the others on hold while a request is out', async () => {
      const workshop = await draining();
      const others = rowsOf(workshop).filter(({ entry }) => entry.sessionId !== first);
      workshop.inDatabase((database) =>
        new CleanupList(database).hold(
          others.map(({ entry }) => entry),
          undefined,
          Date.now(),
        ),
      );
      await workshop.goOn(last);
      assert.deepEqual(sent(workshop), [first, last]);
    });

    it('that pauses while a request is out: neither the list nor a deletion by hand is sent', async () => {
      const workshop = await draining();
      workshop.inDatabase((database) => new Switches(database).pause());
      person.agrees();
      await workshop.run('deleteSession', last);
      assert.match(person.dialogs.at(-1)?.text ?? '', /^The cleanup is paused: put session /);
      await eventually('the answer', () => workshop.entry(first)?.state === 'deleted');
      assert.deepEqual(sent(workshop), [first]);
      assert.equal(workshop.entry(last)?.state, 'confirmed');
    });

    it('that pauses after the user agreed to a deletion by hand', async () => {
      const workshop = await open();
      person.answer = ({ isModal, choices }) => {
        if (!isModal) return undefined;
        workshop.inDatabase((database) => new Switches(database).pause());
        return choices.at(-1);
      };
      await workshop.run('deleteSession', first);
      assert.deepEqual(workshop.sandbox.requests(), []);
      assert.equal(workshop.entry(first)?.state, 'confirmed');
      assert.match(
        person.messages[0]?.text ?? '',
        /One session waits .*The cleanup is paused: resume it to go on/,
      );
    });
  });
});
