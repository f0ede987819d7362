import { timingSafeEqual } from 'node:crypto';
import {
  deletedReply,
  errorReply,
  hmacHex,
  signedReply,
  type SandboxCredentials,
  type SandboxPage,
  type SandboxReply,
} from './sandboxReply.ts';
import {
  attemptsBody,
  decisionBody,
  deletionWebhook,
  isDeletable,
  type SandboxSession,
  type SandboxWebhook,
} from './sandboxSessions.ts';

/** At most `count` deletions in any span of `windowMs`. */
export interface SandboxLimit {
  readonly count: number;
  readonly windowMs: number;
}

/** The configuration of the documented API. */
export interface SandboxRules {
  /** Valid until the first reset. */
  readonly credentials: SandboxCredentials;
  readonly page: SandboxPage;
  readonly limits: readonly SandboxLimit[];
  readonly sessions: readonly SandboxSession[];
}

/** One request to a documented endpoint; `id` is the raw path segment, `at` the server's time in epoch ms. */
export interface SandboxCall {
  readonly endpoint: 'delete' | 'attempts' | 'decision';
  readonly id: string;
  readonly apiKey: string | undefined;
  readonly signature: string | undefined;
  readonly at: number;
}

/** What the API answers, and whether a session was deleted by it. */
export interface SandboxAnswer {
  readonly reply: SandboxReply;
  readonly deleted: boolean;
}

/** The documented API without HTTP: sessions, quota and webhooks, with its checks in order. */
export class SandboxApi {
  private readonly rules: SandboxRules;
  private credentials: SandboxCredentials;
  private existing = new Map<string, SandboxSession>();
  private sent: SandboxWebhook[] = [];
  private countedAt: number[] = [];

  constructor(rules: SandboxRules) {
    this.rules = rules;
    this.credentials = rules.credentials;
    this.reset(rules.credentials);
  }

  /** Restores the first sessions, a fresh quota and no webhooks; from then on only these credentials are known. */
  reset(credentials: SandboxCredentials): void {
    this.credentials = credentials;
    this.existing = new Map(this.rules.sessions.map((session) => [session.id.toLowerCase(), session]));
    this.sent = [];
    this.countedAt = [];
  }

  /** The sessions that still exist, in their original order. */
  sessions(): readonly SandboxSession[] {
    return [...this.existing.values()];
  }

  /** The decision webhooks that deletions have triggered, oldest first. */
  webhooks(): readonly SandboxWebhook[] {
    return [...this.sent];
  }

  /** Does what Veriff documents for the call, in the order of its checks. */
  answer(call: SandboxCall): SandboxAnswer {
    const refusal = this.refusal(call);
    if (refusal !== undefined) return this.refused(401, refusal);
    if (!isUuid(call.id)) {
      this.countOnly(call);
      return this.refused(400, '1104');
    }
    if (call.endpoint === 'delete') return this.deletion(call);
    const session = this.existing.get(call.id.toLowerCase());
    if (session === undefined) return this.refused(404, '1101');
    const body = call.endpoint === 'attempts' ? attemptsBody(session) : decisionBody(session);
    return { reply: signedReply(this.credentials, 200, JSON.stringify(body)), deleted: false };
  }

  /** Counts an authenticated deletion that gets another answer, because of a fault or a malformed id. */
  countOnly(call: SandboxCall): void {
    if (call.endpoint === 'delete' && this.refusal(call) === undefined) this.countedAt.push(call.at);
  }

  private deletion(call: SandboxCall): SandboxAnswer {
    if (this.isQuotaSpent(call.at)) return this.refused(429, '1004');
    this.countedAt.push(call.at);
    const key = call.id.toLowerCase();
    const session = this.existing.get(key);
    if (session === undefined) return this.refused(404, '1101');
    if (!isDeletable(session.status, this.rules.page)) return this.refused(400, '1305');
    if (session.inFlow === true) return this.refused(400, '1306');
    this.existing.delete(key);
    const webhook = deletionWebhook(session, call.at);
    if (webhook !== undefined) this.sent.push(webhook);
    return { reply: deletedReply(this.credentials, session.id), deleted: true };
  }

  // The API key is checked first, because it determines the secret that the signature is checked against.
  private refusal(call: SandboxCall): string | undefined {
    const { apiKey, sharedSecretKey } = this.credentials;
    if (call.apiKey === undefined || call.apiKey === '') return '1101';
    if (!isUuid(call.apiKey)) return '1802';
    if (call.apiKey !== apiKey) return '1803';
    if (call.signature === undefined || call.signature === '') return '1815';
    // Veriff documents lower-case hex for requests. Two headers arrive joined, and fail here too.
    if (!/^[0-9a-f]{64}$/.test(call.signature)) return '1812';
    const expected = Buffer.from(hmacHex(sharedSecretKey, call.id));
    return timingSafeEqual(Buffer.from(call.signature), expected) ? undefined : '1818';
  }

  // If the clock was set back, an attempt from before that lies in the future, and still counts.
  private isQuotaSpent(now: number): boolean {
    return this.rules.limits.some(
      ({ count, windowMs }) => this.countedAt.filter((at) => at > now - windowMs).length >= count,
    );
  }

  private refused(status: number, code: string): SandboxAnswer {
    return { reply: errorReply(this.credentials, this.rules.page, status, code), deleted: false };
  }
}

/** Whether the text has a UUID's shape, of any version and in either case. */
export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(text);
}
