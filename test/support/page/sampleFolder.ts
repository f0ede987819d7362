import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeletable } from '../../../src/sandbox/sandboxSessions.ts';
import type { SandboxSession } from '../../../src/sandbox/sandbox.ts';

/** The sample folder's files by what they show; paths with slashes, relative to it. */
export const sampleFiles = {
  test: 'checkout.test.ts',
  log: 'logs/server.log',
  webhook: 'webhooks/decision.json',
  table: 'sessions.csv',
  readme: 'README.md',
} as const;

/**
 * Fills `folder` with typical files of a developer, and returns the first session of the test file, which can be
 * deleted. The session ids are the sandbox's own; there are also attempt ids, end-user ids and vendor data, as in real
 * payloads. Throws if fewer than three of the sessions can be deleted.
 */
export async function createSampleFolder(
  folder: string,
  sessions: readonly SandboxSession[],
): Promise<SandboxSession> {
  const [first, second, third] = sessions.filter(
    ({ status, inFlow }) => inFlow !== true && isDeletable(status, 'current'),
  );
  if (first === undefined || second === undefined || third === undefined)
    throw new RangeError('The sandbox has too few sessions that can be deleted.');
  const texts: Record<keyof typeof sampleFiles, string> = {
    test: testFile(first, second),
    log: logFile(sessions),
    webhook: webhookFile(third),
    table: tableFile(sessions),
    readme: readmeFile,
  };
  for (const [kind, name] of Object.entries(sampleFiles) as [keyof typeof sampleFiles, string][]) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), texts[kind]);
  }
  return first;
}

function testFile(first: SandboxSession, second: SandboxSession): string {
  return `// @ts-nocheck: a sample, without what it imports.
import assert from 'node:assert/strict';
import { checkout } from './checkout.js';

// Sessions that earlier runs of this test left behind.
const verifiedSession = '${first.id}';
const verifiedAttempt = '${first.attemptId}';
const endUser = '${first.endUserId}';

describe('checkout', () => {
  it('lets a verified customer pay', async () => {
    const order = await checkout({ sessionId: verifiedSession, vendorData: '${first.vendorData}' });
    assert.equal(order.verification.attemptId, verifiedAttempt);
    assert.equal(order.verification.endUserId, endUser);
  });

  it('asks an unverified customer to verify first', async () => {
    const order = await checkout({ sessionId: '${second.id}', vendorData: '${second.vendorData}' });
    assert.equal(order.state, 'verification-needed');
  });
});
`;
}

function logFile(sessions: readonly SandboxSession[]): string {
  const lines = sessions.slice(0, 12).flatMap((session, index) => {
    const at = new Date(sampleAt + index * 97_000).toISOString();
    return [
      `${at} INFO  created session ${session.id} for vendorData=${session.vendorData}`,
      `${at} DEBUG opening ${sessionUrl(session)}`,
      `${at} INFO  GET /v1/sessions/${session.id}/decision 200 attemptId=${session.attemptId} endUserId=${session.endUserId}`,
    ];
  });
  return lines.join('\n') + '\n';
}

/** A session URL, in which only the token holds the id. Its signature is made up, so it opens nothing. */
function sessionUrl({ id }: SandboxSession): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iat = sampleAt / 1000;
  const payload = { session_id: id, iid: '5f7c1a52-0d3e-4b8a-9c46-2e1b7d90a3f4', iat, exp: iat + 604_800 };
  const signature = Buffer.from('a made-up signature that opens nothing').toString('base64url');
  return `https://alchemy.veriff.com/v/${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}.${signature}`;
}

function webhookFile({ id, attemptId, endUserId, vendorData }: SandboxSession): string {
  const time = new Date(sampleAt).toISOString();
  const verification = {
    id,
    attemptId,
    endUserId,
    vendorData,
    status: 'approved',
    code: 9001,
    reason: null,
    reasonCode: null,
    acceptanceTime: time,
    decisionTime: time,
    submissionTime: time,
  };
  return (
    JSON.stringify({ status: 'success', verification, technicalData: { ip: null } }, undefined, 2) + '\n'
  );
}

function tableFile(sessions: readonly SandboxSession[]): string {
  const rows = sessions.map(({ id, attemptId, endUserId, vendorData, status }) =>
    [id, attemptId, endUserId, vendorData, status].join(','),
  );
  return ['session_id,attempt_id,end_user_id,vendor_data,status', ...rows].join('\n') + '\n';
}

/** Fixed, so that screenshots of the samples do not change from run to run. */
const sampleAt = Date.UTC(2026, 3, 24, 9, 30);

const readmeFile = `# Sample folder

Made-up files with the ids of made-up verification sessions. All of them live in the sandbox on this machine; nothing
here is known to Veriff.

1. Open the command palette and run **Veriff: Try with the Sandbox**.
2. Open \`${sampleFiles.test}\`, right-click on a session id, and choose **Delete Veriff Session…**
3. Look into \`${sampleFiles.log}\`, \`${sampleFiles.webhook}\` and \`${sampleFiles.table}\`: attempt ids, end-user ids and
   vendor data look like session ids, and are none.
`;
