import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import fc from 'fast-check';

/** What a server does with one complete request head: any bytes, in any order, or none. */
export type Answer = (socket: Socket, request: string) => void;

/** A server on loopback that sends raw bytes and counts everything that arrives. */
export class HostileServer {
  readonly requests: string[] = [];
  connections = 0;
  receivedBytes = 0;
  readonly #server: Server;
  readonly #secure: boolean;
  readonly #sockets = new Set<Socket>();
  readonly #events = new EventEmitter();

  private constructor(
    answer: Answer,
    identity: Identity | undefined,
    onConnection?: (socket: Socket) => void,
  ) {
    const accept = (socket: Socket): void => {
      onConnection?.(socket);
      this.#accept(socket, answer);
    };
    this.#secure = identity !== undefined;
    this.#server = identity === undefined ? createServer(accept) : createTlsServer(identity, accept);
    // A client that refuses the certificate ends the handshake; some tests expect that.
    this.#server.on('tlsClientError', () => this.#events.emit('change'));
    this.#server.on('connection', () => (this.connections += 1));
  }

  static async start(
    answer: Answer,
    options: { identity?: Identity; onConnection?: (socket: Socket) => void } = {},
  ): Promise<HostileServer> {
    const server = new HostileServer(answer, options.identity, options.onConnection);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get baseUrl(): string {
    return `${this.#secure ? 'https' : 'http'}://127.0.0.1:${this.port}`;
  }

  /** Resolves when a complete request head has arrived. */
  async requested(): Promise<void> {
    while (this.requests.length === 0) await once(this.#events, 'change');
  }

  /** Resolves when no connection is open any more; the server itself closes none. */
  async abandoned(): Promise<void> {
    while (this.#sockets.size > 0) await once(this.#events, 'change');
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #accept(socket: Socket, answer: Answer): void {
    let head = '';
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#events.emit('change');
    });
    socket.on('data', (bytes) => {
      this.receivedBytes += bytes.length;
      head += bytes.toString('latin1');
      if (!head.endsWith('\r\n\r\n')) return;
      this.requests.push(head);
      this.#events.emit('change');
      answer(socket, head);
    });
  }
}

/** The bytes of one HTTP/1.1 answer with a right Content-Length. */
export function httpReply(
  status: number,
  body: string | Uint8Array,
  headers: readonly (readonly [string, string])[] = [],
): Buffer {
  const bytes = Buffer.from(body);
  const lines = [...headers, ['Content-Length', String(bytes.length)]].map((pair) => pair.join(': '));
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${status} x\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1'),
    bytes,
  ]);
}

/** The signature of a response body, as a server that knows the key makes it. */
export function signatureOf(body: string | Uint8Array, key: string): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** An outcome's kind and its reason or problem, for tables with one line per case. */
export function inBrief(outcome: { kind: string; reason?: string; problem?: string }): string {
  return [outcome.kind, outcome.reason ?? outcome.problem].filter((part) => part !== undefined).join('/');
}

/** A key and a certificate for a TLS server. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** A new self-signed certificate for an IPv4 address, so that no key is in the repository. */
export function selfSigned(address: string, notAfter: Date): Identity {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(0x30, Buffer.from('06082a8648ce3d040302', 'hex'));
  const name = der(0x30, der(0x31, der(0x30, Buffer.from('0603550403', 'hex'), der(0x0c, 'test'))));
  const time = (at: Date): Buffer => der(0x17, `${at.toISOString().replace(/\D/g, '').slice(2, 14)}Z`);
  const alternative = der(0x30, der(0x87, Uint8Array.from(address.split('.'), Number)));
  const extension = der(0x30, Buffer.from('0603551d11', 'hex'), der(0x04, alternative));
  const content = der(
    0x30,
    Buffer.from('a003020102020101', 'hex'),
    algorithm,
    name,
    der(0x30, time(new Date(notAfter.getTime() - 7 * 86_400_000)), time(notAfter)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(0x30, extension)),
  );
  const signature = der(0x03, Uint8Array.of(0), sign('sha256', content, privateKey));
  const certificate = der(0x30, content, algorithm, signature).toString('base64');
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function der(tag: number, ...parts: (string | Uint8Array)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const size = content.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Uint8Array.of(tag, ...length), content]);
}

/** A made-up reply about `id`, and how it may and must be counted. */
export interface MadeReply {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** False: counting it as deleted would be wrong. */
  readonly mayCount: boolean;
  /** True: a plain, right answer that has to count as deleted. */
  readonly mustCount: boolean;
}

