import * as vscode from 'vscode';
import { KeptMark } from '../../cleanup/attempts/keptMark.ts';
import type { RequestMeans } from '../../cleanup/attempts/reservation.ts';
import type { CleanupDatabase } from '../../cleanup/database/database.ts';
import type { Integration, IntegrationDraft } from '../../cleanup/integrations/integration.ts';
import {
  IntegrationSecrets,
  type Secrets,
  type StoredIntegrations,
} from '../../cleanup/integrations/integrationSecrets.ts';
import type { Integrations, Stored, StoringProblem } from '../../cleanup/integrations/integrations.ts';
import { markKey, oldKey } from '../../cleanup/integrations/secretKeys.ts';
import type { Clock } from '../../cleanup/quota/clock.ts';
import { startTimer } from './startTimer.ts';

/** VS Code's SecretStorage failed, for example because the system's keyring is locked or broken, or did not answer. */
export class SecretStorageFailed extends Error {
  override readonly name = 'SecretStorageFailed';
  readonly problem: 'failed' | 'silent';

  constructor(problem: 'failed' | 'silent') {
    super(problem === 'failed' ? 'The secret storage failed.' : 'The secret storage does not answer.');
    this.problem = problem;
  }
}

/**
 * A keyring may ask the user for a password; if there is no answer after this time, the user is told to look for that.
 */
export const longestAnswerMs = 10_000;

/** What the store needs from the app. */
export interface IntegrationStorePorts {
  /** Throws `DatabaseUnusable`. */
  readonly records: () => { readonly database: CleanupDatabase; readonly integrations: Integrations };
  /** Whether the database file exists; opening it would create it. */
  readonly hasDatabase: () => boolean;
  readonly clock: Clock;
  /** Whether SecretStorage holds anything of ours, if that is known at the start; used once. */
  readonly isStored?: Promise<boolean> | undefined;
}

/** What is read if nothing was ever stored. */
export const noIntegrations: StoredIntegrations = { integrations: [], currentId: undefined, withoutKeys: [] };
const ownPrefix = 'veriffCleanup.';

/**
 * The integrations: rows of the database and their secrets in SecretStorage. Nothing is cached, so changes of other
 * windows are always seen. `onDidChange` fires for changes of secrets in any window and for all changes in this one.
 * Rejects with `SecretStorageFailed`, `IntegrationsUnreadable` or `DatabaseUnusable`.
 */
export class IntegrationStore implements vscode.Disposable {
  readonly #ports: IntegrationStorePorts;
  readonly #secrets: Secrets;
  readonly #integrations: IntegrationSecrets;
  readonly #mark: KeptMark;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #isStored: Promise<boolean> | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(secrets: vscode.SecretStorage, ports: IntegrationStorePorts) {
    this.#ports = ports;
    this.#isStored = ports.isStored;
    this.#secrets = reachable(secrets);
    const { records, clock } = ports;
    this.#integrations = new IntegrationSecrets({
      secrets: this.#secrets,
      records,
      now: () => clock().wallAt,
    });
    this.#mark = new KeptMark({ secrets: this.#secrets, database: () => records().database, clock });
    this.#subscription = secrets.onDidChange(({ key }) => {
      if (key.startsWith(ownPrefix) && key !== markKey) this.#changed.fire();
    });
  }

  /** The mark of the list, kept in SecretStorage. */
  get mark(): KeptMark {
    return this.#mark;
  }

  /** All integrations that have not ended. */
  async read(): Promise<StoredIntegrations> {
    if (!this.#ports.hasDatabase() && (await this.#isEmpty())) return noIntegrations;
    return this.#integrations.read();
  }

  /** The current integration, or undefined if there is none. */
  async current(): Promise<Integration | undefined> {
    const { integrations, currentId } = await this.read();
    return integrations.find(({ id }) => id === currentId);
  }

  /** Reads what a request for this integration uses; undefined if it has ended or its secrets are missing. */
  async readMeans(id: string): Promise<RequestMeans | undefined> {
    const [integration, mark] = await Promise.all([this.#integrations.readOne(id), this.#mark.read()]);
    return integration && { integration, mark, readAt: this.#ports.clock() };
  }

  /** Stores a new integration and makes it the current one. */
  async add(draft: IntegrationDraft): Promise<Stored | StoringProblem> {
    const result = await this.#told(this.#integrations.add(draft));
    // From now on there are consents that could end; the mark also tells the next start that something is stored.
    await this.#mark.bringUpToDate();
    return result;
  }

  /** Changes an integration. If something changes that a consent names, it gets a new id. */
  change(id: string, draft: IntegrationDraft): Promise<Stored | StoringProblem> {
    return this.#told(this.#integrations.change(id, draft));
  }

  /** Makes another integration the current one. */
  switchTo(id: string): void {
    this.#integrations.switchTo(id);
    this.#changed.fire();
  }

  /**
   * Ends an integration and erases its secrets. If it was the current one, the first of the others becomes current.
   * Returns false, and does nothing, if the database does not have it any more.
   */
  remove(id: string): Promise<boolean> {
    return this.#told(this.#integrations.remove({ id }));
  }

  /** The integrations that SecretStorage has, for when the database cannot be used. */
  readSecretsAlone(): ReturnType<IntegrationSecrets['readSecretsAlone']> {
    return this.#integrations.readSecretsAlone();
  }

  /** Erases the secrets of one slot without asking the database. */
  eraseSlot(slot: number): Promise<void> {
    return this.#told(this.#integrations.eraseSlot(slot));
  }

  /** Erases all secrets and the mark, even those that cannot be read. */
  async removeAll(): Promise<void> {
    await this.#told(this.#integrations.eraseAll());
    await this.#mark.forget();
  }

  /** Erases the secrets of ended integrations. Must be called at each start. */
  async eraseEnded(): Promise<void> {
    if (this.#ports.hasDatabase()) await this.#integrations.eraseEnded();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  /** Whether nothing was ever stored; then no database is created. */
  async #isEmpty(): Promise<boolean> {
    const asked = this.#isStored;
    this.#isStored = undefined;
    if (asked !== undefined) return !(await reached(() => asked));
    const values = await Promise.all([this.#secrets.get(oldKey), this.#secrets.get(markKey)]);
    return values.every((value) => value === undefined);
  }

  async #told<T>(change: Promise<T>): Promise<T> {
    try {
      return await change;
    } finally {
      this.#changed.fire();
    }
  }
}

function reachable(secrets: vscode.SecretStorage): Secrets {
  return {
    get: (key) => reached(() => secrets.get(key)),
    store: (key, value) => reached(() => secrets.store(key, value)),
    delete: (key) => reached(() => secrets.delete(key)),
  };
}

// The cause is left out, because a keyring's error message may contain anything.
function reached<T>(access: () => Thenable<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = startTimer(longestAnswerMs, () => reject(new SecretStorageFailed('silent')));
    Promise.resolve()
      .then(access)
      .then(resolve, () => reject(new SecretStorageFailed('failed')))
      .finally(stop);
  });
}
