import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/sandbox.ts';
import { startFaultySandbox, type FaultySandbox } from '../../support/sandbox/faultySandbox.ts';

/** The tests' own client: it shares no line with the product's, so that a mistake in one shows in the other. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
}

/** A function that starts sandboxes, which are closed after each test of the suite that calls this. */
export function sandboxesOfSuite(): (options?: SandboxOptions) => Promise<FaultySandbox> {
  const running: FaultySandbox[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
  });
  return async (options) => {
    const sandbox = await startFaultySandbox(options);
    running.push(sandbox);
    return sandbox;
  };
}

/** HMAC-SHA256 in lower-case hex. */
export function hmac(secret: string, bytes: string | Buffer): string {
  return createHmac('sha256', secret).update(bytes).digest('hex');
}

/** One request over its own connection; rejects if no complete answer came. */
export function ask(
  baseUrl: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  body = '',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl);
    // The path is sent as it is written: a URL object would normalise it.
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: Buffer.concat(chunks),
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The documented headers for a session id. */
export function signedHeaders(sandbox: Sandbox, id: string): Record<string, string> {
  return { 'X-AUTH-CLIENT': sandbox.apiKey, 'X-HMAC-SIGNATURE': hmac(sandbox.sharedSecretKey, id) };
}

/** A correct DELETE. */
export function deleteSession(sandbox: Sandbox, id: string): Promise<Answer> {
  return ask(sandbox.baseUrl, 'DELETE', `/v1/sessions/${id}`, signedHeaders(sandbox, id));
}

/** A correct GET of the attempts or the decision. */
export function look(sandbox: Sandbox, id: string, what: 'attempts' | 'decision'): Promise<Answer> {
  return ask(sandbox.baseUrl, 'GET', `/v1/sessions/${id}/${what}`, signedHeaders(sandbox, id));
}

/** The answer's body as JSON. */
export function json(answer: Answer): unknown {
  return JSON.parse(answer.body.toString()) as unknown;
}

/** A documented error: status, code, and the current page's form of the body. */
export function assertError(answer: Answer, status: number, code: string): void {
  assert.equal(answer.status, status);
  const body = json(answer) as { status: unknown; code: unknown; message: unknown };
  assert.deepEqual(Object.keys(body), ['status', 'code', 'message']);
  assert.equal(body.code, code);
  assert.equal(body.status, 'fail');
  assert.equal(typeof body.message, 'string');
}

/** The headers that are documented for 200, 404, 429 and 500. */
export function assertSigned(sandbox: Sandbox, answer: Answer): void {
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['x-auth-client'], sandbox.apiKey);
  assert.equal(answer.headers['x-hmac-signature'], hmac(sandbox.sharedSecretKey, answer.body));
}

/** The headers that are documented for 400 and 401. */
export function assertUnsigned(answer: Answer): void {
  assert.equal(answer.headers['content-type'], 'application/json');
  assert.equal(answer.headers['x-auth-client'], undefined);
  assert.equal(answer.headers['x-hmac-signature'], undefined);
}

/** A well-formed id that no sandbox has. */
export const stranger = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

/** The id of the n-th session that still exists with this status. */
export function idOf(sandbox: Sandbox, status: string, index = 0): string {
  const found = sandbox.sessions().filter((session) => session.status === status && session.inFlow !== true);
  return found[index]?.id ?? assert.fail(`no session ${index} with status ${status}`);
}

/** Resolves once the sandbox has logged this many requests. */
export async function logged(sandbox: Sandbox, count: number): Promise<void> {
  while (sandbox.requests().length < count) await new Promise(setImmediate);
}

/** What came over a bare socket for a correct DELETE, byte for byte, and how it ended. */
export interface RawAnswer {
  readonly bytes: Buffer;
  readonly end: 'enough' | 'closed' | 'reset';
}

/** Sends a correct DELETE over a bare socket and reads to its end, or until `enough` returns true and it hangs up. */
export function deleteRaw(
  sandbox: Sandbox,
  id: string,
  enough: (bytes: Buffer) => boolean = () => false,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(sandbox.baseUrl);
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) });
    const finish = (end: RawAnswer['end']): void => {
      resolve({ bytes: Buffer.concat(chunks), end });
      socket.destroy();
    };
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (enough(Buffer.concat(chunks))) finish('enough');
    });
    socket.on('end', () => finish('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' ? finish('reset') : reject(error),
    );
    const headers = Object.entries({ Host: host, Connection: 'close', ...signedHeaders(sandbox, id) });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    socket.write(`DELETE /v1/sessions/${id} HTTP/1.1\r\n${lines}\r\n`);
  });
}

describe('the tests’ own signature', () => {
  it('agrees with the published vector', () => {
    assert.equal(
      hmac('abcdef12-abcd-abcd-abcd-abcdef012345', 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7'),
      '895cb3fd31139d89aeb7b263682e15479ab57651e70591256ad2c14fde4950dd',
    );
  });
});
