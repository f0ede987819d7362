import { createHash } from 'node:crypto';
import type { SandboxPage } from './sandboxReply.ts';

/** Every session status that one of the two API pages or Veriff's table of status codes names. */
export type SandboxStatus =
  | 'created'
  | 'started'
  | 'submitted'
  | 'approved'
  | 'declined'
  | 'resubmission_requested'
  | 'expired'
  | 'abandoned'
  | 'review'
  | 'inflow_completed';

/** A made-up verification session; `inFlow` means that its end user is verifying right now. */
export interface SandboxSession {
  readonly id: string;
  readonly status: SandboxStatus;
  readonly inFlow?: boolean;
  readonly attemptId: string;
  readonly endUserId: string;
  readonly vendorData: string;
}

/** A decision webhook as Veriff would send it after the deletion of a session that had no decision yet. */
export interface SandboxWebhook {
  readonly status: 'success';
  readonly verification: {
    readonly id: string;
    readonly attemptId: string;
    readonly endUserId: string;
    readonly vendorData: string;
    readonly status: 'expired' | 'abandoned';
    readonly code: 9104;
    readonly reason: null;
    readonly reasonCode: null;
    readonly person: { readonly firstName: null; readonly lastName: null };
    readonly document: { readonly number: null; readonly type: null; readonly country: null };
    readonly acceptanceTime: string;
    readonly decisionTime: string;
  };
  readonly technicalData: { readonly ip: null };
}

/** The same 24 made-up sessions at every call: every status, and at least 12 that can be deleted. */
export function sampleSessions(): readonly SandboxSession[] {
  return sampleStatuses.map(([status, inFlow], index) => ({
    id: sampleUuid(`session ${index}`),
    status,
    ...(inFlow && { inFlow }),
    attemptId: sampleUuid(`attempt ${index}`),
    endUserId: sampleUuid(`end-user ${index}`),
    // Customers use UUIDs of their own or plain numbers here, so the samples have both.
    vendorData: index % 2 === 0 ? sampleUuid(`vendor ${index}`) : `order-${1000 + index * 37}`,
  }));
}

/** Whether the given API page lists the status among those that can be deleted. */
export function isDeletable(status: SandboxStatus, page: SandboxPage): boolean {
  if (status === 'submitted') return false;
  return page === 'older' || (status !== 'review' && status !== 'inflow_completed');
}

/** The webhook that deleting the session triggers; undefined if both pages document none. */
export function deletionWebhook(session: SandboxSession, at: number): SandboxWebhook | undefined {
  const { id, attemptId, endUserId, vendorData, status } = session;
  if (status !== 'created' && status !== 'started' && status !== 'resubmission_requested') return undefined;
  return {
    status: 'success',
    verification: {
      id,
      attemptId,
      endUserId,
      vendorData,
      // A session that no end user has entered expires; one that was entered is abandoned.
      status: status === 'created' ? 'expired' : 'abandoned',
      code: 9104,
      reason: null,
      reasonCode: null,
      person: { firstName: null, lastName: null },
      document: { number: null, type: null, country: null },
      acceptanceTime: createdTime,
      decisionTime: new Date(at).toISOString(),
    },
    technicalData: { ip: null },
  };
}

/** The body of GET …/attempts: attempt ids and statuses, and no personal data. */
export function attemptsBody(session: SandboxSession): unknown {
  return {
    status: 'success',
    verifications: [{ id: session.attemptId, status: session.status, createdTime }],
  };
}

/** The body of GET …/decision: null if there is no decision, otherwise made-up personal data that must not leak. */
export function decisionBody(session: SandboxSession): unknown {
  const { id, attemptId, endUserId, vendorData, status } = session;
  const code = decisionCodes[status];
  if (code === undefined) return { status: 'success', verification: null };
  return {
    status: 'success',
    verification: {
      id,
      attemptId,
      endUserId,
      vendorData,
      status,
      code,
      reason: null,
      reasonCode: null,
      person: {
        firstName: 'SANDRA',
        lastName: 'SANDBOX',
        dateOfBirth: '1991-02-03',
        idNumber: 'SBX-0000001',
      },
      document: { number: 'SBXDOC77', type: 'PASSPORT', country: 'EE', validUntil: '2031-02-03' },
      acceptanceTime: createdTime,
      decisionTime: createdTime,
    },
    technicalData: { ip: '192.0.2.77' },
  };
}

// The sample sessions have no start time; one fixed moment keeps every answer the same in every run.
const createdTime = '2026-01-05T09:00:00.000Z';

// From Veriff's table of session status codes; a status that is missing here has no decision.
const decisionCodes: Readonly<Partial<Record<SandboxStatus, number>>> = {
  approved: 9001,
  declined: 9102,
  resubmission_requested: 9103,
  expired: 9104,
  abandoned: 9104,
  review: 9121,
};

// Mixed rather than sorted, so that the first few already show every kind of answer.
const sampleStatuses: readonly (readonly [SandboxStatus, boolean])[] = [
  ['approved', false],
  ['created', false],
  ['declined', false],
  ['submitted', false],
  ['started', true],
  ['expired', false],
  ['resubmission_requested', false],
  ['approved', false],
  ['started', false],
  ['review', false],
  ['abandoned', false],
  ['inflow_completed', false],
  ['approved', false],
  ['declined', false],
  ['created', false],
  ['expired', false],
  ['submitted', false],
  ['approved', false],
  ['abandoned', false],
  ['started', true],
  ['declined', false],
  ['resubmission_requested', false],
  ['review', false],
  ['approved', false],
];

// A hash looks random and never changes; two digits are set as in a UUID of version 4.
function sampleUuid(name: string): string {
  const hex = createHash('sha256').update(`veriff sandbox ${name}`).digest('hex');
  const variant = '89ab'.charAt(parseInt(hex.charAt(16), 16) % 4);
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant + hex.slice(17, 20)];
  return [...parts, hex.slice(20, 32)].join('-');
}
