import { hourMs, minuteMs, secondMs } from '../cleanup/cleanupWorkshop.ts';
import { planFileMishaps } from './simulatedFileMishaps.ts';
import { accounts } from './simulatedIntegrations.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** Plans `run` at random moments, `least` to `most` times. */
export type Plan = (least: number, most: number, run: () => void) => void;

/**
 * Plans what goes wrong in the next `forMs` outside of the windows: with the machine, its disk, and others who use the
 * key.
 */
export function planMishaps(world: SimulatedWorld, forMs: number): void {
  const { chance, machine } = world;
  const plan: Plan = (least, most, run) => {
    const times = chance.whole(least, most);
    for (let index = 0; index < times; index += 1) machine.planOutside(chance.next() * forMs, run);
  };
  plan(0, 40, () => stepWall(world));
  plan(0, 20, () => sleep(world));
  plan(0, 7, () => reboot(world));
  plan(0, 9, () => refuseWrites(world));
  plan(0, 5, () => lockSecrets(world));
  plan(0, 9, () => world.closeOne());
  if (chance.happens(0.1)) plan(1, 2, () => loseMark(world));
  // In two worlds of three no one else uses the key.
  if (chance.happens(0.35)) plan(1, 30, () => useKeyElsewhere(world));
  if (world.folder !== undefined) planFileMishaps(world, world.folder, plan);
}

function stepWall({ chance, machine, server, count }: SimulatedWorld): void {
  const byMs =
    chance.happens(0.5) && !server.dates.needsRightWalls
      ? chance.between(-14, 14) * hourMs
      : chance.between(-5, 5) * secondMs;
  machine.stepWall(byMs);
  count('wallSteps', () => `the clock is set by ${Math.round(byMs)} ms`);
}

function sleep({ chance, machine, count }: SimulatedWorld): void {
  if (!machine.isAwake()) return;
  // Three of the longest sleeps would add up to a day, after which a frozen process is considered dead.
  const forMs = chance.happens(0.5) ? chance.between(0, 300) * secondMs : chance.between(0, 7) * hourMs;
  machine.sleep(forMs);
  count('sleeps', () => `the machine sleeps for ${Math.round(forMs)} ms`);
}

function reboot(world: SimulatedWorld): void {
  const { chance, machine, count } = world;
  if (!machine.isAwake()) return;
  const offMs = chance.happens(0.5) ? chance.between(5, 90) * secondMs : chance.between(0, 12) * hourMs;
  world.endAll();
  if (chance.happens(0.3)) {
    // The files move to another machine, which may have been up for longer or shorter, and has its own wall clock.
    const name = chance.happens(0.7) ? 'another name' : 'same name';
    machine.move(offMs, chance.between(0, 200) * hourMs, name);
    count('moves to another machine', () => 'another machine goes on');
  } else machine.reboot(offMs);
  count('reboots', () => `the machine is off for ${Math.round(offMs)} ms`);
  if (chance.happens(0.5)) stepWall(world);
}

function refuseWrites(world: SimulatedWorld): void {
  const { chance, machine, count } = world;
  world.setRefusal(true);
  count('diskRefusals', () => 'the disk refuses');
  machine.planOutside(chance.between(1, 600) * secondMs, () => world.setRefusal(false));
}

function lockSecrets({ chance, keyring, machine, count }: SimulatedWorld): void {
  keyring.isLocked = true;
  count('lockedSecrets', () => 'the keyring is locked');
  machine.planOutside(chance.between(1, 1200) * secondMs, () => {
    keyring.isLocked = false;
  });
}

/** The keyring loses everything, or only the mark. */
function loseMark({ chance, keyring, notes, folder, count }: SimulatedWorld): void {
  // Without list and mark, a new list cannot be told from a first start.
  if (folder?.isWhole === false) return;
  const keys = [...keyring.values.keys()];
  const lost = chance.happens(0.5) ? keys : keys.filter((key) => key.includes('listMark'));
  for (const key of lost) keyring.values.delete(key);
  // Nothing is expected of what was confirmed: it has to be confirmed again.
  notes.expectNothing();
  count('lostMarks', () => `the keyring has lost ${lost.length} of ${keys.length} values`);
}

/** A few deletions by another user of the same key; our user may hear of them and note them. */
function useKeyElsewhere(world: SimulatedWorld): void {
  const { chance, machine, server, user, count } = world;
  const times = chance.whole(1, 4);
  const account = chance.pick(accounts);
  for (let index = 0; index < times; index += 1)
    server.deleteForOthers(account, chance.happens(0.3) ? chance.pick(user.sessions) : undefined);
  count('deletionsElsewhere', () => `others delete ${times}`);
  if (!chance.happens(0.4)) return;
  const agoMs = chance.between(0, 90) * minuteMs;
  machine.planInside(agoMs, () => world.noteElsewhere(account, times, agoMs));
}
