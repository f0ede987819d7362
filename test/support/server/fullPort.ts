import { once } from 'node:events';
import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A port on loopback that answers no attempt to connect. */
export interface FullPort {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Opens a port whose server never accepts, and fills its queue: the system then leaves every further attempt without an
 * answer, as a firewall does.
 */
export async function fullPort(): Promise<FullPort> {
  const worker = new Worker(neverAccepts, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  const waiting = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  const [first] = waiting;
  if (first?.connecting === true) await once(first, 'connect');
  return {
    port,
    close: async () => {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}

/** Its thread sleeps as soon as the port is open. */
const neverAccepts = `
  const server = require('node:net').createServer().listen(0, '127.0.0.1', 1, () => {
    require('node:worker_threads').parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;
