// First, because the code under test keeps references to what it finds in `vscode.window`.
import { person } from './personAtWindow.ts';
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CleanupDatabase } from '../../../src/cleanup/database/database.ts';
import { Integrations } from '../../../src/cleanup/integrations/integrations.ts';
import { CleanupList, type Agreed, type NewEntry } from '../../../src/cleanup/list/cleanupList.ts';
import type { Entry } from '../../../src/cleanup/list/entry.ts';
import { systemClock } from '../../../src/cleanup/quota/clock.ts';
import { commands, type CommandName } from '../../../src/contributions.ts';
import { IntegrationStore } from '../../../src/editor/app/integrationStore.ts';
import { App } from '../../../src/editor/app/app.ts';
import type { Integration, IntegrationDraft } from '../../../src/editor/app/integration.ts';
import { activate } from '../../../src/extension.ts';
import type { SandboxOptions, SandboxRequest } from '../../../src/sandbox/sandbox.ts';
import { parseSessionId } from '../../../src/veriff/sessionId.ts';
import { eventually } from '../process/eventually.ts';
import { SecretMap } from '../cleanup/secretMap.ts';
import { startFaultySandbox, type FaultySandbox } from '../sandbox/faultySandbox.ts';

/** How a workshop differs from the default: a TEST integration for a new sandbox, the extension activated. */
export interface HostWorkshopOptions {
  readonly sandbox?: SandboxOptions;
  /** What differs from the sandbox's own integration; null stores none. */
  readonly integration?: Partial<IntegrationDraft> | null;
  /** Called with the storage folder and the secrets before the extension is activated. */
  readonly beforeActivation?: (storage: string, secrets: SecretMap) => void;
}

/**
 * The extension, activated by the test with its own storage, a sandbox as its Veriff server, and the user at its
 * window.
 */
export class HostWorkshop {
  readonly sandbox: FaultySandbox;
  readonly storage: string;
  readonly secrets = new SecretMap();
  readonly #differences: Partial<IntegrationDraft>;
  readonly #windows: App[] = [];
  #stored: Integration | undefined;
  #subscriptions: vscode.Disposable[] = [];

  static async open(options: HostWorkshopOptions = {}): Promise<HostWorkshop> {
    person.forget();
    const workshop = new HostWorkshop(await startFaultySandbox(options.sandbox), options.integration ?? {});
    if (options.integration !== null) await workshop.storeOwn();
    options.beforeActivation?.(workshop.storage, workshop.secrets);
    workshop.activate();
    openWorkshops.add(workshop);
    return workshop;
  }

  private constructor(sandbox: FaultySandbox, integration: Partial<IntegrationDraft>) {
    this.sandbox = sandbox;
    this.storage = path.join(
      mkdtempSync(path.join(realpathSync(tmpdir()), 'veriff-workshop-')),
      'globalStorage',
    );
    this.#differences = integration;
  }

