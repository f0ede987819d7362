import * as vscode from 'vscode';
import { views } from '../../contributions.ts';
import type { App } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import type { QuotaState } from '../../cleanup/quota/quota.ts';
import { daySvg } from './daySvg.ts';
import { nextSlotText, quotaBadge, standstillText, waitingText, windowText } from '../text/quotaText.ts';

/** The status bar item: the rate-limit state of the current integration. Hidden if there is none. */
export class StatusBar implements vscode.Disposable {
  readonly #app: App;
  readonly #item = vscode.window.createStatusBarItem(
    'veriffCleanup.quota',
    vscode.StatusBarAlignment.Right,
    50,
  );
  readonly #subscription: vscode.Disposable;

  constructor(app: App) {
    this.#app = app;
    this.#item.name = 'Veriff Rate Limit';
    this.#item.command = `${views.list}.focus`;
    this.#subscription = app.onDidChange(() => void this.#refresh());
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#item.dispose();
  }

  async #refresh(): Promise<void> {
    try {
      const integration = await this.#app.store.current();
      if (integration === undefined) this.#item.hide();
      else this.#show(integration);
    } catch {
      // Commands report the reason; the status item only shows that something is wrong.
      this.#item.text = '$(warning) Veriff';
      this.#item.tooltip =
        'Session Cleanup for Veriff: the list or the credentials cannot be read. Nothing is sent.';
      this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      this.#item.show();
    }
  }

  #show(integration: Integration): void {
    const key = integration.id;
    const { book, groups, switches } = this.#app.records();
    const quota = book.quota(key);
    const waiting = groups.counts({ integrations: [key] }).get('queue') ?? 0;
    const standstill = standstillText(switches.isPaused(), switches.stopOf(key), quota, waiting);
    const icon = standstill === '' ? '' : '$(debug-pause) ';
    this.#item.text = `${icon}Veriff ${quotaBadge(quota)} · ${titleOf(integration)}`;
    this.#item.backgroundColor =
      integration.kind === 'LIVE' ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.#item.tooltip = tooltip(
      integration,
      quota,
      book.recent(key, 24).map(({ settledAt }) => settledAt),
      waitingText(waiting, book.schedule(key).at(waiting - 1), standstill),
    );
    this.#item.accessibilityInformation = {
      label: `Veriff rate limit, ${titleOf(integration)}: ${spoken(quota)}${standstill === '' ? '' : `, ${standstill}`}`,
    };
    this.#item.show();
  }
}

function tooltip(
  integration: Integration,
  quota: QuotaState,
  sentAt: readonly number[],
  waiting: string,
): vscode.MarkdownString {
  const now = Date.now();
  const text = new vscode.MarkdownString();
  text.appendText(`${titleOf(integration)}\n`);
  for (const window of quota.windows) {
    text.appendText(
      `${window.used} of ${window.limit.count} deletions used ${windowText(window)}, ${window.free} free\n`,
    );
  }
  text.appendText(`Next slot: ${nextSlotText(quota, now)}\n`);
  if (waiting !== '') text.appendText(`${waiting}\n`);
  if (quota.parkedForMs > 0) text.appendText('Veriff answered 429: nothing is sent until then.\n');
  const picture = Buffer.from(daySvg(sentAt, now)).toString('base64');
  text.appendMarkdown(`\n![Deletion requests in the last 24 hours](data:image/svg+xml;base64,${picture})`);
  return text;
}

function spoken(quota: QuotaState): string {
  const windows = quota.windows.map(
    (window) => `${window.used} of ${window.limit.count} used ${windowText(window)}`,
  );
  return `${windows.join(', ')}, next slot ${nextSlotText(quota, Date.now())}`;
}
