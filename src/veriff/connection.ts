import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import http, { ClientRequest } from 'node:http';
import https from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';

/** One request, observed until its answer is read. */
export interface ObservedRequest<Answer> {
  readonly answer: Promise<Answer>;
  /**
   * False only while it is certain that no byte of the request has left: its connection, or for https the TLS handshake
   * on it, is not complete. True if no request was seen, or more than one.
   */
  mayHaveLeft(): boolean;
  /** Destroys the request: what has not left by now never leaves. */
  stop(): void;
}

/**
 * Calls `send` once, before it returns, and observes the one request for `url` that Node makes during this call. That
 * request gets a connection of its own: a connection that has carried another request is closed instead of reused, and
 * this one is closed after the answer. Throws what `send` throws.
 *
 * An agent of our own could do the same, but VS Code adds its proxy through the default agent.
 */
export function observeRequest<Answer>(
  method: string,
  url: URL,
  send: () => Promise<Answer>,
): ObservedRequest<Answer> {
  const requests: SeenRequest[] = [];
  const onCreated = (message: unknown): void => {
    const { request } = message as { readonly request?: unknown };
    if (request instanceof ClientRequest && isFor(request, method, url))
      requests.push(new SeenRequest(request));
  };
  closeKeptConnections(url);
  subscribe(requestCreated, onCreated);
  try {
    return {
      answer: send(),
      mayHaveLeft: () => requests.length !== 1 || requests.some((request) => request.mayHaveLeft),
      stop: () => requests.forEach((request) => request.stop()),
    };
  } finally {
    unsubscribe(requestCreated, onCreated);
  }
}

/** Node publishes each request here at the end of its constructor, before anything of it is written. */
const requestCreated = 'http.client.request.created';

class SeenRequest {
  mayHaveLeft = false;
  readonly #request: ClientRequest;

  constructor(request: ClientRequest) {
    this.#request = request;
    // The header “Connection: close” alone does not keep Node from reusing the connection.
    request.shouldKeepAlive = false;
    // Node assigns the socket in a later turn. If the request has one already, it may have been written to it.
    if (request.socket === null) request.once('socket', (socket: Duplex) => this.#watch(socket));
    else this.mayHaveLeft = true;
  }

  stop(): void {
    this.#request.destroy();
  }

  /** Node writes the request right after this, or as soon as the socket is connected. */
  #watch(socket: Duplex): void {
    const leave = (): void => void (this.mayHaveLeft = true);
    if (!(socket instanceof Socket)) return leave();
    if (this.#request.reusedSocket || socket.bytesWritten > 0) return this.stop();
    if (this.#request.protocol !== 'https:')
      return socket.pending ? void socket.once('connect', leave) : leave();
    if (socket instanceof TLSSocket)
      return isInHandshake(socket) ? void socket.once('secureConnect', leave) : leave();
    // If a proxy refuses to connect, VS Code's agent replays its answer on a socket that accepts no bytes.
    if (socket.writable) leave();
  }
}

/** The Host header is compared too, since only that has the port. */
function isFor(request: ClientRequest, method: string, { protocol, host, pathname }: URL): boolean {
  return (
    request.method === method &&
    request.protocol === protocol &&
    request.path === pathname &&
    request.getHeader('host') === host
  );
}

/** True until `secureConnect`. The type definitions lack the property. */
function isInHandshake(socket: TLSSocket): boolean {
  return (socket as TLSSocket & { readonly secureConnecting?: unknown }).secureConnecting === true;
}

/** Closes the idle connections to this host that other requests have left in Node's own agent. */
function closeKeptConnections({ protocol, hostname, port }: URL): void {
  const isSecure = protocol === 'https:';
  const { freeSockets } = (isSecure ? https : http).globalAgent;
  // The names are those of `agent.getName()`: host and port first, then options that differ between requests.
  const start = `${hostname.replace(/^\[|\]$/g, '')}:${port === '' ? (isSecure ? '443' : '80') : port}:`;
  for (const [name, sockets = []] of Object.entries({ ...freeSockets }))
    if (name.startsWith(start)) for (const socket of sockets) socket.destroy();
}
