import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canDiskFail, faultyDiskEnvironment } from '../support/disk/faultyDiskLibrary.ts';
import { atProcessEnd } from '../support/process/processEnd.ts';
import { SeededChance } from '../support/random/seededChance.ts';
import { childBundle } from './childBundle.ts';
import { PersistenceLane, type Ending } from './persistenceLane.ts';
import { killPoints } from './persistenceMessages.ts';

const killsAnywhere = 1000;
const killsAtEachPoint = 20;
// About as many calls as opening a new file and some dozens of acts need.
const diskCalls = 400;
const killsInDiskCalls = 200;
const laneCount = 3;

/** Kills processes that work on a list, at random and at each point of an act; what was acknowledged must hold. */
export async function soakPersistence(seed: number): Promise<readonly string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'veriff-soak-'));
  const forget = atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  const bundle = await childBundle(folder, 'persistenceChild.ts');
  const env = canDiskFail ? await faultyDiskEnvironment(folder) : process.env;
  const chance = new SeededChance(seed);
  const endings = drawEndings(chance);
  const reached = new Map<string, number>();
  const lanes = Array.from({ length: laneCount }, (_, index) => {
    const place = path.join(folder, `lane-${index}`);
    mkdirSync(place);
    return new PersistenceLane(bundle, env, place, new SeededChance(chance.whole(0, 2 ** 31)));
  });
  await Promise.all(
    lanes.map(async (lane) => {
      for (let ending = endings.pop(); ending !== undefined; ending = endings.pop()) {
        const point = ending === 'anywhere' ? ending : ending.point;
        if (await lane.kill(ending)) reached.set(point, (reached.get(point) ?? 0) + 1);
        // It never reached its point, or had ended before it could be killed: another process has to repeat it.
        else endings.unshift(ending);
      }
      await lane.end();
    }),
  );
  print(reached, lanes);
  rmSync(folder, { recursive: true, force: true });
  forget();
  return lanes.flatMap((lane) => lane.broken);
}

function drawEndings(chance: SeededChance): Ending[] {
  const endings: Ending[] = Array.from({ length: killsAnywhere }, () => 'anywhere');
  for (const point of killPoints) {
    if (point === 'diskCall' && !canDiskFail) continue;
    const [count, most] = point === 'diskCall' ? [killsInDiskCalls, diskCalls] : [killsAtEachPoint, 5];
    for (let index = 0; index < count; index += 1) endings.push({ point, nth: chance.whole(1, most) });
  }
  return endings
    .map((ending) => ({ ending, key: chance.next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ ending }) => ending);
}

function print(reached: ReadonlyMap<string, number>, lanes: readonly PersistenceLane[]): void {
  const sum = (of: (lane: PersistenceLane) => number): number =>
    lanes.reduce((total, lane) => total + of(lane), 0);
  const { anywhere = 0, ...points } = Object.fromEntries(reached);
  const kills = [...reached.values()].reduce((total, n) => total + n, 0);
  console.log(
    [
      `  ${kills} SIGKILLs, ${anywhere} of them at random; the file was opened and read after each`,
      `  ${Object.entries(points)
        .map(([point, n]) => `${point} ${n}`)
        .join(', ')}`,
      `  ${sum((lane) => lane.acknowledged)} acts acknowledged, on ${sum((lane) => lane.acknowledgedIds)} ids`,
      `  of the acts under way, ${sum((lane) => lane.heldUnacknowledged)} held as a whole and ` +
        `${sum((lane) => lane.droppedUnacknowledged)} not at all`,
    ].join('\n'),
  );
}
