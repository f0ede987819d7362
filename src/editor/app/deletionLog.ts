import * as vscode from 'vscode';
import { DatabaseUnusable } from '../../cleanup/database/databaseUnusable.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { QuotaState } from '../../cleanup/quota/quota.ts';
import type { DeletionOutcome, LookUpOutcome } from '../../veriff/outcome.ts';
import { logName } from '../../contributions.ts';
import { titleOf, type Integration } from './integration.ts';
import { answerLine } from '../text/outcomeText.ts';
import { quotaLine } from '../text/quotaText.ts';

/** One answer to be logged. `durationMs` is the time from sending to judging. */
export interface LoggedAnswer {
  readonly integration: Integration;
  readonly sessionId: SessionId;
  readonly outcome: DeletionOutcome | LookUpOutcome;
  readonly durationMs: number;
  /** Undefined if the database cannot be read. */
  readonly quota: QuotaState | undefined;
}

/**
 * The output channel "Veriff Cleanup": one line per event. Secrets, signatures and texts from the server are never
 * logged.
 */
export class DeletionLog implements vscode.Disposable {
  readonly #channel: vscode.LogOutputChannel = vscode.window.createOutputChannel(logName, { log: true });

  /** Logs one DELETE and the rate-limit state after it. */
  deletion(answer: LoggedAnswer): void {
    const line = answerText(answer.outcome.kind, answer);
    if (answer.outcome.kind === 'deleted' || answer.outcome.kind === 'notFound') this.#channel.info(line);
    else this.#channel.warn(line);
  }

  /** Logs one look-up and its purpose; it uses no quota. */
  lookUp(purpose: string, answer: LoggedAnswer): void {
    this.#channel.info(answerText(`${purpose}: ${answer.outcome.kind}`, answer));
  }

  /** Logs an event in one line without secrets. */
  event(text: string): void {
    this.#channel.info(text);
  }

  /** Logs a problem in one line without secrets. */
  problem(text: string): void {
    this.#channel.error(text);
  }

  /** Logs a failure of this extension. Only messages of the database are logged, since they contain no secrets. */
  failure(what: string, error: unknown): void {
    this.#channel.error(error instanceof DatabaseUnusable ? `${what}: ${error.message}` : what);
  }

  /** Brings the channel to the front without taking the focus. */
  show(): void {
    this.#channel.show(true);
  }

  clear(): void {
    this.#channel.clear();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

function answerText(
  what: string,
  { integration, sessionId, outcome, durationMs, quota }: LoggedAnswer,
): string {
  return [
    what,
    sessionId,
    titleOf(integration),
    ...answerLine(outcome),
    `${Math.round(durationMs)} ms`,
    quota === undefined ? 'rate limit not readable' : quotaLine(quota, Date.now()),
  ].join(' · ');
}
