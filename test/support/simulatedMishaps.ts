import { hourMs, minuteMs, secondMs } from './cleanupWorkshop.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

/** Plans what goes wrong in the next `forMs` outside of the windows: with the machine, its disk, and others with the key. */
export function planMishaps(world: SimulatedWorld, forMs: number): void {
  const { chance, machine } = world;
  const plan = (least: number, most: number, run: () => void): void => {
    const times = chance.whole(least, most);
    for (let index = 0; index < times; index += 1) machine.planOutside(chance.next() * forMs, run);
  };
  plan(0, 50, () => stepWall(world));
  plan(0, 26, () => sleep(world));
  plan(0, 9, () => reboot(world));
  plan(0, 9, () => refuseWrites(world));
  plan(0, 9, () => world.closeOne());
  // In two worlds of three nobody else uses the key.
  if (chance.happens(0.35)) plan(1, 30, () => useKeyElsewhere(world));
}

function stepWall({ chance, machine, count }: SimulatedWorld): void {
  const byMs = chance.happens(0.5) ? chance.between(-14, 14) * hourMs : chance.between(-5, 5) * secondMs;
  machine.stepWall(byMs);
  count('wallSteps', () => `the clock is set by ${Math.round(byMs)} ms`);
}

function sleep({ chance, machine, count }: SimulatedWorld): void {
  if (!machine.isAwake()) return;
  // Three of the longest would make a day, after which who stands still is called dead.
  const forMs = chance.happens(0.5) ? chance.between(0, 300) * secondMs : chance.between(0, 7) * hourMs;
  machine.sleep(forMs);
  count('sleeps', () => `the machine sleeps for ${Math.round(forMs)} ms`);
}

function reboot(world: SimulatedWorld): void {
  const { chance, machine, count } = world;
  if (!machine.isAwake()) return;
  const offMs = chance.happens(0.5) ? chance.between(5, 90) * secondMs : chance.between(0, 12) * hourMs;
  world.endAll();
  machine.reboot(offMs);
  count('reboots', () => `the machine is off for ${Math.round(offMs)} ms`);
  if (chance.happens(0.5)) stepWall(world);
}

function refuseWrites({ chance, database, machine, count }: SimulatedWorld): void {
  database.run('PRAGMA query_only = ON');
  count('diskRefusals', () => 'the disk refuses');
  machine.planOutside(chance.between(1, 600) * secondMs, () => void database.run('PRAGMA query_only = OFF'));
}

/** A few deletions by somebody else with the same key, of which the user may hear and make a note. */
function useKeyElsewhere(world: SimulatedWorld): void {
  const { chance, machine, server, user, count } = world;
  const times = chance.whole(1, 4);
  for (let index = 0; index < times; index += 1)
    server.deleteForOthers(chance.happens(0.3) ? chance.pick(user.sessions) : undefined);
  count('deletionsElsewhere', () => `others delete ${times}`);
  if (!chance.happens(0.4)) return;
  const agoMs = chance.between(0, 90) * minuteMs;
  machine.planInside(agoMs, () => world.noteElsewhere(times, agoMs));
}
