import type { SandboxSession } from '../../../src/sandbox/sandbox.ts';

/** A session URL whose token opens nothing; it holds the id in the same form as Veriff's tokens. */
export function sessionUrl(id: string): string {
  return `https://alchemy.veriff.com/v/${sessionToken(id)}`;
}

/** The token of such a URL. */
export function sessionToken(id: string): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const payload = { session_id: id, iid: '5f7c1a52-0d3e-4b8a-9c46-2e1b7d90a3f4', iat: 1_777_000_000 };
  const signature = Buffer.from('made up, and signs nothing').toString('base64url');
  return [part({ alg: 'HS256', typ: 'JWT' }), part(payload), signature].join('.');
}

/** A decision webhook's payload about the session: one session id, and other ids that look like it. */
export function decisionPayload({ id, attemptId, endUserId, vendorData }: SandboxSession): string {
  const verification = { id, attemptId, endUserId, vendorData, status: 'approved', code: 9001 };
  return JSON.stringify({ status: 'success', verification }, undefined, 2);
}
