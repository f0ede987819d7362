import * as vscode from 'vscode';
import { commands } from '../../contributions.ts';
import type { Desk } from '../desk.ts';
import { sandboxIntegrationId, type Integration } from '../integration.ts';
import { showResult } from '../messages.ts';
import { SandboxControl, type SandboxSessionInfo } from '../sandboxControl.ts';
import { sessionsFromText } from '../sessionInput.ts';
import { deleteChosen } from './deleteSession.ts';

interface EmbeddedSandbox {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** The sandbox commands and the embedded sandbox that they start. Disposing ends it. */
export class SandboxCommands implements vscode.Disposable {
  readonly #desk: Desk;
  // Kept from its first moment on: of two that are started at once, only one would be ended.
  #embedded: Promise<EmbeddedSandbox> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** "Try with the Sandbox": a TEST integration for a Veriff on this machine, and some of its sessions to delete. */
  async start(): Promise<void> {
    const control = await this.#running();
    const { apiKey, sharedSecretKey } = await control.info();
    const integration: Integration = {
      id: sandboxIntegrationId,
      name: 'Sandbox',
      kind: 'TEST',
      baseUrl: control.baseUrl,
      apiKey,
      sharedSecretKeys: [sharedSecretKey],
    };
    await this.#desk.store.save(integration);
    this.#desk.log.event(`sandbox: ${control.baseUrl}, on this machine alone; it is the current integration`);
    await this.#offerSessions(integration, await control.sessions());
  }

  /** "Reset the Sandbox": its first sessions again, and a fresh quota, there and in the records here. */
  async reset(): Promise<void> {
    const stored = (await this.#desk.store.read()).integrations.find(({ id }) => id === sandboxIntegrationId);
    if (stored === undefined) {
      showResult(
        'info',
        'There is no sandbox to reset: run “Veriff: Try with the Sandbox” first.',
        this.#desk.log,
      );
      return;
    }
    const control = new SandboxControl(stored.baseUrl, stored.apiKey);
    if (!(await control.isRunning())) {
      const start = {
        title: 'Try with the Sandbox',
        run: () => vscode.commands.executeCommand(commands.startSandbox),
      };
      showResult('warning', 'Nothing was reset: the sandbox is not running any more.', this.#desk.log, [
        start,
      ]);
      return;
    }
    await control.reset();
    this.#desk.forgetSandbox(stored);
    this.#desk.log.event('sandbox reset: fresh sessions, fresh quota');
    showResult('info', 'The sandbox has its first sessions again, and a fresh quota.', this.#desk.log);
  }

  dispose(): void {
    void this.#embedded?.then((sandbox) => sandbox.close());
    this.#embedded = undefined;
  }

  /** The sandbox that runs already (handed over, or another window's), else an embedded one, started now. */
  async #running(): Promise<SandboxControl> {
    const handedOver = process.env['VERIFF_CLEANUP_SANDBOX'];
    if (handedOver !== undefined) return new SandboxControl(handedOver);
    const stored = (await this.#desk.store.read()).integrations.find(({ id }) => id === sandboxIntegrationId);
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
      this.#desk,
      integration,
      sessionsFromText(picked.map(({ label }) => label).join('\n')),
    );
  }
}

async function startEmbedded(): Promise<EmbeddedSandbox> {
  const { startSandbox } = await import('../../veriff/sandbox.ts');
  return startSandbox();
}
