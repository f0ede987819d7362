import type fetch from 'node-fetch';
import type { Response } from 'node-fetch';
import { observeRequest } from './connection.ts';
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

/** The time limit for one whole answer, headers and body. Our own limit: Veriff documents none. */
export const answerTimeoutMs = 30_000;

/** The size limit of a decompressed body. The longest documented answer is a hundredth of it. */
export const answerLimitBytes = 65_536;

/** The shape of node-fetch's `fetch`, the only client here that goes through VS Code's proxy on any thread. */
export type Fetch = typeof fetch;

/** What the client needs from outside. */
export interface ClientPorts {
  readonly fetch: Fetch;
  /** Calls `fire` once, after `ms`; the returned function cancels that and may be called at any time. */
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  /** Epoch ms. */
  readonly now: () => number;
}

/**
 * Sends one DELETE, once, and judges the answer. Never rejects. Everything up to the call of `ports.fetch` happens
 * before this returns, so that what the caller has just checked still holds.
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

/** Sends one GET of the session's attempts and judges the answer. It costs no deletion quota. Never rejects. */
export async function lookUpSession(
  credentials: Credentials,
  id: SessionId,
  ports: ClientPorts,
  signal?: AbortSignal,
): Promise<LookUpOutcome> {
  const result = await exchange('GET', credentials, id, ports, signal);
  return 'kind' in result ? result : judgeLookUp(result, credentials, ports.now());
}

/** A request without a complete answer from Veriff. */
type Failure = Extract<DeletionOutcome, { kind: 'unknown' | 'notSent' }>;

/** Why no complete answer came; whether the request has left is decided separately. */
interface Break {
  readonly reason: UnknownReason;
  /** What fetch threw. */
  readonly error?: unknown;
}

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
  // A key that does not fit in a header would fail inside fetch, and then it would be unclear whether anything has
  // left.
  const carried = [apiKey, sharedSecretKeys[0]].every((key) => /^[\x21-\x7e]+$/.test(key));
  if (url === undefined || parseSessionId(id) !== id || !carried) return notSent('urlRefused');

  const headers = {
    'X-AUTH-CLIENT': apiKey,
    'X-HMAC-SIGNATURE': signSessionId(id, sharedSecretKeys[0]),
    Accept: 'application/json',
    'User-Agent': 'veriff-session-cleanup',
    Connection: 'close',
  };
  const aborter = new AbortController();
  const init = { method, headers, redirect: 'manual', follow: 0, signal: aborter.signal } as const;
  const watch = startWatch(ports, signal);
  const request = observeRequest(method, url, () => readAnswer(() => ports.fetch(url.href, init)));
  // The race does not wait for fetch to notice that it was aborted.
  const end = await Promise.race([request.answer, watch.ended]);
  watch.dismiss();
  aborter.abort();
  // It is stopped before it is judged, so that nothing leaves in between.
  if ('reason' in end) request.stop();
  // If the request has not left, an answer to it is not Veriff's: a proxy has refused to connect.
  if (!request.mayHaveLeft()) return notSent(notSentReasonOf(end));
  return 'reason' in end ? { kind: 'unknown', reason: end.reason } : end;
}

/** The URL of a request; undefined if it would not be exactly the intended one. */
function requestUrl(baseUrl: string, path: string): URL | undefined {
  const reading = parseBaseUrl(baseUrl);
  if (!('baseUrl' in reading) || reading.baseUrl !== baseUrl) return undefined;
  const url = new URL(baseUrl);
  url.pathname = url.pathname.replace(/\/$/, '') + path;
  // The result is checked again: nothing that the parser does to the parts may move the credentials to another host or
  // the DELETE to another path.
  const secure = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  return secure && url.href === baseUrl + path ? url : undefined;
}

/** `ended` resolves when the time is up or the caller cancels, unless `dismiss` was called before. */
function startWatch(ports: ClientPorts, signal: AbortSignal | undefined) {
  let dismiss = (): void => undefined;
  const ended = new Promise<Break>((resolve) => {
    const cancel = (): void => resolve({ reason: 'cancelled' });
    const stopTimer = ports.startTimer(answerTimeoutMs, () => resolve({ reason: 'timeout' }));
    signal?.addEventListener('abort', cancel, { once: true });
    dismiss = () => {
      stopTimer();
      signal?.removeEventListener('abort', cancel);
    };
  });
  return { ended, dismiss };
}

/** Calls `send` at once, without a turn of the event loop before it, and reads the whole answer. Never rejects. */
async function readAnswer(send: () => Promise<Response>): Promise<VeriffReply | Break> {
  try {
    const response = await send();
    const body = await readBody(response);
    if (body === undefined) return { reason: 'tooLarge' };
    return { status: response.status, headers: response.headers.raw(), body };
  } catch (error) {
    return { reason: 'connectionLost', error };
  }
}

/** The decompressed body; undefined if it is over the limit, and then the stream is destroyed. */
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

const certificateCodes =
  /^(?:CERT_\w+|UNABLE_TO_\w+|SELF_SIGNED_\w+|DEPTH_ZERO_\w+|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/;

/** Why a request with this end has not left. The codes are Node's; node-fetch 3 copies them. */
function notSentReasonOf(end: VeriffReply | Break): NotSentReason {
  if (!('reason' in end)) return 'noConnection';
  if (end.reason === 'cancelled') return 'cancelled';
  const { error } = end;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && certificateCodes.test(code) ? 'certificateRefused' : 'noConnection';
}

function notSent(reason: NotSentReason): Failure {
  return { kind: 'notSent', reason };
}
