import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop, type HostWorkshopOptions } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import { EntryGroups } from '../../../src/cleanup/list/entryGroups.ts';
import { Switches } from '../../../src/cleanup/attempts/switches.ts';
import { keyHashOf } from '../../../src/cleanup/integrations/integration.ts';
import { slotKey } from '../../../src/cleanup/integrations/secretKeys.ts';
import type { EntryRef } from '../../../src/cleanup/list/entry.ts';
import { parseSessionId, type SessionId } from '../../../src/veriff/sessionId.ts';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { ListAtWindow } from '../../support/window/listAtWindow.ts';

const settled = ['approved', 'declined', 'expired', 'abandoned'];

describe('Delete Listed Sessions…', () => {
  afterEach(closeWorkshops);

  it('asks once, and then sends as many as there are slots', async () => {
    const { workshop, ids } = await withListed(7);
    person.agrees();
    await workshop.run('startCleanup');
    assert.equal(person.dialogs.length, 1);
    assert.equal(person.dialogs[0]?.text, 'Delete 7 listed sessions at Veriff?');
    assert.match(person.dialogs[0].detail, /^5 are sent now: leaves 0 this hour, 5 today\.$/m);
    assert.match(person.dialogs[0].detail, /^2 wait on the cleanup list as confirmed; expected /m);
    await arrived(workshop, 5);
    await eventually('the fifth is done', () => workshop.entry(ids[4] ?? '')?.state === 'deleted');
    assert.deepEqual(
      ids.map((id) => workshop.entry(id)?.state),
      [...Array<string>(5).fill('deleted'), 'confirmed', 'confirmed'],
    );
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      ids.slice(0, 5),
    );
    assert.match(
      person.messages.at(-1)?.text ?? '',
      /^7 sessions are confirmed and are sent as the rate limit/,
    );
    for (const id of ids.slice(0, 5))
      assert.ok(
        person.log.some((line) => line.includes(`deleted · ${id}`)),
        `${id} is not in the log`,
      );
    // Each line shows the rate limit after its own request.
    const used = person.log.flatMap((line) =>
      line.includes('deleted · ') ? [/(\d)\/5 used/.exec(line)?.[1]] : [],
    );
    assert.deepEqual(used, ['1', '2', '3', '4', '5']);
  });

  it('sends nothing if the user does not agree', async () => {
    const { workshop, ids } = await withListed(3);
    await workshop.run('startCleanup');
    assert.equal(person.dialogs.length, 1);
    assert.deepEqual(workshop.sandbox.requests(), []);
    assert.deepEqual(statesOf(workshop, ids), ['listed', 'listed', 'listed']);
  });

  it('asks only for the checked ones', async () => {
    const { workshop, ids } = await withListed(3);
    inList(workshop, (list) => list.setChecked([refOf(workshop, ids[1])], false));
    person.agrees();
    await workshop.run('startCleanup');
    await arrived(workshop, 2);
    await eventually('both are done', () => workshop.entry(ids[2] ?? '')?.state === 'deleted');
    assert.deepEqual(statesOf(workshop, ids), ['deleted', 'listed', 'deleted']);
  });

  it('says so if nothing is listed or checked', async () => {
    const { workshop, ids } = await withListed(1);
    inList(workshop, (list) => list.setChecked([refOf(workshop, ids[0])], false));
    await workshop.run('startCleanup');
    assert.match(person.messages.at(-1)?.text ?? '', /none of the 1 listed sessions .* is checked/);
    inList(workshop, (list) => list.remove([refOf(workshop, ids[0])], 1));
    await workshop.run('startCleanup');
    assert.match(person.messages.at(-1)?.text ?? '', /no session of Shop \(TEST\) is listed/);
    assert.deepEqual(person.dialogs, []);
  });

  it('asks the user to type the number of several LIVE sessions', async () => {
    const { workshop, ids } = await withListed(2, { integration: { kind: 'LIVE' } });
    person.answer = ({ isModal, choices, kind }) =>
      isModal ? choices.at(-1) : kind === 'input' ? '3' : undefined;
    await workshop.run('startCleanup');
    assert.deepEqual(person.refusals, [{ typed: '3', reason: 'Type 2, or press Escape.' }]);
    assert.deepEqual(statesOf(workshop, ids), ['listed', 'listed']);
    person.answer = ({ isModal, choices, kind }) =>
      isModal ? choices.at(-1) : kind === 'input' ? '2' : undefined;
    await workshop.run('startCleanup');
    await arrived(workshop, 2);
  });

  it('confirms nothing if the integration was changed while the dialog was open', async () => {
    const { workshop, ids } = await withListed(2);
    let changed = workshop.integration;
    person.answer = async ({ isModal, choices }) => {
      if (isModal) changed = await workshop.changeIntegration({ kind: 'LIVE' });
      return isModal ? choices.at(-1) : undefined;
    };
    await workshop.run('startCleanup');
    assert.match(person.messages.at(-1)?.text ?? '', /^Nothing was confirmed: the integration was changed/);
    // They were moved to the changed integration.
    assert.deepEqual(
      ids.map((id) => workshop.entry(id, changed)?.state),
      ['listed', 'listed'],
    );
    assert.deepEqual(workshop.sandbox.requests(), []);
  });

  it('does not confirm entries that were removed while the dialog was open', async () => {
    const { workshop, ids } = await withListed(2);
    person.answer = ({ isModal, choices }) => {
      if (isModal) inList(workshop, (list) => list.remove([refOf(workshop, ids[0])], 1));
      return isModal ? choices.at(-1) : undefined;
    };
    await workshop.run('startCleanup');
    await arrived(workshop, 1);
    await eventually('the other is done', () => workshop.entry(ids[1] ?? '')?.state === 'deleted');
    assert.ok(workshop.sandbox.sessions().some(({ id }) => id === ids[0]));
  });

  it('shows a plan that confirms nothing, from the dialog and from its own command', async () => {
    const { workshop, ids } = await withListed(3);
    person.answer = ({ choices }) => choices.find((choice) => choice === 'Show Plan');
    await workshop.run('startCleanup');
    await workshop.run('showPlan');
    const plan = vscode.window.activeTextEditor?.document;
    // If an older plan of the same name is still open, VS Code requests the new one later.
    await eventually('the plan', () => /^Plan: delete 3 sessions at Veriff$/m.test(plan?.getText() ?? ''));
    for (const id of ids) assert.ok(plan?.getText().includes(id));
    assert.match(plan?.getText() ?? '', /made-up\.json:5/);
    assert.deepEqual(statesOf(workshop, ids), ['listed', 'listed', 'listed']);
    assert.deepEqual(workshop.sandbox.requests(), []);
  });
});

