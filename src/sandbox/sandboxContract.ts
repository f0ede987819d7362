import type { ServerResponse } from 'node:http';
import type { SandboxCall, SandboxLimit } from './sandboxApi.ts';
import type { SandboxCredentials, SandboxPage, SandboxReply } from './sandboxReply.ts';
import type { SandboxSession, SandboxWebhook } from './sandboxSessions.ts';

/** How a sandbox is set up. Options that are left out get the documented or a made-up value. */
export interface SandboxOptions {
  /** UUIDs, random by default; they last until the first reset. */
  readonly apiKey?: string;
  readonly sharedSecretKey?: string;
  /** 5 per hour and 10 per 24 hours by default, as the API page says. */
  readonly limits?: readonly SandboxLimit[];
  /** The server's clock in epoch ms, Date.now by default. */
  readonly now?: () => number;
  /** Ms before every answer of the API, 0 by default; the request takes effect before that. */
  readonly latencyMs?: number;
  /** Which API page decides what is deletable and the `status` of a 400; the current one by default. */
  readonly page?: SandboxPage;
  readonly sessions?: readonly SandboxSession[];
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Called for each call of the API: what it returns is sent; if that is undefined, the documented answer is. */
  readonly substitute?: (exchange: SandboxExchange) => SandboxSubstitute | undefined;
}

/** One call of the API that has not been answered yet. */
export interface SandboxExchange {
  readonly call: SandboxCall;
  /** The sandbox's current credentials, whatever the call used. */
  readonly credentials: SandboxCredentials;
  readonly page: SandboxPage;
  /** Does what is documented for the call, and returns the documented answer. */
  readonly answer: () => SandboxReply;
  /** Counts the call against the rate limit if it is an authenticated deletion, and does nothing else. */
  readonly count: () => void;
}

/** What is sent instead of the documented answer. */
export interface SandboxSubstitute {
  readonly reply: SandboxReply;
  /** What the request log shows; 0 if no status reaches the client. */
  readonly status: number;
  /** Sends the reply with its Date, in any form. */
  readonly send: (response: ServerResponse, reply: SandboxReply) => void;
}

/** One request to the API as the server saw it; `status` is 0 until an answer is sent, and stays 0 if none is. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** When it arrived, in epoch ms by the sandbox's clock. */
  readonly at: number;
  readonly status: number;
  /** Whether a session was really deleted by it, whatever was answered. */
  readonly deleted: boolean;
  /** The id as it was in the path, well-formed or not. */
  readonly sessionId?: string;
}

/** A running sandbox: Veriff's documented session API on loopback, with made-up sessions. */
export interface Sandbox {
  /** http://127.0.0.1:PORT */
  readonly baseUrl: string;
  /** The current API key. Every reset replaces it and the shared secret key. */
  readonly apiKey: string;
  readonly sharedSecretKey: string;
  /** The credentials that resets have replaced, oldest first. */
  replacedCredentials(): readonly SandboxCredentials[];
  /** The sessions that still exist. */
  sessions(): readonly SandboxSession[];
  /** The decision webhooks it would have sent, oldest first. */
  webhooks(): readonly SandboxWebhook[];
  /** One row per request, in the order of arrival, without those to /sandbox. */
  requests(): readonly SandboxRequest[];
  /**
   * Restores the first sessions, a fresh quota, no webhooks and no requests, with new random credentials, which it
   * returns. The API key before that is unknown from then on.
   */
  reset(): SandboxCredentials;
  /** Ends every socket at once and frees the port; may be called again. */
  close(): Promise<void>;
}
