import { isLoopback } from '../../veriff/credentials.ts';

/** The credentials of a sandbox, valid until its next reset. */
export interface SandboxControlCredentials {
  readonly apiKey: string;
  readonly sharedSecretKey: string;
}

/** One session of the sandbox. */
export interface SandboxSessionInfo {
  readonly id: string;
  readonly status: string;
  readonly inFlow?: boolean;
}

// Another program may use a sandbox's old port now, accept the request and never answer.
const longestAnswerMs = 5_000;

/** Calls the control API of a sandbox on this machine. Throws if no sandbox answers. */
export class SandboxControl {
  readonly baseUrl: string;
  readonly #answerMs: number;
  #apiKey: string | undefined;

  /** Throws if the address is not a loopback one: nothing else is ever treated as a sandbox. */
  constructor(baseUrl: string, apiKey?: string, answerMs = longestAnswerMs) {
    const { hostname, protocol, origin } = new URL(baseUrl);
    if (protocol !== 'http:' || !isLoopback(hostname))
      throw new Error('A sandbox runs on this machine only.');
    this.baseUrl = origin;
    this.#apiKey = apiKey;
    this.#answerMs = answerMs;
  }

  /** The current credentials of this sandbox; later requests use its key. */
  async info(): Promise<SandboxControlCredentials> {
    return this.#credentialsIn(await this.#ask('GET', 'info'));
  }

  async isRunning(): Promise<boolean> {
    return this.info().then(
      () => true,
      () => false,
    );
  }

  /** The sessions that still exist. */
  async sessions(): Promise<readonly SandboxSessionInfo[]> {
    const sessions = await this.#ask('GET', 'sessions');
    if (!Array.isArray(sessions) || !sessions.every(isSessionInfo)) throw noSandbox();
    return sessions;
  }

  /**
   * Restores the sandbox's first sessions, with a fresh quota and new credentials; later requests use the new key. If
   * this throws, the sandbox may have been reset nevertheless, and `info` returns its current credentials.
   */
  async reset(): Promise<SandboxControlCredentials> {
    return this.#credentialsIn(await this.#ask('POST', 'reset'));
  }

  #credentialsIn(answer: unknown): SandboxControlCredentials {
    const { apiKey, sharedSecretKey } = isRecord(answer) ? answer : {};
    if (typeof apiKey !== 'string' || typeof sharedSecretKey !== 'string') throw noSandbox();
    this.#apiKey = apiKey;
    return { apiKey, sharedSecretKey };
  }

  async #ask(method: 'GET' | 'POST', what: 'info' | 'sessions' | 'reset'): Promise<unknown> {
    const headers: Record<string, string> =
      this.#apiKey === undefined ? {} : { 'X-AUTH-CLIENT': this.#apiKey };
    const answer = await fetch(`${this.baseUrl}/sandbox/${what}`, {
      method,
      headers,
      redirect: 'error',
      signal: AbortSignal.timeout(this.#answerMs),
    });
    if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}.`);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }
}

function isSessionInfo(value: unknown): value is SandboxSessionInfo {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['status'] === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function noSandbox(): Error {
  return new Error('This is no sandbox.');
}
