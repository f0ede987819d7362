import assert from 'node:assert/strict';
import { SimulatedDialogs } from '../support/simulation/simulatedDialogs.ts';
import { IntegrationActs } from '../support/simulation/simulatedIntegrations.ts';
import type { SimulatedWindow } from '../support/simulation/simulatedWindow.ts';
import { SimulatedWorld } from '../support/simulation/simulatedWorld.ts';
import { madeUpKey, minuteMs } from '../support/cleanup/cleanupWorkshop.ts';

describe('the notes of a simulated user after the keyring has lost its keys', () => {
  let world: SimulatedWorld;
  let window: SimulatedWindow;
  let integrations: IntegrationActs;
  const yes = (): Promise<boolean> => Promise.resolve(true);
  const loseKeys = (): Promise<boolean> => {
    world.keyring.values.clear();
    return yes();
  };

  beforeEach(async () => {
    world = new SimulatedWorld(1, { files: 'never' });
    [world.fate.isCalm, world.server.isCalm] = [true, true];
    window = world.open();
    integrations = new IntegrationActs(world, yes);
    await happens(() => integrations.add(window));
  });
  afterEach(() => world.endAll());

  async function happens(act: () => Promise<void>): Promise<void> {
    let isDone = false;
    world.machine.planInside(0, () => void act().then(() => (isDone = true)));
    await world.machine.run(world.machine.nowMs + minuteMs, () => undefined);
    assert.ok(isDone);
    assert.deepEqual(world.judge.broken, []);
  }

  const agree = (answer: () => Promise<boolean>): Promise<void> =>
    happens(() => new SimulatedDialogs(world, answer).deleteListed(window));

  async function list(): Promise<void> {
    const integration = await integrations.meant(window);
    assert.ok(integration);
    const sessions = world.user.sessions.slice(0, 20).map((sessionId) => ({ sessionId }));
    window.app.records().list.add(integration.id, sessions, 1);
  }

  it('expect what was agreed to while the keys were stored', async () => {
    await happens(list);
    await agree(yes);
    assert.ok([...world.notes.expected()].length > 0);
  });

  it('do not expect what was agreed to after they were lost', async () => {
    await happens(list);
    await agree(loseKeys);
    assert.deepEqual([...world.notes.expected()], []);
    assert.equal(window.app.records().groups.counts().get('queue'), 20);
  });

  it('drop the words that were entered earlier for the same API key', () => {
    const [words] = world.notes.stored.values();
    assert.ok(words);
    const other = { ...words, kind: words.kind === 'TEST' ? 'LIVE' : 'TEST' } as const;
    const another = { ...words, apiKey: madeUpKey('another') };
    for (const each of [other, another]) world.notes.storeWords(each, [], world.machine.nowMs);
    world.notes.endOtherWords(other, world.machine.nowMs);
    assert.deepEqual(
      [...world.notes.stored.values()].map(({ apiKey, kind }) => [apiKey, kind]),
      [other, another].map(({ apiKey, kind }) => [apiKey, kind]),
    );
  });
});
