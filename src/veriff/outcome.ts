import type { Credentials } from './credentials.ts';
import { parseSessionId, type SessionId } from './sessionId.ts';
import { verifySignature, type SignatureVerdict } from './signature.ts';

/** One complete answer as it came over the wire, its body decompressed; nothing in it is believed yet. */
export interface VeriffReply {
  readonly status: number;
  /** Every value of every header, by lower-case name. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
}

/** What every judged answer carries; nothing of it is secret, and no free text of the server is in it. */
export interface AnswerFacts {
  readonly status: number;
  /** Veriff's own code from the body, digits only, or undefined if the body has none. */
  readonly code?: string;
  readonly signature: SignatureVerdict;
  /** The answer's `Date` header in epoch ms (whole seconds); undefined if it is absent or no date. */
  readonly serverAt?: number;
}

/** Why an attempt has no believable answer. The request may or may not have done its work. */
export type UnknownReason =
  | 'timeout'
  | 'connectionLost'
  | 'cancelled'
  | 'redirected'
  | 'serverError'
  | 'signatureMismatch'
  | 'otherSession'
  | 'tooLarge'
  | 'unreadable'
  | 'undocumented';

/** Why nothing was sent: no byte of the request reached Veriff, so nothing was deleted and no quota was spent. */
export type NotSentReason =
  'cancelled' | 'noConnection' | 'certificateRefused' | 'tlsVerificationOff' | 'urlRefused';

/** What became of one DELETE. Source: both API pages and the table of responses in facts.md. */
export type DeletionOutcome =
  | { readonly kind: 'deleted'; readonly answer: AnswerFacts }
  | { readonly kind: 'gone'; readonly answer: AnswerFacts }
  | { readonly kind: 'blocked'; readonly reason: 'notCompleted' | 'inProgress'; readonly answer: AnswerFacts }
  | { readonly kind: 'failed'; readonly reason: 'idRefused' | 'requestRefused'; readonly answer: AnswerFacts }
  | {
      readonly kind: 'unauthorised';
      readonly problem: 'apiKeyMissing' | 'apiKey' | 'signature' | 'undocumented';
      readonly answer: AnswerFacts;
    }
  | { readonly kind: 'forbidden'; readonly answer: AnswerFacts }
  | { readonly kind: 'limited'; readonly retryAfterMs?: number; readonly answer: AnswerFacts }
  | { readonly kind: 'unknown'; readonly reason: UnknownReason; readonly answer?: AnswerFacts }
  | { readonly kind: 'notSent'; readonly reason: NotSentReason };

/** What a look at a session (GET …/attempts) told. `sessionStatus` is the latest attempt's, if there is one. */
export type LookUpOutcome =
  | { readonly kind: 'found'; readonly sessionStatus?: string; readonly answer: AnswerFacts }
  | Extract<
      DeletionOutcome,
      { kind: 'gone' | 'failed' | 'unauthorised' | 'forbidden' | 'limited' | 'unknown' | 'notSent' }
    >;

/** Judges the answer to a DELETE of `id`. `now` is epoch ms, for a Retry-After date. Pure; never throws. */
export function judgeDeletion(
  reply: VeriffReply,
  id: SessionId,
  credentials: Credentials,
  now: number,
): DeletionOutcome {
  const json = readJson(reply.body);
  const answer = factsOf(reply, json, credentials);
  if (answer.signature === 'mismatch') return unknown('signatureMismatch', answer);
  if (reply.status === 200) return judgeDeleted(json, id, answer);
  const reason = reply.status === 400 ? blockedReasons.get(answer.code) : undefined;
  return reason === undefined ? judgeRefusal(reply, answer, now) : { kind: 'blocked', reason, answer };
}

/** Judges the answer to a GET of a session's attempts. `now` is epoch ms. Pure; never throws. */
export function judgeLookUp(reply: VeriffReply, credentials: Credentials, now: number): LookUpOutcome {
  const json = readJson(reply.body);
  const answer = factsOf(reply, json, credentials);
  if (answer.signature === 'mismatch') return unknown('signatureMismatch', answer);
  return reply.status === 200 ? judgeFound(json, answer) : judgeRefusal(reply, answer, now);
}

type Unknown = Extract<DeletionOutcome, { kind: 'unknown' }>;
type Refusal = Extract<
  DeletionOutcome,
  { kind: 'gone' | 'failed' | 'unauthorised' | 'forbidden' | 'limited' | 'unknown' }
>;

// The codes count for one HTTP status each: 1101 alone stands for three different things (facts.md).
const blockedReasons = new Map<string | undefined, 'notCompleted' | 'inProgress'>([
  ['1305', 'notCompleted'],
  ['1306', 'inProgress'],
]);
const idRefusedCodes = new Set(['1001', '1002', '1104']);
const apiKeyMissingCodes = new Set(['1101', '1801']);
const apiKeyCodes = new Set(['1802', '1803', '1804']);
const signatureCodes = new Set(['1812', '1813', '1814', '1815', '1818', '1819']);
const notFoundCode = '1101';

// A wait of more than a day says nothing that the longest documented window (24 hours) does not say.
const longestRetryAfterMs = 86_400_000;

function judgeDeleted(json: unknown, id: SessionId, answer: AnswerFacts): DeletionOutcome {
  const named = own(own(json, 'verification'), 'id');
  const namedId = typeof named === 'string' ? parseSessionId(named) : undefined;
  if (namedId !== undefined && namedId !== id) return unknown('otherSession', answer);
  if (!saysSuccess(json)) return unknown('undocumented', answer);
  return namedId === undefined ? unknown('unreadable', answer) : { kind: 'deleted', answer };
}

function judgeFound(json: unknown, answer: AnswerFacts): LookUpOutcome {
  if (!saysSuccess(json)) return unknown('undocumented', answer);
  const attempts = own(json, 'verifications');
  if (!Array.isArray(attempts)) return unknown('unreadable', answer);
  const status = own(latestOf(attempts), 'status');
  // Whatever is no plain status word may be anything, personal data included, and goes no further.
  const readable = typeof status === 'string' && /^[a-z_]{1,40}$/.test(status);
  return readable ? { kind: 'found', sessionStatus: status, answer } : { kind: 'found', answer };
}

/** What DELETE and GET have in common: every answer but 200 and the two codes that only a DELETE gets. */
function judgeRefusal(reply: VeriffReply, answer: AnswerFacts, now: number): Refusal {
  const { status, code } = answer;
  if (status === 400) return judgeBadRequest(answer);
  if (status === 401) return { kind: 'unauthorised', problem: problemOf(code), answer };
  if (status === 403) return { kind: 'forbidden', answer };
  if (status === 404) {
    // Any web server says 404 to a wrong base URL: only one that Veriff must have written counts as gone.
    const believable = answer.signature === 'valid' || code === notFoundCode;
    return believable ? { kind: 'gone', answer } : unknown('undocumented', answer);
  }
  if (status === 429) {
    const retryAfterMs = readRetryAfter(reply, answer.serverAt ?? now);
    return { kind: 'limited', ...(retryAfterMs === undefined ? {} : { retryAfterMs }), answer };
  }
  if (status >= 300 && status < 400) return unknown('redirected', answer);
  if (status >= 500 && status < 600) return unknown('serverError', answer);
  return unknown('undocumented', answer);
}

function judgeBadRequest(answer: AnswerFacts): Refusal {
  const { code } = answer;
  // 1305 and 1306 are documented for DELETE alone, which has been judged by now.
  if (code === undefined || blockedReasons.has(code)) return unknown('undocumented', answer);
  return { kind: 'failed', reason: idRefusedCodes.has(code) ? 'idRefused' : 'requestRefused', answer };
}

function problemOf(code = ''): Extract<DeletionOutcome, { kind: 'unauthorised' }>['problem'] {
  if (apiKeyMissingCodes.has(code)) return 'apiKeyMissing';
  if (apiKeyCodes.has(code)) return 'apiKey';
  return signatureCodes.has(code) ? 'signature' : 'undocumented';
}

function factsOf(reply: VeriffReply, json: unknown, credentials: Credentials): AnswerFacts {
  const signatures = ['x-hmac-signature', 'vrf-hmac-signature'].flatMap((name) => valuesOf(reply, name));
  const rawCode = own(json, 'code');
  const code = typeof rawCode === 'number' ? String(rawCode) : rawCode;
  const serverAt = readDate(soleValueOf(reply, 'date'));
  return {
    status: reply.status,
    ...(typeof code === 'string' && /^\d{1,6}$/.test(code) ? { code } : {}),
    signature: verifySignature(reply.body, signatures, credentials.sharedSecretKeys),
    ...(serverAt === undefined ? {} : { serverAt }),
  };
}

function unknown(reason: UnknownReason, answer: AnswerFacts): Unknown {
  return { kind: 'unknown', reason, answer };
}

function saysSuccess(json: unknown): boolean {
  const status = own(json, 'status');
  return status === undefined || status === 'success';
}

/** The attempt created last; the last in the array if not every one has a readable time. */
function latestOf(attempts: readonly unknown[]): unknown {
  const times = attempts.map(createdAt);
  const latestAt = times.reduce((latest, at) => Math.max(latest, at), -Infinity);
  return attempts.at(Number.isNaN(latestAt) ? -1 : times.lastIndexOf(latestAt));
}

/** Epoch ms, NaN if there is none. Text alone: `String` would throw on an object with a bad `toString`. */
function createdAt(attempt: unknown): number {
  const text = own(attempt, 'createdTime');
  return typeof text === 'string' ? Date.parse(text) : NaN;
}

/** The JSON value of the body, whatever it is; undefined if it is not UTF-8 or not JSON. */
function readJson(body: Uint8Array): unknown {
  try {
    // Strict about UTF-8, so that a damaged id is never patched up; a byte order mark is taken off.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** A property of a JSON object itself, never of its prototype; undefined if `value` is no object. */
function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function valuesOf(reply: VeriffReply, name: string): readonly string[] {
  return Object.hasOwn(reply.headers, name) ? (reply.headers[name] ?? []) : [];
}

function soleValueOf(reply: VeriffReply, name: string): string | undefined {
  const values = valuesOf(reply, name);
  return values.length === 1 ? values[0] : undefined;
}

function readRetryAfter(reply: VeriffReply, now: number): number | undefined {
  const text = soleValueOf(reply, 'retry-after') ?? '';
  const waitMs = /^\d+$/.test(text) ? Number(text) * 1_000 : (readDate(text) ?? NaN) - now;
  return waitMs >= 0 ? Math.min(waitMs, longestRetryAfterMs) : undefined;
}

/** Epoch ms of an HTTP date. `Date.parse` alone takes “x 5” for a day in May, hence the way back. */
function readDate(text = ''): number | undefined {
  const at = Date.parse(text);
  return Number.isFinite(at) && new Date(at).toUTCString() === text ? at : undefined;
}
