import type { StopReason } from '../../cleanup/attempts/switches.ts';
import { stopWords } from './quotaText.ts';
import type {
  AnswerFacts,
  DeletionOutcome,
  LookUpOutcome,
  NotSentReason,
  UnknownReason,
} from '../../veriff/outcome.ts';

/** How a message is shown: `info` for what the user wanted, `warning` for what to know, `error` for what to act on. */
export type Tone = 'info' | 'warning' | 'error';

/** What the user can do next with one click. */
export type NextStep = 'editIntegration' | 'copyEnableRequest' | 'copyAccessRequest' | 'startSandbox';

/** One outcome in words: what happened, what was not done, and the next step. */
export interface OutcomeText {
  readonly tone: Tone;
  readonly text: string;
  readonly nextStep?: NextStep;
}

/**
 * What became of a deletion, for the one message that the user gets. Source of the meanings: src/veriff/README.md,
 * "DELETE and its answers".
 */
export function outcomeText(outcome: DeletionOutcome): OutcomeText {
  switch (outcome.kind) {
    case 'deleted':
      return {
        tone: outcome.answer.signature === 'valid' ? 'info' : 'warning',
        text:
          'Deleted. It is gone from the Veriff portal and API now; its data is erased within 12 hours.' +
          (outcome.answer.signature === 'valid' ? '' : ' The answer was unsigned.'),
      };
    case 'notFound':
      return {
        tone: 'warning',
        text: 'Not found: Veriff does not know it for this integration. It was deleted before, belongs to another integration, or was archived by Veriff. If erasure must be certain, ask Veriff.',
      };
    case 'blocked':
      return {
        tone: 'warning',
        text:
          outcome.reason === 'inProgress'
            ? 'Not deleted: the end-user is in the flow just now. It stays on the cleanup list, confirmed, and is tried again after a while.'
            : 'Not deleted: the session is not in a completed status. It stays on the cleanup list, confirmed, and is tried again after a while.',
      };
    case 'failed':
      return {
        tone: 'error',
        text:
          outcome.reason === 'idRefused'
            ? 'Not deleted: Veriff does not accept this id. Check that it is a session id, and not the id of an attempt or an end-user.'
            : `Not deleted: Veriff refused the request${codeText(outcome.answer)}. The log has the details.`,
      };
    case 'unauthorised':
      return { tone: 'error', ...unauthorisedText[outcome.problem], nextStep: 'editIntegration' };
    case 'forbidden':
      return {
        tone: 'error',
        text: `Not deleted: Veriff forbids it (403). ${forbiddenText}`,
        nextStep: 'copyEnableRequest',
      };
    case 'limited':
      return {
        tone: 'warning',
        text: 'Not deleted: Veriff’s rate limit is reached (429), perhaps by others who use the same key. Nothing more is sent until it has passed.',
      };
    case 'unknown':
      return {
        tone: 'warning',
        text: `It is not known whether it was deleted: ${unknownReasons[outcome.reason]}`,
      };
    case 'notSent':
      return {
        tone: outcome.reason === 'cancelled' ? 'info' : 'error',
        text: `Nothing was sent: ${notSentReasons[outcome.reason]}`,
      };
  }
}

/**
 * What a doubtful answer to a DELETE and the look-up after it say together: after a 404, whether the session exists after
 * all; after a 403, whether only deletions are forbidden.
 */
export function answerWithLookUpText(deletion: DeletionOutcome, lookUp: LookUpOutcome): OutcomeText {
  const alone = outcomeText(deletion);
  const isAnswered = lookUp.kind === 'found' || lookUp.kind === 'notFound';
  if (deletion.kind === 'forbidden') {
    if (isAnswered)
      return {
        ...alone,
        text: `Not deleted: Veriff forbids it (403), but answers look-ups: ${notEnabledText}`,
      };
    if (lookUp.kind !== 'forbidden') return alone;
    const text = `Not deleted: Veriff refuses access (403). ${accessRefusedText}`;
    return { ...alone, text, nextStep: 'copyAccessRequest' };
  }
  if (deletion.kind !== 'notFound') {
    const tone = lookUp.kind === 'notFound' ? 'info' : alone.tone;
    return { ...alone, tone, text: `${alone.text} ${lookUpText(lookUp)}` };
  }
  if (lookUp.kind !== 'found') return alone;
  return {
    tone: 'error',
    text: `Not deleted: Veriff answers that it does not know the session (404), but a look-up finds it${statusText(lookUp)}: ${notEnabledText}`,
    nextStep: 'copyEnableRequest',
  };
}

