import type { ServerResponse } from 'node:http';
import type { SandboxCall, SandboxLimit } from './sandboxApi.ts';
import type { SandboxCredentials, SandboxPage, SandboxReply } from './sandboxReply.ts';
import type { SandboxSession, SandboxWebhook } from './sandboxSessions.ts';

/** How a sandbox is set up; what is left out gets the documented or a made-up value. */
export interface SandboxOptions {
  /** UUIDs, random by default; they last until the first reset. */
  readonly apiKey?: string;
  readonly sharedSecretKey?: string;
  /** 5 per hour and 10 per 24 hours by default, as the API page says. */
  readonly limits?: readonly SandboxLimit[];
  /** The server's clock in epoch ms, Date.now by default. */
  readonly now?: () => number;
  /** A delay before every answer of the API, 0 by default; what the request does is done before it. */
  readonly latencyMs?: number;
  /** Which API page rules what is deletable and the `status` of a 400; the current one by default. */
  readonly page?: SandboxPage;
  readonly sessions?: readonly SandboxSession[];
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Asked about each call of the API: what it returns goes out, undefined leaves the documented answer. */
  readonly substitute?: (exchange: SandboxExchange) => SandboxSubstitute | undefined;
}

/** One call of the API that has not been answered yet. */
export interface SandboxExchange {
  readonly call: SandboxCall;
  /** The sandbox's current ones, whatever came with the call. */
  readonly credentials: SandboxCredentials;
  readonly page: SandboxPage;
  /** Does what is documented for the call, and returns what would be answered. */
  readonly answer: () => SandboxReply;
  /** Counts the call against the rate limit if it is an authenticated deletion, and does nothing else. */
  readonly count: () => void;
}

/** What goes out instead of the documented answer. */
export interface SandboxSubstitute {
  readonly reply: SandboxReply;
  /** What the log shows: 0 if no status gets to the other side. */
  readonly status: number;
  /** Puts the reply, with its Date, on the wire in whatever way. */
  readonly send: (response: ServerResponse, reply: SandboxReply) => void;
}

/** One request to the API as the server saw it; `status` is 0 as long as, or because, no answer was sent. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  /** When it arrived, in epoch ms by the sandbox's clock. */
  readonly at: number;
  readonly status: number;
  /** Whether a session really went away with it, whatever was answered. */
  readonly deleted: boolean;
  /** The id as it stood in the path, well-formed or not. */
  readonly sessionId?: string;
}

/** A running sandbox: Veriff's documented session API on loopback, with made-up sessions. */
export interface Sandbox {
  /** http://127.0.0.1:PORT */
  readonly baseUrl: string;
  /** The current one: every reset replaces both. */
  readonly apiKey: string;
  readonly sharedSecretKey: string;
  /** What resets have replaced, oldest first. */
  replacedCredentials(): readonly SandboxCredentials[];
  /** The sessions that still exist. */
  sessions(): readonly SandboxSession[];
  /** The decision webhooks it would have sent, oldest first. */
  webhooks(): readonly SandboxWebhook[];
  /** One row per request that arrived, in that order, without those to /sandbox. */
  requests(): readonly SandboxRequest[];
  /**
   * Back to its first sessions, a fresh quota, no webhooks and no requests, with new random credentials, which it
   * returns; the API key until then is unknown from now on.
   */
  reset(): SandboxCredentials;
  /** Ends every socket at once and frees the port; may be called again. */
  close(): Promise<void>;
}
