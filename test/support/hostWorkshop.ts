// First, since the code under test holds on to what it finds in `vscode.window`.
import { person } from './personAtWindow.ts';
import { mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CleanupDatabase } from '../../src/cleanup/database/database.ts';
import { CleanupList, type Entry } from '../../src/cleanup/list/cleanupList.ts';
import { commands, secretKey, type CommandName } from '../../src/contributions.ts';
import { integrationKey, type Integration, type StoredIntegrations } from '../../src/editor/integration.ts';
import { activate } from '../../src/extension.ts';
import {
  startSandbox,
  type Sandbox,
  type SandboxOptions,
  type SandboxRequest,
} from '../../src/veriff/sandbox.ts';
import { parseSessionId } from '../../src/veriff/sessionId.ts';
import { eventually } from './eventually.ts';
import { SecretMap } from './secretMap.ts';

/** How a workshop differs from the usual one: a TEST integration for a fresh sandbox, the extension activated. */
export interface HostWorkshopOptions {
  readonly sandbox?: SandboxOptions;
  /** What differs from the sandbox's own integration; null stores none. */
  readonly integration?: Partial<Integration> | null;
  /** Called with the storage folder, and with the secrets, before the extension is activated. */
  readonly beforeActivation?: (storage: string, secrets: SecretMap) => void;
}

/** The extension, activated by hand with a storage of its own, a sandbox for its Veriff, and the person at its window. */
export class HostWorkshop {
  readonly sandbox: Sandbox;
  readonly storage: string;
  readonly secrets = new SecretMap();
  readonly #differences: Partial<Integration>;
  #subscriptions: vscode.Disposable[] = [];

  static async open(options: HostWorkshopOptions = {}): Promise<HostWorkshop> {
    person.forget();
    const workshop = new HostWorkshop(await startSandbox(options.sandbox), options.integration ?? {});
    if (options.integration !== null) workshop.storeIntegrations([workshop.integration]);
    options.beforeActivation?.(workshop.storage, workshop.secrets);
    workshop.activate();
    openWorkshops.add(workshop);
    return workshop;
  }

  private constructor(sandbox: Sandbox, integration: Partial<Integration>) {
    this.sandbox = sandbox;
    this.storage = path.join(
      mkdtempSync(path.join(realpathSync(tmpdir()), 'veriff-workshop-')),
      'globalStorage',
    );
    this.#differences = integration;
  }

  /** With the sandbox's current credentials; what was stored before a reset has those from before it. */
  get integration(): Integration {
    const { baseUrl, apiKey, sharedSecretKey } = this.sandbox;
    return {
      id: 'made-up',
      name: 'Shop',
      kind: 'TEST',
      baseUrl,
      apiKey,
      sharedSecretKeys: [sharedSecretKey],
      ...this.#differences,
    };
  }

  get databasePath(): string {
    return path.join(this.storage, 'cleanup.sqlite');
  }

  /** Activates the extension, as VS Code does once for each window. */
  activate(): void {
    this.#subscriptions = [];
    const context: Pick<
      vscode.ExtensionContext,
      'secrets' | 'globalStorageUri' | 'logUri' | 'subscriptions'
    > = {
      secrets: this.secrets,
      globalStorageUri: vscode.Uri.file(this.storage),
      logUri: vscode.Uri.file(path.join(this.storage, 'logs')),
      subscriptions: this.#subscriptions,
    };
    activate(context as vscode.ExtensionContext);
  }

  /** Disposes everything in VS Code's order, and resolves when nothing of it is shown any more. */
  async deactivate(): Promise<void> {
    for (const subscription of this.#subscriptions.splice(0).reverse()) subscription.dispose();
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

  /** Stores integrations as another window would; the first one is current. */
  storeIntegrations(integrations: readonly Integration[]): void {
    const stored: StoredIntegrations = { integrations, currentId: integrations[0]?.id };
    this.secrets.values.set(secretKey, JSON.stringify(stored));
  }

  /** The entry of a session as the database has it, read over a connection of its own. */
  entry(sessionId: string, integration: Integration = this.integration): Entry | undefined {
    const id = parseSessionId(sessionId);
    return this.inDatabase((database) =>
      id === undefined ? undefined : new CleanupList(database).find(integrationKey(integration), id),
    );
  }

  /** How many entries there are, whatever their integration. */
  entryCount(): number {
    return this.inDatabase((database) => Number(database.get('SELECT count(*) AS n FROM entries')?.['n']));
  }

  /** How many attempts are recorded, whatever their integration. */
  attemptCount(): number {
    return this.inDatabase((database) => Number(database.get('SELECT count(*) AS n FROM attempts')?.['n']));
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

  /** All bytes of all files in the storage folder, a character each. */
  storedBytes(): string {
    return readdirSync(this.storage)
      .map((name) => readFileSync(path.join(this.storage, name), 'latin1'))
      .join('\n');
  }

  /** Takes away whatever is in the storage's place. */
  clearStorage(): void {
    rmSync(this.storage, { recursive: true, force: true });
  }

  /** The id of the sandbox's session with this place in its list. */
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
