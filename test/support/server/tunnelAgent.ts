import { once } from 'node:events';
import { Agent, type AgentOptions } from 'node:https';
import { connect, isIP, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';

type Connected = (error: Error | null, socket: Duplex) => void;

/**
 * Handles a CONNECT as VS Code's proxy agent does: after a 200 it begins TLS in the tunnel. After any other answer it
 * closes the tunnel and replays the answer to the request on a socket that accepts no bytes.
 */
export class TunnelAgent extends Agent {
  readonly #proxyPort: number;

  constructor(proxyPort: number, options?: AgentOptions) {
    super(options);
    this.#proxyPort = proxyPort;
  }

  override createConnection(
    options: { readonly host?: string | null; readonly port?: number | string | null; readonly ca?: string },
    connected: Connected,
  ): undefined {
    this.#open(String(options.host), Number(options.port), connected).catch((error: unknown) =>
      connected(error as Error, new Socket()),
    );
  }

  async #open(host: string, port: number, connected: Connected): Promise<void> {
    const tunnel = connect(this.#proxyPort, '127.0.0.1');
    tunnel.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    const [answer] = (await once(tunnel, 'data')) as [Buffer];
    if (answer.toString('latin1').startsWith('HTTP/1.1 200 ')) {
      const servername = isIP(host) === 0 ? host : undefined;
      connected(null, connectTls({ socket: tunnel, host, ca: this.options.ca, servername }));
      return;
    }
    tunnel.destroy();
    const player = new Socket({ writable: false });
    connected(null, player);
    // The request listens to its socket only one turn later.
    setImmediate(() => {
      player.push(answer);
      player.push(null);
    });
  }
}
