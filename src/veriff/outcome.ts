import type { Credentials } from './credentials.ts';
import { parseSessionId, type SessionId } from './sessionId.ts';
import { verifySignature, type SignatureVerdict } from './signature.ts';

/** One complete answer as it was received, with its body decompressed. Nothing in it is trusted yet. */
export interface VeriffReply {
  readonly status: number;
  /** Every value of every header, by lower-case name. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: Uint8Array;
}

/** What every judged answer carries. It contains nothing secret and no free text from the server. */
export interface AnswerFacts {
  readonly status: number;
  /** Veriff's own code from the body, digits only; undefined if the body has none. */
  readonly code?: string;
  readonly signature: SignatureVerdict;
  /** The answer's `Date` header in epoch ms (whole seconds); undefined if it is absent or not a date. */
  readonly serverAt?: number;
}

/** Why a request has no valid answer. It may or may not have taken effect. */
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
  | 'cancelled'
  | 'noConnection'
  | 'certificateRefused'
  | 'tlsVerificationOff'
  | 'urlRefused'
  /** Only look-ups: Veriff has answered one with 429, and none is sent for a while. */
  | 'lookUpsLimited';

/** What became of one DELETE. Source: src/veriff/README.md, "DELETE and its answers". */
export type DeletionOutcome =
  | { readonly kind: 'deleted'; readonly answer: AnswerFacts }
  | { readonly kind: 'notFound'; readonly answer: AnswerFacts }
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

/** The result of looking a session up (GET …/attempts). `sessionStatus` is the latest attempt's, if there is one. */
export type LookUpOutcome =
  | { readonly kind: 'found'; readonly sessionStatus?: string; readonly answer: AnswerFacts }
  | Extract<
      DeletionOutcome,
      { kind: 'notFound' | 'failed' | 'unauthorised' | 'forbidden' | 'limited' | 'unknown' | 'notSent' }
    >;

/** Whether all further look-ups with the same credentials would have the same outcome. */
export function endsLookUps({ kind }: LookUpOutcome): boolean {
  return kind === 'unauthorised' || kind === 'forbidden' || kind === 'limited' || kind === 'notSent';
}

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
  { kind: 'notFound' | 'failed' | 'unauthorised' | 'forbidden' | 'limited' | 'unknown' }
>;

// Each code counts for one HTTP status only: 1101 stands for three different things (src/veriff/README.md, "DELETE and
// its answers").
const blockedReasons = new Map<string | undefined, 'notCompleted' | 'inProgress'>([
  ['1305', 'notCompleted'],
  ['1306', 'inProgress'],
]);
const idRefusedCodes = new Set(['1001', '1002', '1104']);
const apiKeyMissingCodes = new Set(['1101', '1801']);
const apiKeyCodes = new Set(['1802', '1803', '1804']);
const signatureCodes = new Set(['1812', '1813', '1814', '1815', '1818', '1819']);
const notFoundCode = '1101';

// A longer wait says nothing more: the longest documented window is 24 hours.
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
  // Anything but a plain status word may be anything, personal data included, and is dropped.
  const readable = typeof status === 'string' && /^[a-z_]{1,40}$/.test(status);
  return readable ? { kind: 'found', sessionStatus: status, answer } : { kind: 'found', answer };
}

/** What DELETE and GET have in common: every answer except 200 and the two codes that only a DELETE gets. */
function judgeRefusal(reply: VeriffReply, answer: AnswerFacts, now: number): Refusal {
  const { status, code } = answer;
  if (status === 400) return judgeBadRequest(answer);
  if (status === 401) return { kind: 'unauthorised', problem: problemOf(code), answer };
  if (status === 403) return { kind: 'forbidden', answer };
  if (status === 404) {
    // Any web server may answer 404 to a wrong base URL, so only a 404 that must come from Veriff counts as gone.
    const believable = answer.signature === 'valid' || code === notFoundCode;
    return believable ? { kind: 'notFound', answer } : unknown('undocumented', answer);
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
  // 1305 and 1306 are documented for DELETE only, and that has been judged before.
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

/** The attempt created last; the last in the array if one of them has no readable time. */
function latestOf(attempts: readonly unknown[]): unknown {
  const times = attempts.map(createdAt);
  const latestAt = times.reduce((latest, at) => Math.max(latest, at), -Infinity);
  return attempts.at(Number.isNaN(latestAt) ? -1 : times.lastIndexOf(latestAt));
}

/** Epoch ms, NaN if there is none. Only text is read: `String` would throw on an object with a bad `toString`. */
function createdAt(attempt: unknown): number {
  const text = own(attempt, 'createdTime');
  return typeof text === 'string' ? Date.parse(text) : NaN;
}

/** The JSON value of the body, whatever it is; undefined if it is not UTF-8 or not JSON. */
function readJson(body: Uint8Array): unknown {
  try {
    // Strict about UTF-8, so that a damaged id is never repaired; a byte order mark is removed.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}

/** A property of a JSON object itself, never of its prototype; undefined if `value` is not an object. */
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

/**
 * Epoch ms of an HTTP date. `Date.parse` alone reads “x 5” as a day in May, so the date has to give the same text
 * again.
 */
function readDate(text = ''): number | undefined {
  const at = Date.parse(text);
  return Number.isFinite(at) && new Date(at).toUTCString() === text ? at : undefined;
}
