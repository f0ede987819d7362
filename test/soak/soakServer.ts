// The soak's Veriff server in its own process: plain HTTP, without limits. It notes by its own clock when each request
// arrived and when it was counted. Started by `startServer`.
import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SeededChance } from '../support/random/seededChance.ts';
import { HurriedTime, hurry } from './hurriedTime.ts';
import { secretOf } from './soakIntegrations.ts';
import type { ServerEvent, ServerOrder, ServerReport } from './soakMessages.ts';

/** The API key, the session, the host and the token of a request. */
type Asked = Pick<ServerEvent, 'apiKey' | 'sessionId' | 'host' | 'token'>;

/**
 * What happens to a DELETE: the status of the answer (undefined: never an answer), and whether the session is deleted.
 */
interface Fate {
  readonly status: number | 'lost' | undefined;
  readonly isDone: boolean;
}

const secondMs = 1000 / hurry;
// The `Date` headers differ by this much from the machine's own clock, as those of another machine may.
const dateOffsetMs = 40 * 60_000;

class SoakServer {
  readonly #time: HurriedTime;
  readonly #chance: SeededChance;
  readonly #events: ServerEvent[] = [];
  readonly #deleted = new Set<string>();
  readonly #absent = new Set<string>();
  readonly #stalls = monitorEventLoopDelay({ resolution: 5 });

  constructor({ startedNs, seed }: ServerOrder) {
    this.#time = new HurriedTime(BigInt(startedNs));
    this.#chance = new SeededChance(seed);
    this.#stalls.enable();
  }

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const sessionId = request.url?.split('/')[3] ?? '';
    const { host = '', 'x-auth-client': apiKey = '', 'x-soak': token } = request.headers;
    const asked = {
      ...{ sessionId, host, apiKey: String(apiKey) },
      ...(token !== undefined && { token: String(token) }),
    };
    if (request.method === 'DELETE') this.#delete(response, asked);
    else this.#lookUp(response, asked);
  };

  report(): ServerReport {
    return {
      events: this.#events,
      deleted: [...this.#deleted],
      absent: [...this.#absent],
      longestStallMs: this.#stalls.max / 1e6,
    };
  }

  #delete(response: ServerResponse, asked: Asked): void {
    const chance = this.#chance;
    const { sessionId } = asked;
    this.#note('arrived', asked);
    const fate = this.#fateOf(sessionId);
    const workMs = chance.happens(0.15) ? chance.between(1, 25) * secondMs : chance.between(0, 1) * secondMs;
    // Without an answer, the work may be done after the client has given up.
    const countAfterMs =
      fate.status === undefined ? chance.between(0, 45) * secondMs : workMs * chance.next();
    setTimeout(() => {
      this.#note('counted', asked);
      if (fate.isDone) this.#deleted.add(sessionId);
    }, countAfterMs);
    if (fate.status === undefined) return;
    // Never before it is counted: timers of different spans may fire in any order.
    setTimeout(() => setImmediate(() => this.#finish(response, asked, fate)), workMs + 1);
  }

  #fateOf(sessionId: string): Fate {
    if (this.#isGone(sessionId)) return { status: 404, isDone: false };
    const kind = this.#chance.next();
    const isDone = this.#chance.happens(0.5);
    if (kind < 0.08) return { status: 400, isDone: false };
    if (kind < 0.095) return { status: 429, isDone: false };
    if (kind < 0.18) return { status: this.#chance.pick([500, 502, 503]), isDone };
    if (kind < 0.26) return { status: undefined, isDone };
    if (kind < 0.32) return { status: 'lost', isDone };
    return { status: 200, isDone: true };
  }

  #finish(response: ServerResponse, asked: Asked, { status }: Fate): void {
    if (status === undefined) return;
    if (status === 'lost') return void response.destroy();
    this.#note('answered', asked, status);
    this.#write(response, status, asked);
  }

  #lookUp(response: ServerResponse, asked: Asked): void {
    const kind = this.#chance.next();
    if (kind < 0.05) return;
    setTimeout(
      () => {
        const status = kind < 0.15 ? 503 : this.#isGone(asked.sessionId) ? 404 : 200;
        if (status === 200) this.#note('found', asked);
        this.#write(response, status, asked);
      },
      this.#chance.between(0, 2) * secondMs,
    );
  }

  #write(response: ServerResponse, status: number, { sessionId: id, apiKey }: Asked): void {
    const body = {
      status: status === 200 ? 'success' : 'fail',
      ...(status === 404 && { code: '1101' }),
      ...(status === 400 && { code: '1305' }),
      verification: { id },
      verifications: [{ id, status: 'approved' }],
    };
    const date = new Date(Date.UTC(2026, 0, 5, 9) + dateOffsetMs + this.#time.trueMs() * hurry);
    const text = JSON.stringify(body);
    const signature = createHmac('sha256', secretOf(apiKey)).update(text).digest('hex');
    response.writeHead(status, {
      'Content-Type': 'application/json',
      Date: date.toUTCString(),
      ...(this.#chance.happens(0.8) && { 'X-HMAC-SIGNATURE': signature }),
    });
    response.end(text);
  }

  /** Every eighth session never existed; others may have been deleted before. */
  #isGone(sessionId: string): boolean {
    const isAbsent = parseInt(sessionId.slice(-2), 16) % 8 === 7;
    if (isAbsent) this.#absent.add(sessionId);
    return isAbsent || this.#deleted.has(sessionId);
  }

  #note(kind: ServerEvent['kind'], asked: Asked, status?: number): void {
    const atMs = this.#time.trueMs();
    this.#events.push({ kind, atMs, ...asked, ...(status !== undefined && { status }) });
  }
}

process.once('disconnect', () => process.exit());
process.once('message', (order: ServerOrder) => {
  const soakServer = new SoakServer(order);
  // One server at two addresses: a consent for one of them does not hold for the other.
  void Promise.all([listen(soakServer), listen(soakServer)]).then((ports) => process.send?.({ ports }));
  process.on('message', () => process.send?.(soakServer.report()));
});

function listen({ answer }: SoakServer): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer(answer).listen(0, '127.0.0.1', () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}
