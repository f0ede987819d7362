import { hourMs, minuteMs } from '../cleanup/cleanupWorkshop.ts';
import type { FolderCopy, SimulatedFolder, Suffix } from './simulatedFolder.ts';
import type { Plan } from './simulatedMishaps.ts';
import type { SimulatedWorld } from './simulatedWorld.ts';

export function planFileMishaps(world: SimulatedWorld, folder: SimulatedFolder, plan: Plan): void {
  const copies: FolderCopy[] = [];
  plan(4, 12, () => {
    const copy = folder.copy();
    if (copy !== undefined) copies.push(copy);
  });
  plan(0, 3, () => putBack(world, folder, copies));
  plan(0, 2, () => loseFiles(world, folder));
  plan(0, 1, () => damage(world, folder));
  plan(0, 2, () => takeAway(world, folder));
}

// SQLite combines an older database with a newer log into a third state, so by default the log goes too.
const besideOldDatabase = process.env['SIMULATION_MIXED_FILES'] === undefined ? 'goes' : 'stays';

/** Puts an older copy back if a window can detect that, or if nothing was taken back or reserved since it was made. */
function putBack(world: SimulatedWorld, folder: SimulatedFolder, copies: readonly FolderCopy[]): void {
  const { chance, notes, judge, count } = world;
  const now = folder.mark();
  if (copies.length === 0 || now === undefined || !folder.isWhole) return;
  const copy = chance.pick(copies);
  const isSame = now.list === copy.mark.list && now.generation === copy.mark.generation;
  if (!isSame && !isNoticeable(world, copy)) return;
  // Before the first checkpoint, everything is in the log.
  const isWhole = isSame || copy.mark.generation === 0 || chance.happens(0.6);
  // Sometimes while windows have the database open, sometimes after all of them have ended.
  const mayStayOpen = isWhole || folder.openCount === 1;
  if (!mayStayOpen || chance.happens(0.5)) world.endAll();
  if (isWhole) folder.putBack(copy);
  else folder.putDatabaseBack(copy, besideOldDatabase);
  if (isSame) notes.forgetAdded();
  else notes.begin();
  judge.keys.forget();
  world.fileChanged();
  const what = isSame ? 'folder put back, unnoticed' : isWhole ? 'folder put back' : 'database put back';
  count(what, () => `${what}: of generation ${copy.mark.generation}, ${folder.openCount} windows open`);
}

/** Whether the mark in the keyring belongs to another list, or to a later moment than the copy. */
function isNoticeable({ keyring }: SimulatedWorld, { mark }: FolderCopy): boolean {
  const kept = keyring.values.get('veriffCleanup.listMark');
  if (kept === undefined) return false;
  const { list, generation } = JSON.parse(kept) as FolderCopy['mark'];
  return list !== mark.list || generation > mark.generation;
}

// Without list and mark, a new list cannot be told from a first start.
function isMarkLost({ keyring }: SimulatedWorld): boolean {
  return !keyring.values.has('veriffCleanup.listMark');
}

function loseFiles(world: SimulatedWorld, folder: SimulatedFolder): void {
  const { chance, notes, judge, count } = world;
  if (folder.mark() === undefined || !folder.isWhole) return;
  if (folder.openCount > 1 || chance.happens(0.5)) world.endAll();
  const lost = chance.pick<readonly Suffix[]>([['-wal'], ['-shm'], ['-wal', '-shm']]);
  folder.lose(lost);
  // What was only in the log may be gone: what was added or agreed to last, and no more.
  notes.forgetAdded();
  judge.keys.forget();
  world.fileChanged();
  const what = lost.length === 2 ? 'wal and shm lost' : lost[0] === '-wal' ? 'wal lost' : 'shm lost';
  count(what, () => `${what}, ${folder.openCount} windows open`);
}

function damage(world: SimulatedWorld, folder: SimulatedFolder): void {
  const { chance, notes, judge, count } = world;
  if (folder.mark() === undefined || !folder.isWhole) return;
  folder.damage(chance.pick(['deleted', 'replaced']));
  notes.begin();
  judge.keys.forget();
  world.fileChanged();
  count('damages', () => 'the database is damaged');
}

/** Removes the folder for a while, as with a drive, and brings it back if no new one has been created. */
function takeAway(world: SimulatedWorld, folder: SimulatedFolder): void {
  const { chance, machine, notes, count } = world;
  if (!folder.isWhole || isMarkLost(world)) return;
  folder.leave();
  notes.leave();
  world.fileChanged();
  count('folders away', () => 'the folder is away');
  machine.planOutside(chance.pick([chance.between(0, 30) * minuteMs, chance.between(0, 5) * hourMs]), () =>
    world.bringFolderBack(),
  );
}
