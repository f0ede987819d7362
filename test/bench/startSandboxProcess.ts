import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Credentials } from '../../src/veriff/credentials.ts';

/** The input of a sandbox process. Its sessions are `sessionNumber(0)` and so on. */
export interface SandboxOrder {
  readonly latencyMs: number;
  readonly sessionCount: number;
}

/** A sandbox in another process; it ends with this process at the latest. */
export interface SandboxProcess {
  readonly credentials: Credentials;
  close(): Promise<void>;
}

/** Starts a sandbox that refuses nothing; rejects if its process ends before it listens. */
export async function startSandboxProcess(order: SandboxOrder): Promise<SandboxProcess> {
  const child = fork(fileURLToPath(new URL('sandboxProcess.ts', import.meta.url)));
  const ended = once(child, 'exit');
  child.send(order);
  const answered = once(child, 'message') as Promise<[SandboxAddress]>;
  const first = await Promise.race([answered, ended.then(() => undefined)]);
  if (first === undefined) throw new Error('The sandbox’s process ended before it listened.');
  const [{ baseUrl, apiKey, sharedSecretKey }] = first;
  return {
    credentials: { baseUrl, apiKey, sharedSecretKeys: [sharedSecretKey] },
    async close() {
      child.disconnect();
      await ended;
    },
  };
}

interface SandboxAddress {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly sharedSecretKey: string;
}
