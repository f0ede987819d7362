import type fetch from 'node-fetch';
import type { Response } from 'node-fetch';
import { isLoopback, parseBaseUrl, type Credentials } from './credentials.ts';
import {
  judgeDeletion,
  judgeLookUp,
  type DeletionOutcome,
  type LookUpOutcome,
  type NotSentReason,
  type UnknownReason,
  type VeriffReply,
} from './outcome.ts';
import { parseSessionId, type SessionId } from './sessionId.ts';
import { signSessionId } from './signature.ts';

/** How long one whole answer, headers and body, may take. Our own limit: Veriff documents none. */
export const answerTimeoutMs = 30_000;

/** How long a body may be once it is decompressed. The longest documented answer is a hundredth of it. */
export const answerLimitBytes = 65_536;

/** The shape of node-fetch's `fetch`, the one client here that goes through VS Code's proxy on any thread. */
export type Fetch = typeof fetch;

/** What the client may not reach for by itself. */
export interface ClientPorts {
  readonly fetch: Fetch;
  /** Calls `fire` once, later, after `ms`; the function it returns stops that and may be called at any time. */
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Sends one DELETE, once, and judges the answer. Never rejects. Everything up to the call of `ports.fetch`
 * happens before this returns, so that what the caller checked right before still holds.
 */
export async function deleteSession(
  credentials: Credentials,
  id: SessionId,
  ports: ClientPorts,
  signal?: AbortSignal,
): Promise<DeletionOutcome> {
  const result = await exchange('DELETE', credentials, id, ports, signal);
  return 'kind' in result ? result : judgeDeletion(result, id, credentials, ports.now());
}

/** Sends one GET of the session's attempts and judges the answer; spends no deletion quota. Never rejects. */
export async function lookUpSession(
  credentials: Credentials,
  id: SessionId,
  ports: ClientPorts,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  const result = await exchange('GET', credentials, id, ports, signal);
  return 'kind' in result ? result : judgeLookUp(result, credentials, ports.now());
}

/** An attempt that ended without a complete answer. */
type Failure = Extract<DeletionOutcome, { kind: 'unknown' | 'notSent' }>;

async function exchange(
  method: 'DELETE' | 'GET',
  credentials: Credentials,
  id: SessionId,
  ports: ClientPorts,
  signal: AbortSignal | undefined,
): Promise<VeriffReply | Failure> {
  if (signal?.aborted === true) return notSent('cancelled');
  if (process.env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0') return notSent('tlsVerificationOff');
  const { baseUrl, apiKey, sharedSecretKeys } = credentials;
  const url = requestUrl(baseUrl, `/v1/sessions/${id}${method === 'GET' ? '/attempts' : ''}`);
  // A key that no header can carry would fail inside fetch, where it is no longer clear that nothing left.
  const carried = [apiKey, sharedSecretKeys[0]].every((key) => /^[\x21-\x7e]+$/.test(key));
  if (url === undefined || parseSessionId(id) !== id || !carried) return notSent('urlRefused');

  const headers = {
    'X-AUTH-CLIENT': apiKey,
    'X-HMAC-SIGNATURE': signSessionId(id, sharedSecretKeys[0]),
    Accept: 'application/json',
    'User-Agent': 'veriff-session-cleanup',
    // A request on a kept connection that the server is just closing would look like a lost answer. An agent of
    // our own could insist on it, but the agent is what VS Code puts its proxy into.
    Connection: 'close',
  };
  const aborter = new AbortController();
  const init = { method, headers, redirect: 'manual', follow: 0, signal: aborter.signal } as const;
  const watch = startWatch(ports, signal);
  try {
    // The race does not wait for fetch to notice that it was aborted.
    return await Promise.race([readAnswer(() => ports.fetch(url.href, init)), watch.ended]);
  } finally {
    watch.dismiss();
    aborter.abort();
  }
}

/** The URL of a request, or undefined where it would be any other place than the one it is meant for. */
function requestUrl(baseUrl: string, path: string): URL | undefined {
  const reading = parseBaseUrl(baseUrl);
  if (!('baseUrl' in reading) || reading.baseUrl !== baseUrl) return undefined;
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  // Asked again of the result: nothing that the parser does to the parts may move the credentials to another
  // host or the DELETE to another path.
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return secure && url.href === baseUrl + path ? url : undefined;
}

/** `ended` resolves when the time is up or the caller cancels, unless `dismiss` was called before. */
function startWatch(ports: ClientPorts, signal: AbortSignal | undefined) {
  let dismiss = (): void => undefined;
  const ended = new Promise<Failure>((resolve) => {
    const cancel = (): void => resolve(unknown('cancelled'));
    const stopTimer = ports.startTimer(answerTimeoutMs, () => resolve(unknown('timeout')));
    signal?.addEventListener('abort', cancel, { once: true });
    dismiss = () => {
      stopTimer();
      signal?.removeEventListener('abort', cancel);
    };
  });
  return { ended, dismiss };
}

/** Calls `send` at once, without a turn of the event loop before it, and reads the whole answer. */
async function readAnswer(send: () => Promise<Response>): Promise<VeriffReply | Failure> {
  let response: Response;
  try {
    response = await send();
  } catch (error) {
    const reason = notSentReasonOf(error);
    return reason === undefined ? unknown('connectionLost') : notSent(reason);
  }
  try {
    const body = await readBody(response);
    if (body === undefined) return unknown('tooLarge');
    return { status: response.status, headers: response.headers.raw(), body };
  } catch {
    return unknown('connectionLost');
  }
}

/** The decompressed body; undefined where it is over the limit, and then the stream is destroyed. */
async function readBody(response: Response): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > answerLimitBytes) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

const noRouteCodes = new Set(['EHOSTUNREACH', 'ENETUNREACH']);
const certificateCodes =
  /^(?:CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/;

/**
 * Why an error of fetch means that no byte of the request left; undefined where one may have. The codes are
 * Node's. node-fetch 3 copies `code` and, as `erroredSysCall`, `syscall`; other wrappers keep the `cause`.
 */
function notSentReasonOf(error: unknown, depth = 0): NotSentReason | undefined {
  if (!(error instanceof Error) || depth > 4) return undefined;
  if (error instanceof AggregateError) {
    // One error for each address that was tried: every one of them has to say so.
    const reasons = error.errors.map((each) => notSentReasonOf(each, depth + 1));
    return reasons.includes(undefined) ? undefined : reasons[0];
  }
  const { code, syscall, erroredSysCall } = error as Error & Readonly<Record<string, unknown>>;
  if (typeof code !== 'string') return notSentReasonOf(error.cause, depth + 1);
  if (certificateCodes.test(code)) return 'certificateRefused';
  // The same two codes come out of a write when a route is lost halfway, so the connect itself must have failed.
  if (noRouteCodes.has(code)) return (erroredSysCall ?? syscall) === 'connect' ? 'noConnection' : undefined;
  return code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code.startsWith('EAI_')
    ? 'noConnection'
    : undefined;
}

function notSent(reason: NotSentReason): Failure {
  return { kind: 'notSent', reason };
}

function unknown(reason: UnknownReason): Failure {
  return { kind: 'unknown', reason };
}
