import { createHmac, randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';

/** An answer of the sandbox: the status code, the headers in their order, and the raw body. */
export interface SandboxReply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** The made-up credentials that a sandbox accepts and signs with. */
export interface SandboxCredentials {
  readonly apiKey: string;
  readonly sharedSecretKey: string;
}

/** Random credentials, except for those that are given. */
export function newCredentials({
  apiKey = randomUUID(),
  sharedSecretKey = randomUUID(),
}: Partial<SandboxCredentials> = {}): SandboxCredentials {
  return { apiKey, sharedSecretKey };
}

/** Which API page applies: the current one (2026-04-24), or the older one, whose answers still occur. */
export type SandboxPage = 'current' | 'older';

/** HMAC-SHA256 over the bytes, in lower-case hex, as Veriff documents it for requests and responses alike. */
export function hmacHex(sharedSecretKey: string, bytes: string | Buffer): string {
  return createHmac('sha256', sharedSecretKey).update(bytes).digest('hex');
}

/** A JSON reply that echoes the API key and carries the signature of its raw body. */
export function signedReply(
  credentials: SandboxCredentials,
  status: number,
  body: string | Buffer,
): SandboxReply {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: [
      jsonType,
      ['X-AUTH-CLIENT', credentials.apiKey],
      ['X-HMAC-SIGNATURE', hmacHex(credentials.sharedSecretKey, bytes)],
    ],
    body: bytes,
  };
}

/** A JSON reply with neither key nor signature, as documented for 400 and 401. */
export function unsignedReply(status: number, value: unknown): SandboxReply {
  return { status, headers: [jsonType], body: Buffer.from(JSON.stringify(value)) };
}

/** A documented error in the form of the given page, signed if the current page documents a signature. */
export function errorReply(
  credentials: SandboxCredentials,
  page: SandboxPage,
  status: number,
  code: string,
): SandboxReply {
  const message = messageByStatus[status]?.[code] ?? messages[code] ?? 'Request failed.';
  return failureReply(credentials, page, status, code, message);
}

/** Like `errorReply`, with the given message. */
export function failureReply(
  credentials: SandboxCredentials,
  page: SandboxPage,
  status: number,
  code: string,
  message: string,
): SandboxReply {
  // As `status` of a 400, the older page documents the number 400, the current one the text "fail".
  const bodyStatus = status === 400 && page === 'older' ? 400 : 'fail';
  const value = { status: bodyStatus, code, message };
  return signedStatuses.has(status)
    ? signedReply(credentials, status, JSON.stringify(value))
    : unsignedReply(status, value);
}

/** The documented answer to a successful deletion of the session with this id. */
export function deletedReply(credentials: SandboxCredentials, id: string): SandboxReply {
  return signedReply(credentials, 200, JSON.stringify({ status: 'success', verification: { id } }));
}

/** Sends the reply as a complete HTTP answer, with no headers but its own and its length. */
export function sendReply(response: ServerResponse, reply: SandboxReply): void {
  // The server's clock is handed in, so Node must not add its own Date.
  response.sendDate = false;
  response.writeHead(reply.status, [...reply.headers.flat(), 'Content-Length', String(reply.body.length)]);
  response.end(reply.body);
}

const jsonType = ['Content-Type', 'application/json'] as const;

// The current page lists X-HMAC-SIGNATURE for these and only Content-Type for 400 and 401.
const signedStatuses: ReadonlySet<number> = new Set([200, 404, 429, 500]);

// 1101 stands for different things, so the status is looked up first.
const messageByStatus: Readonly<Record<number, Readonly<Record<string, string>>>> = {
  401: { 1101: 'Mandatory X-AUTH-CLIENT header containing the API key is missing from the request.' },
  404: { 1101: 'Resource not found' },
};

// From the current page for deletion, and from Veriff's tables of troubleshooting and authorisation codes.
const messages: Readonly<Record<string, string>> = {
  1004: 'Too many requests.',
  1104: 'Request includes invalid parameters.',
  1305: 'Session is not in a completed status.',
  1306: 'Session in progress.',
  1802: 'API key is not a valid UUID',
  1803: 'Integration with the API key was not found',
  1812: 'Signature verification failed.',
  1815: 'Could not authenticate request.',
  1818: 'Signature does not match the HMAC-SHA256 of query ID and integration API secret',
};
