// Veriff as the soak has it, a process of its own: plain HTTP that keeps no limit, and notes by its own clock when each
// request arrived and when it was counted. Started by `startServer`.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { SeededChance } from '../support/seededChance.ts';
import { HurriedTime, hurry } from './hurriedTime.ts';
import type { ServerEvent, ServerOrder, ServerReport } from './soakMessages.ts';

/** What becomes of a DELETE: the status that is answered (undefined: none ever), and whether the session is deleted. */
interface Fate {
  readonly status: number | 'lost' | undefined;
  readonly isDone: boolean;
}

const secondMs = 1000 / hurry;
// Off by this much from the machine's own clock: a `Date` header is somebody else's.
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
    const integration = String(request.headers['x-auth-client']);
    if (request.method === 'DELETE') this.#delete(response, integration, sessionId);
    else this.#lookUp(response, integration, sessionId);
  };

  report(): ServerReport {
    return {
      events: this.#events,
      deleted: [...this.#deleted],
      absent: [...this.#absent],
      longestStallMs: this.#stalls.max / 1e6,
    };
  }

  #delete(response: ServerResponse, integration: string, sessionId: string): void {
    const chance = this.#chance;
    this.#note('arrived', integration, sessionId);
    const fate = this.#fateOf(sessionId);
    const workMs = chance.happens(0.15) ? chance.between(1, 25) * secondMs : chance.between(0, 1) * secondMs;
    // Without an answer the work may be done after the other side has given up.
    const countAfterMs =
      fate.status === undefined ? chance.between(0, 45) * secondMs : workMs * chance.next();
    setTimeout(() => {
      this.#note('counted', integration, sessionId);
      if (fate.isDone) this.#deleted.add(sessionId);
    }, countAfterMs);
    if (fate.status === undefined) return;
    // Never before it is counted: timers of different spans may fire in any order.
    setTimeout(() => setImmediate(() => this.#finish(response, integration, sessionId, fate)), workMs + 1);
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

  #finish(response: ServerResponse, integration: string, sessionId: string, { status }: Fate): void {
    if (status === undefined) return;
    if (status === 'lost') return void response.destroy();
    this.#note('answered', integration, sessionId, status);
    this.#write(response, status, sessionId);
  }

  #lookUp(response: ServerResponse, integration: string, sessionId: string): void {
    const kind = this.#chance.next();
    if (kind < 0.05) return;
    setTimeout(
      () => {
        const status = kind < 0.15 ? 503 : this.#isGone(sessionId) ? 404 : 200;
        if (status === 200) this.#note('found', integration, sessionId);
        this.#write(response, status, sessionId);
      },
      this.#chance.between(0, 2) * secondMs,
    );
  }

  #write(response: ServerResponse, status: number, id: string): void {
    const body = {
      status: status === 200 ? 'success' : 'fail',
      ...(status === 404 && { code: '1101' }),
      ...(status === 400 && { code: '1305' }),
      verification: { id },
      verifications: [{ id, status: 'approved' }],
    };
    const date = new Date(Date.UTC(2026, 0, 5, 9) + dateOffsetMs + this.#time.trueMs() * hurry);
    response.writeHead(status, { 'Content-Type': 'application/json', Date: date.toUTCString() });
    response.end(JSON.stringify(body));
  }

  /** Every eighth session was never there, or had been deleted before. */
  #isGone(sessionId: string): boolean {
    const isAbsent = parseInt(sessionId.slice(-2), 16) % 8 === 7;
    if (isAbsent) this.#absent.add(sessionId);
    return isAbsent || this.#deleted.has(sessionId);
  }

  #note(kind: ServerEvent['kind'], integration: string, sessionId: string, status?: number): void {
    const atMs = this.#time.trueMs();
    this.#events.push({ kind, atMs, integration, sessionId, ...(status !== undefined && { status }) });
  }
}

process.once('disconnect', () => process.exit());
process.once('message', (order: ServerOrder) => {
  const soakServer = new SoakServer(order);
  const server = createServer(soakServer.answer).listen(0, '127.0.0.1', () => {
    process.send?.({ port: (server.address() as AddressInfo).port });
  });
  process.on('message', () => process.send?.(soakServer.report()));
});