  /**
   * The integration of this workshop as it was first stored; its credentials are the sandbox's from before any reset.
   */
  get integration(): Integration {
    if (this.#stored === undefined) throw new Error('No integration is stored.');
    return this.#stored;
  }

  /** The values that a user enters for an integration with this workshop's sandbox. */
  get draft(): IntegrationDraft {
    const { baseUrl, apiKey, sharedSecretKey } = this.sandbox;
    return {
      name: 'Shop',
      kind: 'TEST',
      baseUrl,
      apiKey,
      sharedSecretKeys: [sharedSecretKey],
      isSandbox: false,
      ...this.#differences,
    };
  }

  get databasePath(): string {
    return path.join(this.storage, 'cleanup.sqlite');
  }

  /** Activates the extension, as VS Code does once for each window. */
  activate(): void {
    this.#subscriptions = [];
    const context = { ...this.#context, subscriptions: this.#subscriptions };
    activate(context as vscode.ExtensionContext);
  }

  /** Waits until the window has opened by itself, which it does if something is stored, and has read its data. */
  async opened(): Promise<void> {
    await eventually('the window is open', () => person.statusItems.size === 1);
    await this.secrets.settled();
  }

  /** Opens another window on the same storage and secrets: its app, whose commands can be called, without a view. */
  openWindow(): App {
    const app = new App(this.#context as vscode.ExtensionContext);
    this.#windows.push(app);
    return app;
  }

  get #context(): Pick<vscode.ExtensionContext, 'secrets' | 'globalStorageUri' | 'logUri'> {
    return {
      secrets: this.secrets,
      globalStorageUri: vscode.Uri.file(this.storage),
      logUri: vscode.Uri.file(path.join(this.storage, 'logs')),
    };
  }

  /** Disposes everything in VS Code's order, and resolves when nothing of it is shown any more. */
  async deactivate(): Promise<void> {
    for (const subscription of this.#subscriptions.splice(0).reverse()) subscription.dispose();
    for (const app of this.#windows.splice(0)) app.dispose();
    await eventually('something is shown that was disposed', () => {
      return person.statusItems.size + person.channels.size + person.trees.size === 0;
    });
  }

  async close(): Promise<void> {
    openWorkshops.delete(this);
    await this.deactivate();
    await this.sandbox.close();
    rmSync(path.dirname(this.storage), { recursive: true, force: true, maxRetries: 5 });
  }

  /** Runs a command as a menu or another extension does. */
  async run(name: CommandName, ...args: readonly unknown[]): Promise<void> {
    await vscode.commands.executeCommand(commands[name], ...args);
  }

  /** Stores this workshop's integration, as another window would. */
  async storeOwn(): Promise<Integration> {
    this.#stored = await this.addIntegration();
    return this.#stored;
  }

  /** Stores the workshop's integration with differences, as another window would, and makes it the current one. */
  async addIntegration(parts: Partial<IntegrationDraft> = {}): Promise<Integration> {
    const draft = { ...this.draft, ...parts };
    const result = await this.inStore((store) => store.add(draft));
    if (result.kind !== 'stored') throw new Error(`The integration was not stored: ${result.kind}.`);
    return { ...draft, id: result.row.id };
  }

  /** Changes the workshop's integration as another window would; returns what is stored then. */
  async changeIntegration(parts: Partial<IntegrationDraft>): Promise<Integration> {
    const { id, ...before } = this.integration;
    const result = await this.inStore((store) => store.change(id, { ...before, ...parts }));
    if (result.kind !== 'stored') throw new Error(`The integration was not changed: ${result.kind}.`);
    return { ...before, ...parts, id: result.row.id };
  }

  /** Makes an integration the current one, as another window would. */
  async switchTo({ id }: Integration): Promise<void> {
    await this.inStore((store) => {
      store.switchTo(id);
      return Promise.resolve();
    });
  }

  /** Removes the workshop's integration as another window would. */
  async removeIntegration(): Promise<void> {
    await this.inStore((store) => store.remove(this.integration.id));
  }

  /** The living integrations whose secrets are stored, the current one first. */
  async storedIntegrations(): Promise<readonly Integration[]> {
    const { integrations, currentId } = await this.inStore((store) => store.read());
    const current = integrations.filter(({ id }) => id === currentId);
    return [...current, ...integrations.filter(({ id }) => id !== currentId)];
  }

  /** Does something with the integrations over a connection of its own. */
  async inStore<T>(work: (store: IntegrationStore) => Promise<T>): Promise<T> {
    const database = CleanupDatabase.open(this.databasePath);
    const records = { database, integrations: new Integrations(database) };
    const store = new IntegrationStore(this.secrets, {
      records: () => records,
      hasDatabase: () => true,
      clock: systemClock,
    });
    try {
      return await work(store);
    } finally {
      store.dispose();
      database.close();
    }
  }

  /** Confirms sessions of the workshop's integration, as another window's dialog does. */
  confirm(sessionIds: readonly string[], integration: Integration = this.integration): Agreed {
    const sessions = sessionIds.flatMap((text): NewEntry[] => {
      const sessionId = parseSessionId(text);
      return sessionId === undefined ? [] : [{ sessionId }];
    });
    const agreed = this.inDatabase((database) =>
      new CleanupList(database).agree(integration, sessions, Date.now()),
    );
    if (agreed === undefined) throw new Error('The integration is not stored any more.');
    return agreed;
  }

  /**
   * Lets the list continue until everything that may leave by itself has left: whatever waits for a look-up or a retry
   * is due, and a session that is confirmed after all others has left. Needs a free slot, and a sandbox that answers.
   */
  async goOn(lastSessionId: string): Promise<void> {
    this.inDatabase((database) =>
      database.run('UPDATE list_entries SET wait_until_ms = 0 WHERE wait_until_ms > 0'),
    );
    this.confirm([lastSessionId]);
    this.secrets.touch();
    await eventually('the last one is sent', () => this.entry(lastSessionId)?.state === 'deleted');
  }

  /** The entry of a session in the database, read over a connection of its own. */
  entry(sessionId: string, integration: Integration = this.integration): Entry | undefined {
    const id = parseSessionId(sessionId);
    return this.inDatabase((database) =>
      id === undefined ? undefined : new CleanupList(database).find(integration.id, id),
    );
  }

  /** The number of entries of all integrations. */
  entryCount(): number {
    return this.inDatabase((database) =>
      Number(database.get('SELECT count(*) AS n FROM list_entries')?.['n']),
    );
  }

  /** The number of recorded attempts of all integrations. */
  attemptCount(): number {
    return this.inDatabase((database) =>
      Number(database.get('SELECT count(*) AS n FROM deletion_attempts')?.['n']),
    );
  }

  inDatabase<T>(work: (database: CleanupDatabase) => T): T {
    const database = CleanupDatabase.open(this.databasePath);
    try {
      return work(database);
    } finally {
      database.close();
    }
  }

  /** The DELETE requests that reached the sandbox. */
  deletions(): readonly SandboxRequest[] {
    return this.sandbox.requests().filter(({ method }) => method === 'DELETE');
  }

  /** All bytes of all files in the storage folder, one character each. */
  storedBytes(): string {
    return readdirSync(this.storage)
      .map((name) => readFileSync(path.join(this.storage, name), 'latin1'))
      .join('\n');
  }

  /** Copies the storage folder; the returned function puts that copy in its place, as restoring a backup would. */
  copyStorage(): () => void {
    const copy = `${this.storage}.copy`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(this.storage, copy, { recursive: true });
    return () => {
      this.clearStorage();
      cpSync(copy, this.storage, { recursive: true });
    };
  }

  /** Removes whatever is in the storage's place. */
  clearStorage(): void {
    rmSync(this.storage, { recursive: true, force: true });
  }

  /** The id of the sandbox's session with this position in its list. */
  sessionId(index: number): string {
    const session = this.sandbox.sessions()[index];
    if (session === undefined) throw new Error(`The sandbox has no session ${index}.`);
    return session.id;
  }
}

const openWorkshops = new Set<HostWorkshop>();

/** Closes what a test has left open; for `afterEach`. */
export async function closeWorkshops(): Promise<void> {
  for (const workshop of [...openWorkshops]) await workshop.close();
}