/** Replies between entirely right and entirely random, most of them one step away from right. */
export function madeReplies(id: string, key: string, strangersKey: string): fc.Arbitrary<MadeReply> {
  const otherId = '00000000-0000-4000-8000-000000000000';
  const right = { status: 'success', verification: { id } };
  const text = fc.string({ unit: 'binary' });
  const made = (bytes: string | Uint8Array, may: boolean, must: boolean) => ({
    body: Buffer.from(bytes),
    may,
    must,
  });
  const rightBody = fc
    .record({
      head: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
      given: fc.constantFrom(id, id.toUpperCase()),
    })
    .map(({ head, given }) =>
      made(JSON.stringify({ ...head, ...right, verification: { id: given } }), true, true),
    );
  const nearBody = fc
    .oneof(
      fc.constantFrom<unknown>(
        { ...right, verification: { id: otherId } },
        { ...right, status: 'fail' },
        { status: 'success', id },
        { status: 'success', verification: id },
        { status: 'success', verification: [{ id }] },
        { status: 'success', verification: { sessionId: id } },
        { status: 'success', verification: { id: { toString: id } } },
        [right],
        JSON.stringify(right),
        { status: 'success' },
        null,
      ),
      fc.jsonValue({ maxDepth: 3 }),
    )
    .map((value) => made(JSON.stringify(value), false, false));
  const inheritedBody = fc.constant(made(`{"__proto__":${JSON.stringify(right)}}`, false, false));
  const brokenBody = fc
    .record({ at: fc.nat(90), byte: fc.nat(255), cut: fc.nat(90) })
    .map(({ at, byte, cut }) => {
      const bytes = Buffer.from(JSON.stringify(right));
      bytes[at] = byte;
      const body = bytes.subarray(0, cut > 60 ? undefined : cut);
      return { body, may: body.toString('latin1').toLowerCase().includes(id), must: false };
    });
  const noise = fc.uint8Array({ maxLength: 200 }).map((bytes) => made(bytes, false, false));
  const refusal = fc
    .record({
      status: fc.constantFrom<unknown>('fail', '400', 400),
      code: fc.oneof(fc.nat(2000), fc.nat(2000).map(String), text),
    })
    .map((value) => made(JSON.stringify(value), false, false));

  return fc
    .record({
      status: fc.oneof(
        { weight: 3, arbitrary: fc.constant(200) },
        fc.constantFrom(201, 204, 301, 400, 401, 403, 404, 429, 500),
        fc.integer({ min: 200, max: 999 }),
      ),
      content: fc.oneof(
        { weight: 3, arbitrary: rightBody },
        nearBody,
        inheritedBody,
        brokenBody,
        noise,
        refusal,
      ),
      names: fc.shuffledSubarray(['X-HMAC-SIGNATURE', 'x-hmac-signature', 'Vrf-Hmac-Signature'], {
        minLength: 2,
      }),
      signing: fc.oneof(
        { weight: 2, arbitrary: fc.constantFrom('none', 'right', 'upper') },
        fc.constantFrom('stranger', 'other body', 'twice', 'empty', 'short', 'joined'),
      ),
      extra: fc.array(
        fc.tuple(
          fc.constantFrom('Date', 'Retry-After', '__proto__', 'constructor'),
          fc.constantFrom('', '0', '-1', '9e9', 'Sun, 06 Nov 1994 08:49:37 GMT', id),
        ),
        { maxLength: 3 },
      ),
    })
    .map(({ status, content, names, signing, extra }) => {
      const [name = '', second = ''] = names;
      const good = signatureOf(content.body, key);
      const signatures: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
        none: [],
        right: [[name, good]],
        upper: [[name, good.toUpperCase()]],
        stranger: [[name, signatureOf(content.body, strangersKey)]],
        'other body': [[name, signatureOf(`${content.body.toString('latin1')} `, key)]],
        twice: [
          [name, good],
          [second, good],
        ],
        empty: [[name, '']],
        short: [[name, good.slice(2)]],
        joined: [[name, `${good}, ${good}`]],
      };
      const fine = status === 200 && ['none', 'right', 'upper'].includes(signing);
      return {
        status,
        headers: [...extra, ...(signatures[signing] ?? [])],
        body: content.body,
        mayCount: fine && content.may,
        mustCount: fine && content.must,
      };
    });
}
