import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import fetch from 'node-fetch';
import { deleteSession, type Fetch, type lookUpSession } from '../../../src/veriff/client.ts';
import type { Credentials } from '../../../src/veriff/credentials.ts';
import type { SessionId } from '../../../src/veriff/sessionId.ts';
import { inBrief } from '../server/hostileServer.ts';

/** The session that `AskingClient` asks for, and the credentials for it. */
export const sample = {
  id: 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7' as SessionId,
  signature: '895cb3fd31139d89aeb7b263682e15479ab57651e70591256ad2c14fde4950dd',
  key: 'abcdef12-abcd-abcd-abcd-abcdef012345',
  apiKey: '11111111-2222-4333-8444-555555555555',
} as const;

/** A client whose time the test controls. Whatever the server answers, no outcome may hold a credential. */
export class AskingClient {
  readonly timers: { ms: number; fire: () => void; stopped: boolean }[] = [];
  readonly fetch: Fetch;
  readonly credentials: Credentials;
  calls = 0;

  constructor(baseUrl: string, innerFetch: Fetch = fetch) {
    this.credentials = { baseUrl, apiKey: sample.apiKey, sharedSecretKeys: [sample.key] };
    this.fetch = (url, init) => {
      this.calls += 1;
      return innerFetch(url, init);
    };
  }

  /** The outcome in brief. Rejects if it holds a credential, or if a timer was left running. */
  async ask(
    send: typeof deleteSession | typeof lookUpSession = deleteSession,
    signal?: AbortSignal,
  ): Promise<string> {
    const startTimer = (ms: number, fire: () => void) => {
      const timer = { ms, fire, stopped: false };
      this.timers.push(timer);
      return () => void (timer.stopped = true);
    };
    const ports = { fetch: this.fetch, startTimer, now: () => 0 };
    const outcome = await send(this.credentials, sample.id, ports, signal);
    const written = inspect(outcome, { depth: null, showHidden: true }).toLowerCase();
    for (const secret of [sample.apiKey, sample.key, sample.signature])
      assert.ok(!written.includes(secret), written);
    assert.ok(
      this.timers.every(({ stopped }) => stopped),
      'a timer was left running',
    );
    return inBrief(outcome);
  }

  fireTimer(): void {
    assert.equal(this.timers.length, 1, 'one timer for the whole answer');
    this.timers[0]?.fire();
  }
}
