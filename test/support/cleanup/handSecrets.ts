import type { Secrets } from '../../../src/cleanup/integrations/integrationSecrets.ts';

/** One access to the secret storage; `moment` tells whether it is about to be done or has been done. */
export interface SecretAccess {
  readonly what: 'get' | 'store' | 'delete';
  readonly key: string;
  readonly moment: 'before' | 'after';
}

/** SecretStorage over a map that outlives windows; what becomes of each access is in the hands of the test. */
export class HandSecrets implements Secrets {
  readonly values: Map<string, string>;
  /** Awaited right before and right after each access: it may hang, reject, or let it go on. */
  onAccess: (access: SecretAccess) => Promise<void> | void = () => undefined;

  constructor(values = new Map<string, string>()) {
    this.values = values;
  }

  get(key: string): Promise<string | undefined> {
    return this.#access('get', key, () => this.values.get(key));
  }

  store(key: string, value: string): Promise<void> {
    return this.#access('store', key, () => void this.values.set(key, value));
  }

  delete(key: string): Promise<void> {
    return this.#access('delete', key, () => void this.values.delete(key));
  }

  async #access<T>(what: SecretAccess['what'], key: string, act: () => T): Promise<T> {
    await this.onAccess({ what, key, moment: 'before' });
    const result = act();
    await this.onAccess({ what, key, moment: 'after' });
    return result;
  }
}

/** A promise that never settles: what a window waits for that ends meanwhile. */
export function forever(): Promise<never> {
  return new Promise(() => undefined);
}

/** Resolves once everything that waits for nothing else has gone on. */
export function allGoneOn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
