import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isUuid, SandboxApi, type SandboxCall, type SandboxLimit } from './sandboxApi.ts';
import type { Sandbox, SandboxOptions, SandboxRequest, SandboxSubstitute } from './sandboxContract.ts';
import { controlReply } from './sandboxControl.ts';
import {
  newCredentials,
  sendReply,
  unsignedReply,
  type SandboxCredentials,
  type SandboxPage,
  type SandboxReply,
} from './sandboxReply.ts';
import { sampleSessions, type SandboxSession, type SandboxWebhook } from './sandboxSessions.ts';

export type { Sandbox, SandboxOptions, SandboxRequest } from './sandboxContract.ts';
export {
  sampleSessions,
  type SandboxSession,
  type SandboxStatus,
  type SandboxWebhook,
} from './sandboxSessions.ts';

/**
 * Starts a sandbox on 127.0.0.1. Rejects with the system's error if the port is taken, and with a TypeError if the API
 * key is not a UUID, since the API would then refuse every request.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = new LoopbackSandbox(options);
  await sandbox.listen(options.port ?? 0);
  return sandbox;
}

type LoggedRequest = { -readonly [Key in keyof SandboxRequest]: SandboxRequest[Key] };

class LoopbackSandbox implements Sandbox {
  private credentials: SandboxCredentials;
  private readonly replaced: SandboxCredentials[] = [];
  private readonly api: SandboxApi;
  private readonly now: () => number;
  private readonly latencyMs: number;
  private readonly page: SandboxPage;
  private readonly substitute: NonNullable<SandboxOptions['substitute']>;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly delayed = new Set<NodeJS.Timeout>();
  private log: LoggedRequest[] = [];
  private port = 0;

  constructor(options: SandboxOptions) {
    this.credentials = newCredentials(options);
    if (!isUuid(this.apiKey)) throw new TypeError('The API key of a sandbox has to be a UUID.');
    this.now = options.now ?? Date.now;
    this.latencyMs = options.latencyMs ?? 0;
    this.page = options.page ?? 'current';
    this.substitute = options.substitute ?? (() => undefined);
    this.api = new SandboxApi({
      credentials: this.credentials,
      page: this.page,
      limits: options.limits ?? documentedLimits,
      sessions: options.sessions ?? sampleSessions(),
    });
    this.server = createServer((request, response) => this.receive(request, response));
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      // A client that hangs up is expected here and must not end the process.
      socket.on('error', () => socket.destroy());
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get apiKey(): string {
    return this.credentials.apiKey;
  }

  get sharedSecretKey(): string {
    return this.credentials.sharedSecretKey;
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        this.port = (this.server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  sessions(): readonly SandboxSession[] {
    return this.api.sessions();
  }

  webhooks(): readonly SandboxWebhook[] {
    return this.api.webhooks();
  }

  requests(): readonly SandboxRequest[] {
    return this.log.map((row) => ({ ...row }));
  }

  replacedCredentials(): readonly SandboxCredentials[] {
    return [...this.replaced];
  }

  reset(): SandboxCredentials {
    this.replaced.push(this.credentials);
    this.credentials = newCredentials();
    this.api.reset(this.credentials);
    this.log = [];
    return this.credentials;
  }

  close(): Promise<void> {
    for (const timer of this.delayed) clearTimeout(timer);
    this.delayed.clear();
    return new Promise((resolve) => {
      // The only possible error is that it is closed already, which is what was asked for.
      this.server.close(() => resolve());
      for (const socket of this.sockets) socket.destroy();
    });
  }

  private receive(request: IncomingMessage, response: ServerResponse): void {
    const url = request.url ?? '';
    const path = url.split('?', 1)[0] ?? '';
    const isControl = path === '/sandbox' || path.startsWith('/sandbox/');
    request.resume();
    const [, id, detail] = /^\/v1\/sessions\/([^/]+)(?:\/(attempts|decision))?$/.exec(path) ?? [];
    const row: LoggedRequest = {
      method: request.method ?? '',
      path: url,
      at: this.now(),
      status: 0,
      deleted: false,
      ...(id !== undefined && { sessionId: id }),
    };
    if (!isControl) this.log.push(row);
    // If a page's own host name was rebound to 127.0.0.1, the Host header still names it.
    if (!loopbackHost.test(request.headers.host ?? '')) this.send(response, row, misdirected);
    else if (isControl) sendReply(response, this.dated(controlReply(this, request, path)));
    else this.call(request, response, row, id, detail);
  }

  private call(
    request: IncomingMessage,
    response: ServerResponse,
    row: LoggedRequest,
    id: string | undefined,
    detail: string | undefined,
  ): void {
    if (id === undefined) {
      this.send(response, row, noSuchEndpoint);
      return;
    }
    if (row.method !== (detail === undefined ? 'DELETE' : 'GET')) {
      this.send(response, row, wrongMethod);
      return;
    }
    const call: SandboxCall = {
      endpoint: detail === undefined ? 'delete' : detail === 'attempts' ? 'attempts' : 'decision',
      id,
      apiKey: headerOf(request, 'x-auth-client'),
      signature: headerOf(request, 'x-hmac-signature'),
      at: row.at,
    };
    const { credentials, page } = this;
    const answer = (): SandboxReply => this.answer(call, row);
    const count = (): void => this.api.countOnly(call);
    const substitute = this.substitute({ call, credentials, page, answer, count });
    if (substitute === undefined) this.send(response, row, answer());
    else this.sendSubstitute(response, row, substitute);
  }

  private answer(call: SandboxCall, row: LoggedRequest): SandboxReply {
    const { reply, deleted } = this.api.answer(call);
    row.deleted = deleted;
    return reply;
  }

  private send(response: ServerResponse, row: LoggedRequest, reply: SandboxReply): void {
    this.sendSubstitute(response, row, { reply, status: reply.status, send: sendReply });
  }

  private sendSubstitute(
    response: ServerResponse,
    row: LoggedRequest,
    { reply, status, send }: SandboxSubstitute,
  ): void {
    const go = (): void => {
      if (response.destroyed) return;
      row.status = status;
      send(response, this.dated(reply));
    };
    if (this.latencyMs <= 0) {
      go();
      return;
    }
    const timer = setTimeout(() => {
      this.delayed.delete(timer);
      go();
    }, this.latencyMs);
    this.delayed.add(timer);
  }

  private dated(reply: SandboxReply): SandboxReply {
    return { ...reply, headers: [['Date', new Date(this.now()).toUTCString()], ...reply.headers] };
  }
}

// Source: Veriff's page "Delete session": "10 sessions per 24 hours and 5 sessions per 1 hour".
const documentedLimits: readonly SandboxLimit[] = [
  { count: 5, windowMs: 3_600_000 },
  { count: 10, windowMs: 86_400_000 },
];

const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i;

// None of these is documented. They carry no code, so that they are not taken for an answer about a session.
const misdirected = unsignedReply(421, { status: 'fail', message: 'This host name is not loopback.' });
const noSuchEndpoint = unsignedReply(404, { status: 'fail', message: 'The sandbox has no such endpoint.' });
const wrongMethod = unsignedReply(405, { status: 'fail', message: 'The sandbox has no such method here.' });

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}