describe('Pause Cleanup and Resume Cleanup', () => {
  afterEach(closeWorkshops);

  it('let nothing be sent in between, and the confirmed sessions afterwards', async () => {
    const { workshop, ids } = await withListed(2);
    await workshop.run('pauseCleanup');
    person.agrees();
    await workshop.run('startCleanup');
    assert.match(person.dialogs[0]?.detail ?? '', /^The cleanup is paused: they wait on the list/m);
    assert.match(person.messages.at(-1)?.text ?? '', /paused: nothing is sent before you resume/);
    assert.deepEqual(statesOf(workshop, ids), ['confirmed', 'confirmed']);
    assert.deepEqual(workshop.deletions(), []);
    await eventually('the status bar says so', () =>
      [...person.statusItems].some(({ text }) => text.startsWith('$(debug-pause) Veriff')),
    );
    // All answers except the one that resumes leave it paused.
    for (const answer of [undefined, 'Show List']) {
      person.answer = () => answer;
      await workshop.run('resumeCleanup');
      assert.ok(workshop.inDatabase((database) => new Switches(database).isPaused()));
      const question = person.dialogs.at(-1);
      assert.equal(question?.text, 'Resume deleting 2 TEST sessions at Veriff?');
      assert.deepEqual(question.choices, ['Show List', 'Resume']);
      const { host } = new URL(workshop.sandbox.baseUrl);
      assert.ok(question.detail.startsWith(`Shop (TEST) at ${host}: 2 sessions\n`), question.detail);
    }
    assert.equal(person.dialogs.length, 3);
    assert.deepEqual(workshop.deletions(), []);
    person.agrees();
    await workshop.run('resumeCleanup');
    await arrived(workshop, 2);
  });

  it('name each integration and LIVE before anything is sent again', async () => {
    const { workshop, ids } = await withListed(2);
    const live = await workshop.addIntegration({
      name: 'Till',
      kind: 'LIVE',
      apiKey: '00000000-0000-4000-8000-0000000000c3',
      baseUrl: 'http://127.0.0.1:9',
    });
    await workshop.run('pauseCleanup');
    confirmListed(workshop, 2);
    workshop.confirm([ids[0] ?? ''], live);
    await workshop.run('resumeCleanup');
    const [dialog] = person.dialogs;
    assert.equal(dialog?.text, 'Resume deleting 3 sessions at Veriff?');
    assert.deepEqual(dialog.choices, ['Show List', 'Resume LIVE Deletions']);
    assert.deepEqual(dialog.detail.split('\n').slice(0, 2), [
      `Shop (TEST) at ${new URL(workshop.sandbox.baseUrl).host}: 2 sessions`,
      'Till (LIVE) at 127.0.0.1:9: 1 session',
    ]);
    assert.ok(workshop.inDatabase((database) => new Switches(database).isPaused()));
  });

  it('ask also if only a look-up would let something be sent, and not if nothing can be sent', async () => {
    const { workshop, ids } = await withListed(2);
    await workshop.run('pauseCleanup');
    const list = new ListAtWindow(workshop);
    list.put(sessionNumber(7), { state: 'deleted' });
    await workshop.run('resumeCleanup');
    assert.equal(person.dialogs.length, 0);
    assert.ok(!workshop.inDatabase((database) => new Switches(database).isPaused()));
    assert.deepEqual(statesOf(workshop, ids), ['listed', 'listed']);

    await workshop.run('pauseCleanup');
    list.put(sessionNumber(8), { state: 'unknown' });
    await workshop.run('resumeCleanup');
    assert.equal(person.dialogs.at(-1)?.text, 'Resume deleting one TEST session at Veriff?');
  });

  it('survive a restart, with the same state', async () => {
    const { workshop } = await withListed(1);
    await workshop.run('pauseCleanup');
    person.agrees();
    await workshop.run('startCleanup');
    await workshop.deactivate();
    workshop.activate();
    await eventually('it is open again', () =>
      [...person.statusItems].some(({ text }) => text.startsWith('$(debug-pause) Veriff')),
    );
    assert.deepEqual(workshop.deletions(), []);
    assert.ok(!person.messages.some(({ text }) => text.startsWith('The cleanup goes on')));
  });
});

