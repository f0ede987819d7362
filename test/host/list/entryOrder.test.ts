import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { sessionNumber } from '../../support/cleanup/cleanupWorkshop.ts';
import { eventually } from '../../support/process/eventually.ts';
import { elsewhere, ListAtWindow, told, type Row } from '../../support/window/listAtWindow.ts';

const numbers = (...wanted: readonly number[]): readonly string[] => wanted.map(sessionNumber);

describe('the order of the queue', () => {
  let workshop: HostWorkshop;
  let list: ListAtWindow;
  let rows: readonly Row[];

  beforeEach(async () => {
    workshop = await HostWorkshop.open();
    list = new ListAtWindow(workshop);
    rows = list.putNumbers(5, { state: 'confirmed' });
  });
  afterEach(closeWorkshops);

  /** The rows with these numbers, as the view passes them if the first one was clicked. */
  function args(...wanted: readonly number[]): readonly unknown[] {
    const chosen = wanted.map((number) => rows[number]);
    return [chosen[0], chosen];
  }

  function clear(): void {
    workshop.inDatabase((database) => {
      database.run("UPDATE consents SET ended_at = 1, ended_by = 'removed' WHERE ended_at IS NULL");
      database.run('DELETE FROM list_entries');
    });
  }

  it('changes by one position, up and down, without a message', async () => {
    await workshop.run('moveUp', rows[2]);
    assert.deepEqual(list.queue(), numbers(0, 2, 1, 3, 4));
    await workshop.run('moveDown', rows[0]);
    assert.deepEqual(list.queue(), numbers(2, 0, 1, 3, 4));
    assert.equal(told(), '');
  });

  it('changes for several rows as a block, which keeps its order', async () => {
    await workshop.run('moveUp', ...args(3, 2));
    assert.deepEqual(list.queue(), numbers(0, 2, 3, 1, 4));
    await workshop.run('moveDown', ...args(2, 3));
    assert.deepEqual(list.queue(), numbers(0, 1, 2, 3, 4));
  });

  it('does not change at either end', async () => {
    await workshop.run('moveUp', ...args(0, 1));
    await workshop.run('moveDown', rows[4]);
    assert.deepEqual(list.queue(), numbers(0, 1, 2, 3, 4));
    assert.equal(told(), '');
  });

  it('does not change for a picked row that is at the end already, with a message', async () => {
    person.answer = ({ kind }) => (kind === 'pick' ? [sessionNumber(4)] : undefined);
    await workshop.run('moveDown');
    assert.equal(told(), 'info: Nothing was moved: it stands last already.');
    person.shown.length = 0;
    await workshop.run('moveUp');
    assert.equal(told(), 'info: 1 moved up.');
    assert.deepEqual(list.queue(), numbers(0, 1, 2, 4, 3));
  });

  it('can have several entries moved to the head, which keep their order', async () => {
    await workshop.run('sendNext', ...args(4, 2));
    assert.deepEqual(list.queue(), numbers(2, 4, 0, 1, 3));
    assert.equal(told(), '');
    await workshop.run('sendNext', rows[3]);
    assert.deepEqual(list.queue(), numbers(3, 2, 4, 0, 1));
  });

  it('is separate for each integration', async () => {
    const others = [7, 8, 9].map((number) =>
      list.put(sessionNumber(number), { state: 'confirmed', integration: elsewhere }),
    );
    const both = [rows[1], others[2], rows[3], others[1]];
    await workshop.run('sendNext', both[0], both);
    const queue = list.queue();
    assert.deepEqual(
      queue.filter((id) => numbers(7, 8, 9).includes(id)),
      numbers(8, 9, 7),
    );
    assert.deepEqual(
      queue.filter((id) => !numbers(7, 8, 9).includes(id)),
      numbers(1, 3, 0, 2, 4),
    );
    assert.equal(told(), 'info: 4 go next. 2 of them wait until the integration is stored here again.');
    person.shown.length = 0;
    await workshop.run('moveDown', both[0], both);
    assert.deepEqual(
      list.queue().filter((id) => numbers(7, 8, 9).includes(id)),
      numbers(7, 8, 9),
    );
  });

  it('has only entries that wait for a slot, and the message says why others are skipped', async () => {
    const more = [
      list.put(sessionNumber(10)),
      list.put(sessionNumber(11), { heldAt: 5 }),
      list.put(sessionNumber(12), { state: 'sending' }),
      list.put(sessionNumber(13), { state: 'blocked' }),
      list.put(sessionNumber(14), { state: 'notFound' }),
    ];
    const skipped =
      '5 skipped: 1 never confirmed (use “Delete Listed Sessions…”), 1 on hold (release it first), 1 being sent just now, 2 not waiting for a slot.';
    for (const [name, done] of [
      ['sendNext', '1 goes next.'],
      ['moveDown', '1 moved down.'],
      ['moveUp', '1 moved up.'],
    ] as const) {
      person.shown.length = 0;
      await workshop.run(name, rows[1], [rows[1], ...more]);
      assert.equal(told(), `warning: ${done} ${skipped}`);
    }
    assert.deepEqual(list.queue(), numbers(1, 0, 2, 3, 4));
  });

  it('can have thousands moved to the head, in parts, which keep their order', async () => {
    clear();
    const many = list.putMany(8000, 'confirmed').slice(3000);
    await workshop.run('sendNext', many[0], many.toReversed());
    const queue = list.queue();
    assert.deepEqual(
      queue.slice(0, 5000),
      many.map(({ entry }) => entry.sessionId),
    );
    assert.equal(queue.length, 8000);
    assert.equal(told(), '');
  });

  it('does not change if thousands are to be moved by one position, which would block the window', async () => {
    clear();
    const many = list.putMany(2001, 'confirmed');
    await workshop.run('moveUp', many[0], many);
    assert.match(told(), /^warning: Nothing was moved: no more than 2000 entries/);
  });

  it('decides what is sent next', async () => {
    const ids = [0, 2, 4].map((index) => workshop.sessionId(index));
    clear();
    const own = ids.map((id) => list.put(id, { state: 'confirmed' }));
    await workshop.run('sendNext', own[2]);
    person.agrees();
    await workshop.run('resumeCleanup');
    await eventually('all are sent', () => workshop.deletions().length === 3);
    assert.deepEqual(
      workshop.deletions().map(({ sessionId }) => sessionId),
      [ids[2], ids[0], ids[1]],
    );
  });
});
