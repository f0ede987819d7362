import type { IncomingMessage } from 'node:http';
import { unsignedReply, type SandboxCredentials, type SandboxReply } from './sandboxReply.ts';

/** What can be requested of a sandbox in another process. */
export interface ControlledSandbox {
  readonly apiKey: string;
  readonly sharedSecretKey: string;
  sessions(): readonly unknown[];
  webhooks(): readonly unknown[];
  requests(): readonly unknown[];
  reset(): SandboxCredentials;
}

/**
 * Answers a request under /sandbox: GET info, sessions, webhooks, requests; POST reset. A reset answers with the new
 * credentials, which are required from then on. Everything except info requires the API key as X-AUTH-CLIENT: a page of
 * another origin cannot send that without CORS permission, which is never given.
 */
export function controlReply(
  sandbox: ControlledSandbox,
  request: IncomingMessage,
  path: string,
): SandboxReply {
  const { apiKey, sharedSecretKey } = sandbox;
  const action = `${request.method ?? ''} ${path}`;
  // These credentials only give access to the sandbox, which holds nothing that needs protection.
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
    default:
      return failure(404, 'There is no such control.');
  }
}

function failure(status: number, message: string): SandboxReply {
  return unsignedReply(status, { status: 'fail', message });
}
