import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import fetch from 'node-fetch';
import type { Credentials } from '../../src/veriff/credentials.ts';
import type { SessionId } from '../../src/veriff/sessionId.ts';
import { signSessionId } from '../../src/veriff/signature.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import { atProcessEnd } from '../support/process/processEnd.ts';
import { projectRoot } from '../support/projectRoot.ts';
import type { Finding } from './finding.ts';
import { spreadOf, type Spread } from './spread.ts';
import { startSandboxProcess } from './startSandboxProcess.ts';
import { WholeDeletion } from './wholeDeletion.ts';

const rounds = 250;
const warmUpRounds = 25;
/** Ten deletions a day for almost three years. */
const longPast = 10_000;
/** About what a request to a server on the same continent takes. */
const typicalLatencyMs = 50;

/**
 * Measures the whole deletion, with an empty and with a long history, against a bare signed DELETE by the same
 * node-fetch: once with a sandbox that takes as long as a real server, once with one that answers at once.
 */
export async function measureDeletion(): Promise<readonly Finding[]> {
  const typical = await measureAgainst(typicalLatencyMs);
  const instant = await measureAgainst(0);
  const aim = { sign: '≤', bound: 1.1 } as const;
  return [
    ...pasts.map((past) => ({
      name: `deletion.${past}.ratio`,
      what: `whole deletion / bare DELETE, ${typicalLatencyMs} ms, ${pastText[past]}`,
      value: typical[past].median / typical.bare.median,
      unit: 'times' as const,
      aim,
      detail: against(typical[past], typical.bare),
    })),
    ...pasts.map((past) => ({
      name: `deletion.${past}.addedMs`,
      what: `whole deletion − bare DELETE, answered at once, ${pastText[past]}`,
      value: instant[past].median - instant.bare.median,
      unit: 'ms' as const,
      detail: against(instant[past], instant.bare),
    })),
  ];
}

const pasts = ['emptyPast', 'longPast'] as const;
const pastText = {
  emptyPast: 'empty history',
  longPast: `${longPast.toLocaleString('en-GB')} attempts`,
} as const;
const contestants = ['bare', ...pasts] as const;
type Contestant = (typeof contestants)[number];

function against(whole: Spread, bare: Spread): string {
  const text = ({ median, p95 }: Spread): string => `${median.toFixed(2)} (p95 ${p95.toFixed(2)})`;
  return `medians ${text(whole)} against ${text(bare)} ms, ${rounds} each`;
}

async function measureAgainst(latencyMs: number): Promise<Readonly<Record<Contestant, Spread>>> {
  const sandbox = await startSandboxProcess({
    latencyMs,
    sessionCount: contestants.length * (rounds + warmUpRounds),
  });
  const folder = diskFolder();
  const open = (name: string, past: number): Promise<WholeDeletion> =>
    WholeDeletion.open(
      sandbox.credentials,
      { database: path.join(folder, name, 'cleanup.sqlite'), log: path.join(folder, `${name}.log`) },
      past,
    );
  const whole = { emptyPast: await open('empty', 0), longPast: await open('long', longPast) };
  try {
    return await race({
      bare: (id) => bareDelete(sandbox.credentials, id),
      emptyPast: (id) => whole.emptyPast.run(id),
      longPast: (id) => whole.longPast.run(id),
      beforeEach: () => pasts.forEach((past) => whole[past].passDay()),
    });
  } finally {
    for (const past of pasts) await whole[past].close();
    await sandbox.close();
  }
}

type Race = Readonly<Record<Contestant, (id: SessionId) => Promise<void>>> & {
  readonly beforeEach: () => void;
};

/** All take turns, so that other load on the machine hits them alike; the first one changes with each round. */
async function race(runs: Race): Promise<Readonly<Record<Contestant, Spread>>> {
  const samples: Record<Contestant, number[]> = { bare: [], emptyPast: [], longPast: [] };
  let session = 0;
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(turn + round + warmUpRounds) % contestants.length] ?? 'bare';
      const id = sessionNumber(session);
      session += 1;
      runs.beforeEach();
      const startedMs = performance.now();
      await runs[contestant](id);
      const tookMs = performance.now() - startedMs;
      if (round >= 0) samples[contestant].push(tookMs);
    }
  }
  return {
    bare: spreadOf(samples.bare),
    emptyPast: spreadOf(samples.emptyPast),
    longPast: spreadOf(samples.longPast),
  };
}

/** The least that deletes a session: one signed request, and its answer read. */
async function bareDelete(
  { baseUrl, apiKey, sharedSecretKeys: [secret] }: Credentials,
  id: SessionId,
): Promise<void> {
  const headers = { 'X-AUTH-CLIENT': apiKey, 'X-HMAC-SIGNATURE': signSessionId(id, secret) };
  const response = await fetch(`${baseUrl}/v1/sessions/${id}`, { method: 'DELETE', headers });
  await response.text();
  if (response.status !== 200) throw new Error(`The bare DELETE was answered ${response.status}.`);
}

/** A new folder in the checkout's output: the system's temporary folder may be in memory only. */
function diskFolder(): string {
  const out = path.join(projectRoot, 'out');
  mkdirSync(out, { recursive: true });
  const folder = mkdtempSync(path.join(out, 'bench-'));
  atProcessEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
