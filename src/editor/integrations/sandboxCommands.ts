import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import type { Integration, IntegrationDraft } from '../app/integration.ts';
import { showResult } from '../app/messages.ts';
import { SandboxControl, type SandboxSessionInfo } from './sandboxControl.ts';
import { sessionsFromText } from '../input/sessionInput.ts';
import { deleteChosen, type Deleting } from '../deletion/deleteSession.ts';

interface EmbeddedSandbox {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** The sandbox commands and the embedded sandbox that they start; disposing stops it. */
export class SandboxCommands implements vscode.Disposable {
  readonly #app: App;
  readonly #deleting: Deleting;
  // Stored as a promise: if two were started at once, only one of them would be stopped.
  #embedded: Promise<EmbeddedSandbox> | undefined;

  constructor(deleting: Deleting) {
    this.#app = deleting.app;
    this.#deleting = deleting;
  }

  /**
   * "Try with the Sandbox": adds a TEST integration for a sandbox on this machine, and offers some of its sessions for
   * deletion.
   */
  async start(): Promise<void> {
    const control = await this.#running();
    const integration = await this.#stored(control, await control.info());
    this.#app.log.event(`sandbox: ${control.baseUrl}, on this machine alone; it is the current integration`);
    await this.#offerSessions(integration, await control.sessions());
  }

  /** The sandbox's integration with these keys: the stored one, or a new one that replaces it. */
  async #stored(
    { baseUrl }: SandboxControl,
    { apiKey, sharedSecretKey }: Awaited<ReturnType<SandboxControl['info']>>,
  ): Promise<Integration> {
    const { store } = this.#app;
    const before = (await store.read()).integrations.find(({ isSandbox }) => isSandbox);
    if (before?.apiKey === apiKey && before.baseUrl === baseUrl) {
      store.switchTo(before.id);
      return before;
    }
    // Removed, not changed: a new key of the sandbox has a new quota, without the past of the old one.
    if (before !== undefined) await store.remove(before.id);
    const draft: IntegrationDraft = {
      ...{ name: 'Sandbox', kind: 'TEST', baseUrl, apiKey, sharedSecretKeys: [sharedSecretKey] },
      isSandbox: true,
    };
    const result = await store.add(draft);
    if (result.kind === 'stored') return { ...draft, id: result.row.id };
    throw new Error(`The sandbox's integration could not be stored: ${result.kind}.`);
  }

  /** "Reset the Sandbox": restores its first sessions and a fresh quota, in the sandbox and in the database here. */
  async reset(): Promise<void> {
    const { integrations, currentId } = await this.#app.store.read();
    const stored = integrations.find(({ isSandbox }) => isSandbox);
    if (stored === undefined) {
      showResult(
        'info',
        'There is no sandbox to reset: run “Veriff: Try with the Sandbox” first.',
        this.#app.log,
      );
      return;
    }
    const control = new SandboxControl(stored.baseUrl, stored.apiKey);
    if (!(await control.isRunning())) {
      const start = {
        title: 'Try with the Sandbox',
        run: () => vscode.commands.executeCommand(commands.startSandbox),
      };
      showResult('warning', 'Nothing was reset: the sandbox is not running any more.', this.#app.log, [
        start,
      ]);
      return;
    }
    await this.#stored(control, await control.reset());
    if (currentId !== undefined && currentId !== stored.id) this.#app.store.switchTo(currentId);
    this.#app.changed();
    this.#app.log.event('sandbox reset: fresh sessions, fresh quota');
    showResult('info', 'The sandbox has its first sessions again, and a fresh quota.', this.#app.log);
  }

  dispose(): void {
    void this.#embedded?.then((sandbox) => sandbox.close());
    this.#embedded = undefined;
  }

  /** The running sandbox (from the environment, or another window's), else an embedded one that is started now. */
  async #running(): Promise<SandboxControl> {
    const handedOver = process.env['VERIFF_CLEANUP_SANDBOX'];
    if (handedOver !== undefined) return new SandboxControl(handedOver);
    const stored = (await this.#app.store.read()).integrations.find(({ isSandbox }) => isSandbox);
    const known = stored && new SandboxControl(stored.baseUrl);
    if (known !== undefined && (await known.isRunning())) return known;
    this.#embedded ??= startEmbedded();
    const { baseUrl } = await this.#embedded.catch((error: unknown) => {
      this.#embedded = undefined;
      throw error;
    });
    return new SandboxControl(baseUrl);
  }

  async #offerSessions(integration: Integration, sessions: readonly SandboxSessionInfo[]): Promise<void> {
    const picked = await vscode.window.showQuickPick(
      sessions.map(({ id, status, inFlow }) => ({
        label: id,
        description: inFlow ? `${status}, end-user in the flow` : status,
      })),
      {
        title: 'Sandbox: delete which sessions?',
        placeHolder:
          'Made-up sessions on this machine. Pick some to delete; a confirmation follows. Escape picks none.',
        canPickMany: true,
        matchOnDescription: true,
      },
    );
    if (picked === undefined || picked.length === 0) return;
    await deleteChosen(
      this.#deleting,
      integration,
      sessionsFromText(picked.map(({ label }) => label).join('\n')),
    );
  }
}

async function startEmbedded(): Promise<EmbeddedSandbox> {
  const { startSandbox } = await import('../../sandbox/sandbox.ts');
  return startSandbox();
}
