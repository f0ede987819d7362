import assert from 'node:assert/strict';
import { sampleSessions } from '../../../src/sandbox/sandbox.ts';
import { deletionWebhook, isDeletable, type SandboxStatus } from '../../../src/sandbox/sandboxSessions.ts';

const statuses: readonly SandboxStatus[] = [
  'created',
  'started',
  'submitted',
  'approved',
  'declined',
  'resubmission_requested',
  'expired',
  'abandoned',
  'review',
  'inflow_completed',
];

describe('sample sessions', () => {
  const samples = sampleSessions();

  it('are 24, the same at every call, and a new list each time', () => {
    assert.equal(samples.length, 24);
    assert.deepEqual(sampleSessions(), samples);
    assert.notEqual(sampleSessions(), samples);
    // Fixed, since documentation and screenshots show them: another hash would be another demo.
    assert.equal(samples[0]?.id, 'b34abfc0-45b1-4acd-984e-8d43cc67281f');
  });

  it('have lower-case UUIDs of version 4, all different, whatever they stand for', () => {
    const uuids = samples.flatMap((one) => [
      one.id,
      one.attemptId,
      one.endUserId,
      ...(one.vendorData.startsWith('order-') ? [] : [one.vendorData]),
    ]);
    for (const uuid of uuids)
      assert.match(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(new Set(uuids).size, uuids.length);
    assert.equal(new Set(samples.map((one) => one.vendorData)).size, 24);
    assert.ok(uuids.length > 72 && uuids.length < 96, 'vendorData is sometimes a UUID and sometimes not');
    assert.equal(new Set(uuids.map((uuid) => uuid.slice(0, 4))).size > uuids.length - 4, true, 'look random');
  });

  it('show every status, and started both while the end user is verifying and not', () => {
    for (const status of statuses)
      assert.ok(
        samples.some((one) => one.status === status),
        status,
      );
    const started = samples.filter((one) => one.status === 'started');
    assert.deepEqual([...new Set(started.map((one) => one.inFlow ?? false))].sort(), [false, true]);
    assert.ok(samples.every((one) => one.inFlow === undefined || one.status === 'started'));
  });

  it('have at least 12 that both pages allow to be deleted', () => {
    const free = samples.filter((one) => isDeletable(one.status, 'current') && one.inFlow !== true);
    assert.ok(free.length >= 12, `${free.length}`);
  });
});

describe('what is deletable', () => {
  it('is what the current page lists', () => {
    assert.deepEqual(
      statuses.filter((status) => !isDeletable(status, 'current')),
      ['submitted', 'review', 'inflow_completed'],
    );
  });

  it('is what the older page lists', () => {
    assert.deepEqual(
      statuses.filter((status) => !isDeletable(status, 'older')),
      ['submitted'],
    );
  });
});

describe('the webhook of a deletion', () => {
  const [sample] = sampleSessions();
  assert.ok(sample !== undefined);

  for (const status of statuses)
    it(`for ${status}`, () => {
      const expected = { created: 'expired', started: 'abandoned', resubmission_requested: 'abandoned' };
      const webhook = deletionWebhook({ ...sample, status }, Date.UTC(2026, 4, 6, 7, 8, 9));
      assert.equal(webhook?.verification.status, (expected as Record<string, string>)[status]);
      if (webhook === undefined) return;
      const { id, attemptId, endUserId, vendorData } = sample;
      assert.deepEqual(webhook.verification, {
        ...{ id, attemptId, endUserId, vendorData, code: 9104, reason: null, reasonCode: null },
        status: webhook.verification.status,
        person: { firstName: null, lastName: null },
        document: { number: null, type: null, country: null },
        acceptanceTime: '2026-01-05T09:00:00.000Z',
        decisionTime: '2026-05-06T07:08:09.000Z',
      });
      assert.equal(webhook.status, 'success');
    });
});
