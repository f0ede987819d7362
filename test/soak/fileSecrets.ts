import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Secrets } from '../../src/cleanup/integrations/integrationSecrets.ts';

const longestAnswerMs = 8;

/**
 * SecretStorage as all windows of a machine share it: one file per secret, always replaced as a whole, with answers
 * that take a moment.
 */
export class FileSecrets implements Secrets {
  readonly #folder: string;
  readonly #chance: () => number;
  readonly #beforeStoring: (key: string) => void;
  #writes = 0;

  constructor(
    folder: string,
    chance: () => number = () => 0,
    beforeStoring: (key: string) => void = () => undefined,
  ) {
    this.#folder = folder;
    this.#chance = chance;
    this.#beforeStoring = beforeStoring;
  }

  async get(key: string): Promise<string | undefined> {
    await this.#answer();
    try {
      return await readFile(this.#path(key), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  async store(key: string, value: string): Promise<void> {
    await this.#answer();
    this.#writes += 1;
    const unfinished = `${this.#path(key)}.${process.pid}.${this.#writes}`;
    await writeFile(unfinished, value);
    this.#beforeStoring(key);
    await rename(unfinished, this.#path(key));
  }

  async delete(key: string): Promise<void> {
    await this.#answer();
    await rm(this.#path(key), { force: true });
  }

  async #answer(): Promise<void> {
    await wait(this.#chance() * longestAnswerMs);
  }

  #path(key: string): string {
    return path.join(this.#folder, `${key}.secret`);
  }
}
