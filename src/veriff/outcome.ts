import type { SignatureVerdict } from './signature.ts';

/** What every judged answer carries; nothing of it is secret, and no free text of the server is in it. */
export interface AnswerFacts {
  readonly status: number;
  /** Veriff's own code from the body, digits only, or undefined where the body has none. */
  readonly code?: string;
  readonly signature: SignatureVerdict;
  /** The answer's `Date` header in epoch ms (whole seconds); undefined where it is absent or no date. */
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

/** What a look at a session (GET …/attempts) told. `sessionStatus` is the latest attempt's, where there is one. */
export type LookUpOutcome =
  | { readonly kind: 'found'; readonly sessionStatus?: string; readonly answer: AnswerFacts }
  | Extract<
      DeletionOutcome,
      { kind: 'gone' | 'failed' | 'unauthorised' | 'forbidden' | 'limited' | 'unknown' | 'notSent' }
    >;
