import type { Secrets } from '../../src/cleanup/integrations/integrationSecrets.ts';

/**
 * SecretStorage in memory; like the real one, which answers from another process, it answers one turn of the event loop
 * later.
 */
export class MemorySecrets implements Secrets {
  readonly #values = new Map<string, string>();

  get(key: string): Promise<string | undefined> {
    return nextTurn(() => this.#values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return nextTurn(() => void this.#values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return nextTurn(() => void this.#values.delete(key));
  }
}

function nextTurn<T>(act: () => T): Promise<T> {
  return new Promise((resolve) => {
    setImmediate(() => resolve(act()));
  });
}