const notEnabledText =
  'deletion is probably not enabled for this integration. Ask your Solutions Engineer or Veriff support to enable it.';
const accessRefusedText =
  'A look-up is refused as well: this key or this network address has no access. Check the integration’s key, and its IP allowlist in the Customer Portal.';
const forbiddenText =
  'Either deletion is not enabled for this integration, or this key or address has no access: ask your Solutions Engineer or Veriff support.';

function statusText({ sessionStatus }: Extract<LookUpOutcome, { kind: 'found' }>): string {
  return sessionStatus === undefined ? '' : ` (${sessionStatus})`;
}

/** The result of a look-up that was made because there was no believable answer. */
export function lookUpText(outcome: LookUpOutcome): string {
  if (outcome.kind === 'notFound') return 'A look-up does not find the session any more.';
  if (outcome.kind === 'found') {
    return `A look-up says that the session still exists${statusText(outcome)}: it was not deleted, and may be tried again.`;
  }
  return 'A look-up could not tell either: look for the session in the Veriff Customer Portal before you delete it again.';
}

/** What a 404 to a look-up may mean, and what to do. */
export const notKnownText =
  'it was deleted before, belongs to another integration, or was archived. If erasure must be certain, ask Veriff.';

/** Why a look-up has no answer about the session; empty if it has one. */
export function noAnswerText(outcome: LookUpOutcome): string {
  switch (outcome.kind) {
    case 'found':
    case 'notFound':
      return '';
    case 'unauthorised':
      return 'Veriff does not accept the credentials (401): check the API key and the shared secret key.';
    case 'forbidden':
      return 'Veriff forbids the look-up (403).';
    case 'limited':
      return 'Veriff’s rate limit is reached (429): try again later.';
    case 'failed':
      return 'Veriff refused the request; the log has the details.';
    case 'unknown':
      return 'No answer came that can be believed; the log has the details.';
    case 'notSent':
      return outcomeText(outcome).text;
  }
}

/** Why an integration is stopped: each further request would get the same answer. */
export function stopText(reason: StopReason): OutcomeText & { readonly nextStep: NextStep } {
  const { why, advice, nextStep } = stopTexts[reason];
  return {
    tone: 'error',
    text: `${why}, so nothing more is sent for it. ${advice} Then resume the cleanup; what was confirmed waits.`,
    nextStep,
  };
}

const stopTexts: Readonly<
  Record<StopReason, { readonly why: string; readonly advice: string; readonly nextStep: NextStep }>
> = {
  unauthorised: {
    why: stopWords.unauthorised,
    advice: 'Check the integration.',
    nextStep: 'editIntegration',
  },
  forbidden: {
    why: stopWords.forbidden,
    advice: forbiddenText,
    nextStep: 'copyEnableRequest',
  },
  notEnabled: {
    why: 'Veriff does not delete a session that it has',
    advice: `Most likely ${notEnabledText}`,
    nextStep: 'copyEnableRequest',
  },
  accessRefused: {
    why: stopWords.accessRefused,
    advice: accessRefusedText,
    nextStep: 'copyAccessRequest',
  },
};

/** The result of "Check Credentials". `found` is not expected for a random id, but would mean accepted as well. */
export function checkText(outcome: LookUpOutcome): OutcomeText {
  switch (outcome.kind) {
    case 'notFound':
    case 'found':
      return {
        tone: 'info',
        text: 'Veriff accepts the API key and the shared secret key. Whether deletion is enabled shows with the first deletion. No quota was spent.',
      };
    case 'unauthorised':
      return {
        tone: 'error',
        text: unauthorisedText[outcome.problem].text.replace('Not deleted: ', ''),
        nextStep: 'editIntegration',
      };
    case 'forbidden':
      return {
        tone: 'error',
        text: 'Veriff forbids the request (403). Ask your Solutions Engineer or Veriff support whether the API is enabled for this integration.',
        nextStep: 'copyEnableRequest',
      };
    case 'limited':
      return {
        tone: 'warning',
        text: 'Veriff’s rate limit is reached (429); the credentials were not judged. Try again later.',
      };
    case 'failed':
      return {
        tone: 'error',
        text: `Veriff refused the request${codeText(outcome.answer)}; the credentials were not judged. The log has the details.`,
      };
    case 'unknown':
      return {
        tone: 'error',
        text: `No believable answer came, so the credentials were not judged: ${unknownReasons[outcome.reason]}${checkAdvice(outcome.reason)}`,
        nextStep: 'editIntegration',
      };
    case 'notSent':
      return {
        tone: 'error',
        text: `Nothing was sent: ${notSentReasons[outcome.reason]}`,
        nextStep: 'editIntegration',
      };
  }
}

