import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { sendReply, type SandboxReply } from '../../../src/sandbox/sandboxReply.ts';

/** How a reply is sent; all kinds but `whole` fail to deliver it properly. */
export type SandboxDelivery =
  | 'whole'
  | 'nothing'
  | 'first bytes'
  | 'half the body'
  | 'endless'
  | 'continue first'
  | 'early hints first'
  | 'continue only'
  | 'switching protocols'
  | 'reset before headers'
  | 'reset in headers'
  | 'reset after headers'
  | 'reset in body';

/** Sends the reply in that way; sockets that stay open are closed with the sandbox. */
export function deliver(response: ServerResponse, reply: SandboxReply, delivery: SandboxDelivery): void {
  if (delivery === 'whole') {
    if (reply.status === 204 || reply.status === 304) sendBodiless(response, reply);
    else sendReply(response, reply);
    return;
  }
  if (delivery === 'endless') {
    sendEndlessly(response, reply);
    return;
  }
  if (response.socket !== null) sendRaw(response.socket, reply, delivery);
}

/** The status that the client can read with this delivery, 0 if no status arrives in full. */
export function deliveredStatus(reply: SandboxReply, delivery: SandboxDelivery): number {
  if (delivery === 'switching protocols') return 101;
  const without: readonly SandboxDelivery[] = [
    'nothing',
    'continue only',
    'reset before headers',
    'reset in headers',
  ];
  return without.includes(delivery) ? 0 : reply.status;
}

function sendBodiless(response: ServerResponse, { status, headers }: SandboxReply): void {
  response.sendDate = false;
  response.writeHead(status, headers.flat());
  response.end();
}

// White space is the only thing that JSON allows without end, so no parser can give up early.
function sendEndlessly(response: ServerResponse, reply: SandboxReply): void {
  response.sendDate = false;
  response.writeHead(reply.status, reply.headers.flat());
  const chunk = Buffer.alloc(65_536, ' ');
  const pump = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', pump);
  pump();
}

type RawDelivery = Exclude<SandboxDelivery, 'whole' | 'endless'>;

// Written to the socket, because Node's response does not allow incomplete answers.
function sendRaw(socket: Socket, reply: SandboxReply, delivery: RawDelivery): void {
  const head = headOf(reply);
  const half = reply.body.subarray(0, Math.ceil(reply.body.length / 2));
  const reset = (): void => void socket.resetAndDestroy();
  switch (delivery) {
    case 'nothing':
      return;
    case 'first bytes':
      socket.write(Buffer.concat([head, reply.body.subarray(0, 8)]));
      return;
    case 'half the body':
      socket.end(Buffer.concat([head, half]));
      return;
    case 'continue first':
      socket.end(Buffer.concat([continueLine, head, reply.body]));
      return;
    case 'early hints first':
      socket.end(Buffer.concat([earlyHints, head, reply.body]));
      return;
    case 'continue only':
      socket.write(continueLine);
      return;
    case 'switching protocols':
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: sandbox\r\n\r\n');
      return;
    case 'reset before headers':
      reset();
      return;
    case 'reset in headers':
      socket.write(head.subarray(0, Math.floor(head.length / 2)), reset);
      return;
    case 'reset after headers':
      socket.write(head, reset);
      return;
    case 'reset in body':
      socket.write(Buffer.concat([head, half]), reset);
      return;
  }
}

const continueLine = Buffer.from('HTTP/1.1 100 Continue\r\n\r\n');
const earlyHints = Buffer.from('HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n');

function headOf({ status, headers, body }: SandboxReply): Buffer {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${body.length}`,
    'Connection: close',
  ];
  return Buffer.from(lines.join('\r\n') + '\r\n\r\n', 'latin1');
}
