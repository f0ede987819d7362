import type { Secrets } from '../../../src/cleanup/integrations/integrationSecrets.ts';

/** One access to the secret storage; `moment` says whether it is about to happen or has happened. */
export interface SecretAccess {
  readonly what: 'get' | 'store' | 'delete';
  readonly key: string;
  readonly moment: 'before' | 'after';
}

/** SecretStorage over a map that outlives windows; the test decides what happens to each access. */
export class HandSecrets implements Secrets {
  readonly values: Map<string, string>;
  /** Awaited right before and right after each access: it may hang, reject, or let the access continue. */
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

/** A promise that never settles, for a window that ends while it waits. */
export function forever(): Promise<never> {
  return new Promise(() => undefined);
}

/** Resolves when everything that waits only for promises has continued. */
export function allGoneOn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
