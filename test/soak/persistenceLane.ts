import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import type { SeededChance } from '../support/random/seededChance.ts';
import { judgePages } from './fileJudge.ts';
import type { PersistenceMessage, PersistenceOrder } from './persistenceMessages.ts';
import { after, emptyModel, textOf, textOfModel, type Act, type Model } from './persistenceModel.ts';

/** How a child is to end: killed by its parent after a random time (`anywhere`), or by itself at a point. */
export type Ending = NonNullable<PersistenceOrder['kill']> | 'anywhere';

type Child = ChildProcessByStdio<Writable, Readable, null>;

// A new file from time to time, so that processes are killed while they create one as well.
const killsPerFile = 40;
const longestLifeMs = 25;
// A child that has not killed itself by then has not reached its point; it is killed, and does not count.
const patienceMs = 5000;

/**
 * Uses one list after the other; on each, one process after the other works and is killed. Checks the file after each.
 */
export class PersistenceLane {
  acknowledged = 0;
  acknowledgedIds = 0;
  /**
   * Acts that were in progress when their process was killed: those that hold completely, and those that do not at all.
   */
  heldUnacknowledged = 0;
  droppedUnacknowledged = 0;
  readonly broken: string[] = [];
  readonly #bundle: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;
  readonly #chance: SeededChance;
  #next: Child | undefined;
  #model = emptyModel;
  #kills = 0;

  constructor(bundle: string, env: NodeJS.ProcessEnv, folder: string, chance: SeededChance) {
    this.#bundle = bundle;
    this.#env = env;
    this.#folder = folder;
    this.#chance = chance;
  }

  /** Lets one process work until it is killed, and checks the file. Returns whether the process ended as planned. */
  async kill(ending: Ending): Promise<boolean> {
    if (this.#kills % killsPerFile === 0) this.#model = emptyModel;
    const list = path.join(this.#folder, `list-${Math.floor(this.#kills / killsPerFile)}.sqlite`);
    this.#kills += 1;
    const child = this.#next ?? this.#start();
    // Started while this one works, because starting takes longer than all the rest.
    this.#next = this.#start();
    const exit = once(child, 'exit');
    const ended = once(child, 'close');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    const order = {
      path: list,
      seed: this.#chance.whole(0, 2 ** 31),
      ...(ending !== 'anywhere' && { kill: ending }),
    };
    child.stdin.write(JSON.stringify(order));
    const isLate = await this.#awaitEnd(child, exit, ending);
    await ended;
    this.#look(list, messagesIn(said));
    return !isLate && child.signalCode === 'SIGKILL';
  }

  async end(): Promise<void> {
    if (this.#next === undefined) return;
    const ended = once(this.#next, 'close');
    this.#next.kill('SIGKILL');
    await ended;
  }

  async #awaitEnd(child: Child, exit: Promise<unknown>, ending: Ending): Promise<boolean> {
    if (ending === 'anywhere') {
      await Promise.race([wait(this.#chance.between(0, longestLifeMs)), exit]);
      child.kill('SIGKILL');
      return false;
    }
    const patience = new AbortController();
    const isLate = await Promise.race([
      exit.then(() => false),
      wait(patienceMs, true, { signal: patience.signal }).catch(() => true),
    ]);
    patience.abort();
    if (isLate) child.kill('SIGKILL');
    return isLate;
  }

  #start(): Child {
    return spawn(process.execPath, ['--no-warnings', this.#bundle], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: this.#env,
    });
  }

  /** Compares the reports of the process with the file. */
  #look(list: string, messages: readonly PersistenceMessage[]): void {
    let underWay: Act | undefined;
    for (const message of messages) {
      if (message.kind === 'failed') this.broken.push(message.error);
      if (message.kind === 'begins') underWay = message.act;
      if (message.kind !== 'done' || underWay === undefined) continue;
      this.#model = after(this.#model, underWay);
      this.acknowledged += 1;
      this.acknowledgedIds += underWay.numbers.length;
      underWay = undefined;
    }
    if (!existsSync(list)) {
      if (this.#model !== emptyModel) this.broken.push('The file is gone.');
      return;
    }
    const database = CleanupDatabase.open(list);
    try {
      this.broken.push(...judgePages(database));
      this.#model = this.#compare(textOf(database), underWay);
    } finally {
      database.close();
    }
  }

  /** The model that matches the file: an act that was in progress may hold, but only completely or not at all. */
  #compare(found: string, underWay: Act | undefined): Model {
    const held = underWay === undefined ? this.#model : after(this.#model, underWay);
    const isHeld = found === textOfModel(held);
    const isDropped = found === textOfModel(this.#model);
    if (!isHeld && !isDropped)
      this.broken.push(
        `Expected:\n${textOfModel(this.#model)}\nafter ${JSON.stringify(underWay)}, found:\n${found}`,
      );
    if (underWay !== undefined && isHeld !== isDropped) {
      if (isHeld) this.heldUnacknowledged += 1;
      else this.droppedUnacknowledged += 1;
    }
    return isDropped ? this.#model : held;
  }
}

/** Leaves out the last line: a process that is killed may have written only a part of it. */
function messagesIn(said: string): readonly PersistenceMessage[] {
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as PersistenceMessage);
}
