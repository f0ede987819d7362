import type { IncomingMessage } from 'node:http';
import type { SandboxFault } from './sandboxFaults.ts';
import { checkedFault } from './sandboxFaults.ts';
import { unsignedReply, type SandboxCredentials, type SandboxReply } from './sandboxReply.ts';

/** What can be asked of a sandbox in another process. */
export interface ControlledSandbox {
  readonly apiKey: string;
  readonly sharedSecretKey: string;
  sessions(): readonly unknown[];
  webhooks(): readonly unknown[];
  requests(): readonly unknown[];
  misbehave(fault: SandboxFault | undefined): void;
  reset(): SandboxCredentials;
}

/**
 * Answers a request under /sandbox: GET info, sessions, webhooks, requests; POST reset, misbehave.
 * A reset answers with the new credentials, which are wanted from then on.
 * Everything but info wants the API key as X-AUTH-CLIENT, which no page of another origin can send without a
 * CORS consent that is never given. Rejects if the request breaks off.
 */
export async function controlReply(
  sandbox: ControlledSandbox,
  request: IncomingMessage,
  path: string,
): Promise<SandboxReply> {
  const body = await readBody(request);
  const { apiKey, sharedSecretKey } = sandbox;
  const action = `${request.method ?? ''} ${path}`;
  // What these credentials open is the sandbox alone, and that guards nothing.
  if (action === 'GET /sandbox/info') return unsignedReply(200, { sandbox: true, apiKey, sharedSecretKey });
  if (request.headers['x-auth-client'] !== apiKey)
    return failure(401, 'X-AUTH-CLIENT has to be the API key of this sandbox.');
  switch (action) {
    case 'GET /sandbox/sessions':
      return unsignedReply(200, sandbox.sessions());
    case 'GET /sandbox/webhooks':
      return unsignedReply(200, sandbox.webhooks());
    case 'GET /sandbox/requests':
      return unsignedReply(200, sandbox.requests());
    case 'POST /sandbox/reset':
      return unsignedReply(200, { status: 'success', ...sandbox.reset() });
    case 'POST /sandbox/misbehave':
      return misbehave(sandbox, body);
    default:
      return failure(404, 'There is no such control.');
  }
}

function misbehave(sandbox: ControlledSandbox, body: string | undefined): SandboxReply {
  try {
    const asked: unknown = JSON.parse(body ?? '');
    if (typeof asked !== 'object' || asked === null || !('fault' in asked))
      return failure(400, 'The body has to be {"fault": …}, with null for none.');
    sandbox.misbehave(asked.fault === null ? undefined : checkedFault(asked.fault));
    return unsignedReply(200, { status: 'success' });
  } catch (error) {
    return failure(400, error instanceof Error ? error.message : 'Unknown fault.');
  }
}

function failure(status: number, message: string): SandboxReply {
  return unsignedReply(status, { status: 'fail', message });
}

// No fault is longer than a few hundred bytes, so a longer body is read to its end and not kept.
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= 65_536) chunks.push(chunk);
  }
  return length <= 65_536 ? Buffer.concat(chunks).toString() : undefined;
}