/** The facts of an answer for the log, the reason first: "notCompleted", "HTTP 400", "code 1305", "unsigned". */
export function answerLine(outcome: DeletionOutcome | LookUpOutcome): readonly string[] {
  const answer = 'answer' in outcome ? outcome.answer : undefined;
  const why = 'reason' in outcome ? outcome.reason : 'problem' in outcome ? outcome.problem : undefined;
  return [
    ...(why === undefined ? [] : [why]),
    answer === undefined ? 'no answer' : `HTTP ${answer.status}`,
    ...(answer?.code === undefined ? [] : [`code ${answer.code}`]),
    ...(answer === undefined ? [] : [signatureWords[answer.signature]]),
  ];
}

/** A text to send to Veriff, or to the person who maintains the allowlist; it names no session and contains no key. */
export function accessRequestText(integrationName: string, host: string): string {
  return [
    'Hello,',
    '',
    `Requests of our integration “${integrationName}” (${host}) are answered with HTTP 403, look-ups (GET) as well as deletions (DELETE /v1/sessions/{id}).`,
    'Please check whether its API key is active and whether our address is on the integration’s IP allowlist, and enable the deletion endpoint if it is not.',
    '',
    'The API key can be found in the Customer Portal; we do not send it by mail.',
  ].join('\n');
}

/** A text to send to Veriff; it names no session and contains no key. */
export function enableRequestText(integrationName: string, host: string): string {
  return [
    'Hello,',
    '',
    `Please enable the endpoint DELETE /v1/sessions/{id} for our integration “${integrationName}” (${host}).`,
    'Requests to it are refused at present, while look-ups are answered. The API key can be found in the Customer Portal; we do not send it by mail.',
    '',
    'Documentation: https://devdocs.veriff.com/apidocs/v1sessionsid-3',
  ].join('\n');
}

const signatureWords = {
  valid: 'signature valid',
  unsigned: 'unsigned',
  mismatch: 'SIGNATURE WRONG',
} as const;

const unauthorisedText = {
  apiKeyMissing: {
    text: 'Not deleted: Veriff got no API key (401). A proxy may have removed the header; check the network, then the integration.',
  },
  apiKey: {
    text: 'Not deleted: Veriff does not accept the API key (401). Check the API key and the base URL.',
  },
  signature: { text: 'Not deleted: Veriff rejects the signature (401). Check the shared secret key.' },
  undocumented: {
    text: 'Not deleted: Veriff refused the credentials (401) without a known code. Check the API key, the shared secret key and the base URL.',
  },
} as const;

const unknownReasons: Readonly<Record<UnknownReason, string>> = {
  timeout: 'no complete answer came within 30 s.',
  connectionLost: 'the connection was lost before a complete answer came.',
  cancelled: 'it was cancelled after the request had left.',
  redirected: 'the server answered with a redirect, which is never followed.',
  serverError: 'Veriff had an error of its own (5xx).',
  signatureMismatch:
    'the signature of the answer is wrong. Somebody between here and Veriff may have changed it, or another shared secret key signs the answers.',
  otherSession: 'the answer names another session.',
  tooLarge: 'the answer was longer than 64 KiB.',
  unreadable: 'the answer cannot be read.',
  undocumented: 'the answer is none that Veriff documents. Check the base URL.',
};

const notSentReasons: Readonly<Record<NotSentReason, string>> = {
  cancelled: 'it was cancelled before the request left. No quota was spent.',
  noConnection: 'no connection could be made. Check the network and the base URL; no quota was spent.',
  certificateRefused:
    'the server’s certificate is not trusted. Check the base URL and the proxy; no quota was spent.',
  tlsVerificationOff:
    'NODE_TLS_REJECT_UNAUTHORIZED=0 is set, so nobody could tell who answers. Unset it and restart VS Code.',
  lookUpsLimited: 'Veriff has limited look-ups (429). Try again in a few minutes; no quota was spent.',
  urlRefused: 'the address that came out is not the integration’s own. Edit the integration’s base URL.',
};

function checkAdvice(reason: UnknownReason): string {
  if (reason === 'serverError') return ' Try again later.';
  return reason === 'undocumented' ? '' : ' Check the base URL.';
}

function codeText({ code, status }: AnswerFacts): string {
  return code === undefined ? ` (HTTP ${status})` : ` (HTTP ${status}, code ${code})`;
}
