import { isLoopback } from '../veriff/credentials.ts';

/** One session of the sandbox. */
export interface SandboxSessionInfo {
  readonly id: string;
  readonly status: string;
  readonly inFlow?: boolean;
}

/** Talks to the control side of a sandbox on this machine. Throws where it does not answer as one. */
export class SandboxControl {
  readonly baseUrl: string;
  #apiKey: string | undefined;

  /** Throws where the address is not on loopback: nothing elsewhere is ever taken for a sandbox. */
  constructor(baseUrl: string, apiKey?: string) {
    const { hostname, protocol, origin } = new URL(baseUrl);
    if (protocol !== 'http:' || !isLoopback(hostname))
      throw new Error('A sandbox runs on this machine only.');
    this.baseUrl = origin;
    this.#apiKey = apiKey;
  }

  /** The made-up credentials of this sandbox. */
  async info(): Promise<{ apiKey: string; sharedSecretKey: string }> {
    const info = (await this.#ask('GET', 'info')) as Partial<Record<'apiKey' | 'sharedSecretKey', string>>;
    if (typeof info.apiKey !== 'string' || typeof info.sharedSecretKey !== 'string')
      throw new Error('This is no sandbox.');
    this.#apiKey = info.apiKey;
    return { apiKey: info.apiKey, sharedSecretKey: info.sharedSecretKey };
  }

  /** Whether a sandbox answers there. */
  async isRunning(): Promise<boolean> {
    return this.info().then(
      () => true,
      () => false,
    );
  }

  /** The sessions that still exist. */
  async sessions(): Promise<readonly SandboxSessionInfo[]> {
    return (await this.#ask('GET', 'sessions')) as readonly SandboxSessionInfo[];
  }

  async reset(): Promise<void> {
    await this.#ask('POST', 'reset');
  }

  async #ask(method: 'GET' | 'POST', what: 'info' | 'sessions' | 'reset'): Promise<unknown> {
    const headers: Record<string, string> =
      this.#apiKey === undefined ? {} : { 'X-AUTH-CLIENT': this.#apiKey };
    const answer = await fetch(`${this.baseUrl}/sandbox/${what}`, { method, headers, redirect: 'error' });
    if (!answer.ok) throw new Error(`The sandbox answered ${answer.status}.`);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }
}