describe('a start with sessions confirmed earlier', () => {
  afterEach(closeWorkshops);

  it('resumes automatically, and says so once with a button to pause', async () => {
    const { workshop, ids } = await withListed(6);
    person.agrees();
    await workshop.run('startCleanup');
    await arrived(workshop, 5);
    await eventually('the fifth is done', () => workshop.entry(ids[4] ?? '')?.state === 'deleted');
    await workshop.deactivate();
    person.forget();
    workshop.inDatabase((database) => database.run("DELETE FROM switches WHERE name = 'announcedBy'"));
    workshop.activate();
    await eventually('it says so', () =>
      person.messages.some(({ text }) => text.startsWith('The cleanup goes on. One confirmed session waits')),
    );
    const [message, ...more] = person.messages;
    assert.deepEqual(message?.choices, ['Pause', 'Show Log']);
    assert.match(message.text, /\(Shop \(TEST\): 1, the next one /);
    assert.deepEqual(more, []);
    assert.equal(workshop.deletions().length, 5);
  });

  it('says which keys are missing, and sends nothing', async () => {
    const { workshop } = await withListed(1);
    confirmListed(workshop, 1);
    workshop.secrets.values.delete(slotKey(1));
    await workshop.run('resumeCleanup');
    await eventually('it says so', () =>
      person.messages.some(({ text }) => text.includes('whose keys are not stored here')),
    );
    assert.deepEqual(workshop.sandbox.requests(), []);
  });
});

describe('an answer that stops an integration', () => {
  afterEach(closeWorkshops);

  for (const [what, fault, step] of [
    ['401', 'invalidSignature', 'Edit Integration…'],
    ['403', 'forbidden', 'Copy Text for Veriff'],
  ] as const)
    it(`${what}: one request and one message; Resume continues`, async () => {
      const { workshop, ids } = await withListed(3);
      if (fault === 'forbidden') workshop.sandbox.misbehave('plain-403');
      else await workshop.changeIntegration({ sharedSecretKeys: [wrongSecret] });
      person.agrees();
      await workshop.run('startCleanup');
      await eventually('the question', () => person.messages.some(({ kind }) => kind === 'error'));
      const question = person.messages.find(({ kind }) => kind === 'error');
      assert.deepEqual(question?.choices, [step, 'Resume Cleanup', 'Show Log']);
      assert.match(question.text, new RegExp(`\\(${what}\\), so nothing more is sent`));
      // A 401 comes to the look-up before the first deletion already.
      const sent = workshop.deletions().length;
      assert.deepEqual(
        [sent, workshop.sandbox.requests().length <= 3],
        [fault === 'forbidden' ? 1 : 0, true],
      );
      assert.deepEqual(statesOf(workshop, ids), ['confirmed', 'confirmed', 'confirmed']);
      workshop.sandbox.misbehave(undefined);
      await workshop.changeIntegration(workshop.integration);
      await workshop.run('resumeCleanup');
      await eventually('the rest is done', () => workshop.entry(ids[2] ?? '')?.state === 'deleted');
      assert.equal(person.messages.filter(({ kind }) => kind === 'error').length, 1);
    });
});

describe('Record Deletions Made Elsewhere… and Edit Rate Limits…', () => {
  afterEach(closeWorkshops);

  it('count slots that were used elsewhere', async () => {
    const { workshop, ids } = await withListed(3);
    person.answer = ({ detail }) => (detail.startsWith('How many') ? '4' : '10 min');
    await workshop.run('recordElsewhere');
    assert.match(
      person.messages.at(-1)?.text ?? '',
      /^4 deletions recorded\. Rate limit: 1 left this hour, 6 today/,
    );
    person.agrees();
    await workshop.run('startCleanup');
    await arrived(workshop, 1);
    await eventually('the first is done', () => workshop.entry(ids[0] ?? '')?.state === 'deleted');
    assert.deepEqual(statesOf(workshop, ids), ['deleted', 'confirmed', 'confirmed']);
  });

  it('record nothing if the user gives up or types nonsense', async () => {
    const { workshop } = await withListed(1);
    await workshop.run('recordElsewhere');
    person.answer = ({ detail }) => (detail.startsWith('How many') ? '99' : 'now');
    await workshop.run('recordElsewhere');
    person.answer = ({ detail }) => (detail.startsWith('How many') ? '2' : 'tomorrow');
    await workshop.run('recordElsewhere');
    assert.equal(person.refusals.length, 2);
    assert.equal(workshop.attemptCount(), 0);
  });

  it('store what Veriff granted, after a question, for every window', async () => {
    const { workshop } = await withListed(8);
    person.answer = ({ kind, isModal, choices }) =>
      isModal ? choices.at(-1) : kind === 'input' ? '8' : undefined;
    await workshop.run('editLimits');
    assert.equal(person.dialogs[0]?.text, 'Keep 8 in an hour and 8 in 24 h for Shop (TEST)?');
    await eventually('the status bar knows', () =>
      [...person.statusItems].some(({ text }) => text.includes('0/8 h · 0/8 d')),
    );
    const key = keyHashOf(workshop.integration);
    assert.deepEqual(
      workshop.inDatabase((database) => new Switches(database).limitsOfKey(key)?.map(({ count }) => count)),
      [8, 8],
    );
  });

  it('restore the documented limits without a question', async () => {
    const { workshop } = await withListed(1);
    let counts = ['8', '8'];
    person.answer = ({ kind, isModal, choices }) =>
      isModal ? choices.at(-1) : kind === 'input' ? counts.shift() : undefined;
    await workshop.run('editLimits');
    counts = ['5', '10'];
    await workshop.run('editLimits');
    assert.equal(person.dialogs.length, 1);
    const key = keyHashOf(workshop.integration);
    assert.equal(
      workshop.inDatabase((database) => new Switches(database).limitsOfKey(key)),
      undefined,
    );
  });
});

describe('an integration that was edited', () => {
  afterEach(closeWorkshops);

  it('keeps its list, and asks again for what was confirmed', async () => {
    const { workshop, ids } = await withListed(3);
    confirmListed(workshop, 1);
    const apiKey = '00000000-0000-4000-8000-0000000000c2';
    person.answer = ({ kind, detail, value, choices }) => {
      if (kind === 'pick') return detail === '' ? choices[0] : value === '' ? 'TEST' : value;
      return detail.startsWith('The API key') ? apiKey : value;
    };
    await workshop.run('pauseCleanup');
    await workshop.run('editIntegration');
    const [mended] = await workshop.storedIntegrations();
    assert.equal(mended?.apiKey, apiKey);
    assert.notEqual(mended.id, workshop.integration.id);
    assert.deepEqual(
      ids.map((id) => workshop.entry(id, mended)?.state),
      ['listed', 'listed', 'listed'],
    );
    assert.match(
      person.messages.at(-1)?.text ?? '',
      /3 open sessions of its list came along\. 1 was confirmed for the integration as it was: confirm again\./,
    );
  });
});

const wrongSecret = '00000000-0000-4000-8000-0000000000c9';

/** A workshop with this many of its sandbox's sessions on the list, none of them confirmed. */
async function withListed(
  count: number,
  options: HostWorkshopOptions = {},
): Promise<{ workshop: HostWorkshop; ids: readonly string[] }> {
  const workshop = await HostWorkshop.open(options);
  const ids = workshop.sandbox
    .sessions()
    .flatMap(({ id, status }) => (settled.includes(status) ? [id] : []))
    .slice(0, count);
  assert.equal(ids.length, count);
  inList(workshop, (list) =>
    list.add(
      workshop.integration.id,
      ids.map((id) => ({
        sessionId: sessionIdOf(id),
        source: { uri: 'file:///shop/made-up.json', line: 4 },
      })),
      Date.now(),
    ),
  );
  return { workshop, ids };
}

function inList<T>(workshop: HostWorkshop, work: (list: CleanupList) => T): T {
  return workshop.inDatabase((database) => work(new CleanupList(database)));
}

/** Confirms the first `count` listed entries, as another window's dialog does. */
function confirmListed(workshop: HostWorkshop, count: number): void {
  const listed = workshop.inDatabase((database) => new EntryGroups(database).refs(['listed'], {}));
  workshop.confirm(listed.slice(0, count).map(({ sessionId }) => sessionId));
}

function refOf(workshop: HostWorkshop, sessionId: string | undefined): EntryRef {
  const entry = workshop.entry(sessionId ?? '');
  assert.ok(entry !== undefined);
  return entry;
}

function statesOf(workshop: HostWorkshop, ids: readonly string[]): readonly (string | undefined)[] {
  return ids.map((id) => workshop.entry(id)?.state);
}

async function arrived(workshop: HostWorkshop, count: number): Promise<void> {
  await eventually(`${count} deletions arrive`, () => workshop.deletions().length >= count);
}

function sessionIdOf(text: string): SessionId {
  const id = parseSessionId(text);
  if (id === undefined) throw new Error(`${text} is no session id.`);
  return id;
}
