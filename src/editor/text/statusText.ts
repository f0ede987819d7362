import { visibleText } from './visibleText.ts';

/** What a session's status means for its deletion. Source: Veriff, Delete session, "Session deletion logic". */
export interface StatusMeaning {
  /** In words, for the middle of a sentence. */
  readonly text: string;
  /** Whether deleting it also sends a decision webhook; undefined if that is not known. */
  readonly firesWebhook: boolean | undefined;
}

/** The meaning of a status that a look-up reported; undefined stands for a session that was not looked up. */
export function statusMeaning(status: string | undefined): StatusMeaning {
  switch (status) {
    case undefined:
      return { text: 'not looked up', firesWebhook: undefined };
    case 'created':
    case 'started':
    case 'resubmission_requested':
      return { text: `${status}: a decision webhook fires`, firesWebhook: true };
    case 'approved':
    case 'declined':
    case 'expired':
    case 'abandoned':
      return { text: `${status} (no webhook)`, firesWebhook: false };
    case 'submitted':
      return { text: 'submitted: Veriff refuses it now', firesWebhook: false };
    case 'review':
    case 'inflow_completed':
      return { text: `${status}: Veriff’s two pages disagree on it`, firesWebhook: false };
    default:
      return { text: `${visibleText(status, 30)}: not documented`, firesWebhook: undefined };
  }
}
