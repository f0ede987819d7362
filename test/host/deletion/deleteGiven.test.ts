import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop, type HostWorkshopOptions } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import { CleanupList } from '../../../src/cleanup/list/cleanupList.ts';
import type { Integration } from '../../../src/editor/app/integration.ts';
import { parseSessionId } from '../../../src/veriff/sessionId.ts';
import { eventually } from '../../support/process/eventually.ts';
import { sessionToken, sessionUrl } from '../../support/sessions/chosenIds.ts';
import { rowsOf } from '../../support/window/listAtWindow.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const olderSecret = 'b0b00000-0000-4000-8000-0000000000fe';
const known: HostWorkshopOptions = {
  sandbox: { apiKey, sharedSecretKey: secret },
  integration: { sharedSecretKeys: [secret, olderSecret] },
};

describe('deleteSession with arguments', () => {
  let workshop: HostWorkshop;
  let first: string;
  let second: string;

  beforeEach(async () => {
    workshop = await HostWorkshop.open(known);
    first = workshop.sessionId(0);
    second = workshop.sessionId(2);
    person.agrees();
  });
  afterEach(closeWorkshops);

  const whole: readonly (readonly [string, (id: string) => unknown])[] = [
    ['an id', (id) => id],
    ['an id in upper case', (id) => id.toUpperCase()],
    ['an id in white space', (id) => `\n  ${id}\t`],
    ['an id in quotes', (id) => `"${id}"`],
    ['a session URL', sessionUrl],
    ['a session token', sessionToken],
    ['the URL of a request', (id) => `https://stationapi.veriff.com/v1/sessions/${id}/decision`],
    ['a list with one id', (id) => [id]],
    ['a list with one id and things that are none', (id) => [42, null, id, { id }, [id], undefined, 'x']],
    ['a list with the same id twice', (id) => [id, id.toUpperCase(), sessionUrl(id)]],
  ];
  for (const [what, argument] of whole) {
    it(`takes ${what}`, async () => {
      await workshop.run('deleteSession', argument(first));
      assert.deepEqual(
        person.dialogs.map(({ text }) => text),
        [`Delete session ${first} at Veriff?`],
      );
      assertDeleted(workshop, [first]);
    });
  }

  it('takes a list of ids, and asks once', async () => {
    await workshop.run('deleteSession', [first, second]);
    assert.deepEqual(
      person.dialogs.map(({ text }) => text),
      ['Delete 2 sessions at Veriff?'],
    );
    for (const id of [first, second]) assert.ok(person.dialogs[0]?.detail.includes(id), id);
    assertDeleted(workshop, [first, second]);
  });

  it('keeps the place that is passed with an id', async () => {
    const place = { uri: 'file:///made/up.log', line: 41 };
    await workshop.run('deleteSession', first, place);
    assertDeleted(workshop, [first]);
    assert.deepEqual(workshop.entry(first)?.source, place);
  });

  const nonsense: readonly unknown[] = [
    '',
    'no id at all',
    '00000000',
    [],
    [1, 2, 3],
    `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(13)}`,
    'g0000000-0000-4000-8000-000000000000',
    '../../v1/sessions/%2e%2e',
  ];
  for (const argument of nonsense) {
    it(`refuses ${JSON.stringify(argument)}`, async () => {
      await workshop.run('deleteSession', argument);
      assertNothingAsked(workshop);
      assert.deepEqual(
        person.messages.map(({ kind, text }) => [kind, text]),
        [['error', 'Nothing was deleted: what was handed over holds no session id.']],
      );
    });
  }

  const keys: readonly (readonly [string, unknown])[] = [
    ['the API key', apiKey],
    ['the API key in upper case', apiKey.toUpperCase()],
    ['the API key in quotes', `"${apiKey}"`],
    ['the shared secret key', secret],
    ['the older shared secret key', olderSecret],
    ['a list with the shared secret key in it', ['00000000-0000-4000-8000-000000000001', secret]],
    ['a text with the shared secret key in it', `VERIFF_SECRET=${secret}`],
    ['a request with the API key in it', `curl -H 'X-AUTH-CLIENT: ${apiKey}'`],
    ['a session URL with the shared secret key for its id', sessionUrl(secret)],
  ];
  for (const [what, argument] of keys) {
    it(`refuses ${what}, and does not repeat it`, async () => {
      await workshop.run('deleteSession', argument);
      assertNothingAsked(workshop);
      assert.deepEqual(
        person.messages.map(({ kind, text }) => [kind, text]),
        [['error', 'Nothing was deleted: this is a stored API key or shared secret key, not a session id.']],
      );
      for (const key of [apiKey, secret, olderSecret])
        assert.ok(!person.everythingSeen().toLowerCase().includes(key), `${key} was shown or logged`);
    });
  }

  const hostileRows: readonly (readonly [string, (id: string) => unknown])[] = [
    ['its id is an object', (id) => ({ id: 1, sessionId: { toString: () => id } })],
    ['its id cannot be read', () => ({ id: 1, sessionId: Object.create(null) as unknown })],
    ['it has no id', () => ({})],
    ['its number is a text', (id) => ({ id: '1 OR 1=1', sessionId: id })],
    ['it is null', () => null],
    ['it is a text', () => 'entry'],
    ['its id is a path', () => ({ id: 1, sessionId: '../../v1/sessions' })],
    ['its id is the shared secret key', () => ({ id: 1, sessionId: secret })],
    ['the view has not made it', (id) => ({ list: 'x', id: 7, sessionId: id, state: 'confirmed' })],
  ];
  for (const [what, entry] of hostileRows) {
    it(`treats the argument as absent if it is not a row: ${what}`, async () => {
      await workshop.run('deleteSession', { kind: 'entry', entry: entry(first) });
      assertNothingAsked(workshop);
      assert.deepEqual(
        person.shown.map(({ kind, text }) => [kind, text]),
        [['input', 'Delete Veriff Session']],
      );
      await workshop.run('removeFromList', { kind: 'entry', entry: entry(first) });
      assert.deepEqual(
        person.messages.map(({ text }) => text),
        ['Nothing was removed: there is nothing on the list for that.'],
      );
    });
  }

  function listed(integration: Integration, text: string): void {
    const sessionId = parseSessionId(text);
    assert.ok(sessionId !== undefined);
    workshop.inDatabase((database) => new CleanupList(database).add(integration.id, [{ sessionId }], 1));
  }

  it('does not accept a copy of a row', async () => {
    listed(workshop.integration, first);
    const [row] = rowsOf(workshop);
    assert.ok(row !== undefined);
    for (const copy of [{ ...row }, structuredClone(row), Object.create(row) as unknown]) {
      person.shown.length = 0;
      await workshop.run('deleteSession', copy);
      assert.deepEqual(
        person.shown.map(({ kind }) => kind),
        ['input'],
      );
    }
    assert.deepEqual(workshop.sandbox.requests(), []);
    await workshop.run('deleteSession', row);
    assertDeleted(workshop, [first]);
  });

  it('asks nothing if the row is undefined, as while VS Code redraws the view', async () => {
    await workshop.run('deleteSession', undefined);
    assertNothingAsked(workshop);
    assert.match(person.messages[0]?.text ?? '', /^Nothing was deleted: the row was drawn anew meanwhile/);
  });

  it('asks nothing if the row’s integration is not stored any more', async () => {
    const other = await workshop.addIntegration({ name: 'Other', apiKey: otherKey });
    listed(other, first);
    const [row] = rowsOf(workshop);
    await workshop.inStore((store) => store.remove(other.id));
    await workshop.run('deleteSession', row);
    assert.deepEqual(person.dialogs, []);
    assert.deepEqual(workshop.sandbox.requests(), []);
    assert.match(
      person.messages[0]?.text ?? '',
      /^Nothing was deleted: the integration of this session is not stored here/,
    );
  });

  it('asks for the row’s integration, and says which rows were left out', async () => {
    const other = await workshop.addIntegration({ name: 'Other', apiKey: otherKey });
    listed(other, first);
    listed(workshop.integration, workshop.sessionId(1));
    const rows = rowsOf(workshop);
    person.answer = () => undefined;
    await workshop.run('deleteSession', rows[0], rows);
    assert.match(person.dialogs[0]?.detail ?? '', /^Integration: Other \(TEST\)$/m);
    assert.equal(person.dialogs[0]?.text, `Delete session ${first} at Veriff?`);
    assert.ok(
      person.messages.some(({ text }) => text.startsWith('One of the selected sessions belongs to another')),
    );
  });

  it('deletes the selected rows of its own list', async () => {
    person.answer = ({ isModal }) => (isModal ? 'Delete' : undefined);
    await workshop.run('deleteSession', [first, second]);
    const [provider] = person.trees.values();
    const [done] = (await provider?.getChildren()) ?? [];
    const rows = (await provider?.getChildren(done)) ?? [];
    assert.equal(rows.length, 2);
    person.answer = () => undefined;
    person.shown.length = 0;
    await workshop.run('deleteSession', rows[0], rows);
    const [dialog] = person.dialogs;
    assert.equal(dialog?.text, 'Delete 2 sessions at Veriff?');
    assert.equal(dialog.detail.match(/⚠ deleted before/g)?.length, 2);
  });

  it('offers to add an integration if there is none, and ignores the arguments', async () => {
    await workshop.close();
    workshop = await HostWorkshop.open({ integration: null });
    await workshop.run('deleteSession', workshop.sessionId(0));
    assertNothingAsked(workshop);
    const [message] = person.messages;
    assert.equal(person.messages.length, 1);
    assert.match(message?.text ?? '', /^Nothing was deleted: add a Veriff integration first/);
    assert.deepEqual(message?.choices, ['Add Integration…', 'Try with the Sandbox', 'Show Log']);
  });

  it('continues with the questions if the user accepts the offer', async () => {
    await workshop.close();
    workshop = await HostWorkshop.open({ integration: null });
    person.answer = ({ choices }) => choices.find((choice) => choice === 'Add Integration…');
    await workshop.run('deleteSession', workshop.sessionId(0));
    await eventually('the first question', () =>
      person.shown.some(({ kind, text }) => kind === 'input' && text === 'Add a Veriff Integration'),
    );
  });
});

function assertNothingAsked(workshop: HostWorkshop): void {
  assert.deepEqual(person.dialogs, []);
  assert.deepEqual(workshop.sandbox.requests(), []);
  assert.equal(workshop.entryCount(), 0);
}

function assertDeleted(workshop: HostWorkshop, ids: readonly string[]): void {
  assert.deepEqual(
    workshop.sandbox.requests().map(({ method, path, status }) => [method, path, status]),
    ids.map((id) => ['DELETE', `/v1/sessions/${id}`, 200]),
  );
  for (const id of ids) {
    assert.ok(!workshop.sandbox.sessions().some((session) => session.id === id), `${id} is still there`);
    assert.equal(workshop.entry(id)?.state, 'deleted');
    assert.ok(
      person.log.some((line) => line.startsWith(`info: deleted · ${id} · Shop (TEST) · HTTP 200 · `)),
      person.log.join('\n'),
    );
  }
}

const otherKey = '00000000-0000-4000-8000-0000000000d2';
