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
export type NextStep = 'editIntegration' | 'copyEnableRequest' | 'startSandbox';

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
    case 'gone':
      return {
        tone: 'info',
        text: 'Not there: Veriff has no such session, or it was deleted before. Nothing is left to do, unless this is the wrong integration.',
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
        text: 'Not deleted: Veriff forbids it (403). Most likely deletion is not enabled for this integration; ask your Solutions Engineer or Veriff support to enable it.',
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

/** The result of a look-up that was made because there was no believable answer. */
export function lookUpText(outcome: LookUpOutcome): string {
  if (outcome.kind === 'gone') return 'A look-up says that the session is gone.';
  if (outcome.kind === 'found') {
    const status = outcome.sessionStatus === undefined ? '' : ` (${outcome.sessionStatus})`;
    return `A look-up says that the session still exists${status}: it was not deleted, and may be tried again.`;
  }
  return 'A look-up could not tell either: look for the session in the Veriff Customer Portal before you delete it again.';
}

/** Why an integration is stopped: each further request would get the same answer. */
export function stopText(
  reason: 'unauthorised' | 'forbidden',
): OutcomeText & { readonly nextStep: NextStep } {
  return reason === 'unauthorised'
    ? {
        tone: 'error',
        text: 'Veriff does not accept the credentials (401), so nothing more is sent for it. Check the integration, then resume the cleanup; what was confirmed waits.',
        nextStep: 'editIntegration',
      }
    : {
        tone: 'error',
        text: 'Veriff forbids deletions (403), so nothing more is sent for it. Most likely deletion is not enabled for this integration: ask your Solutions Engineer or Veriff support, then resume the cleanup; what was confirmed waits.',
        nextStep: 'copyEnableRequest',
      };
}

/** The result of "Check Credentials". `found` is not expected for a random id, but would mean accepted as well. */
export function checkText(outcome: LookUpOutcome): OutcomeText {
  switch (outcome.kind) {
    case 'gone':
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

/** A text to send to Veriff; it names no session and contains no key. */
export function enableRequestText(integrationName: string, host: string): string {
  return [
    'Hello,',
    '',
    `Please enable the endpoint DELETE /v1/sessions/{id} for our integration “${integrationName}” (${host}).`,
    'Requests to it are answered with HTTP 403 at present. The API key can be found in the Customer Portal; we do not send it by mail.',
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
  urlRefused: 'the address that came out is not the integration’s own. Edit the integration’s base URL.',
};

function checkAdvice(reason: UnknownReason): string {
  if (reason === 'serverError') return ' Try again later.';
  return reason === 'undocumented' ? '' : ' Check the base URL.';
}

function codeText({ code, status }: AnswerFacts): string {
  return code === undefined ? ` (HTTP ${status})` : ` (HTTP ${status}, code ${code})`;
}
