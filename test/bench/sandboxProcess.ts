// The sandbox in a process of its own, started by `startSandboxProcess`, so that its work does not count towards the
// time of the measuring process.
import { startSandbox, type SandboxSession } from '../../src/sandbox/sandbox.ts';
import { sessionNumber } from '../support/cleanup/cleanupWorkshop.ts';
import type { SandboxOrder } from './startSandboxProcess.ts';

process.once('message', ({ latencyMs, sessionCount }: SandboxOrder) => {
  const sessions = Array.from({ length: sessionCount }, (_, index) => approved(index));
  // No limits: with the documented ones, all but ten of the deletions would be refused.
  void startSandbox({ latencyMs, sessions, limits: [] }).then(({ baseUrl, apiKey, sharedSecretKey }) =>
    process.send?.({ baseUrl, apiKey, sharedSecretKey }),
  );
});
process.once('disconnect', () => process.exit());

function approved(number: number): SandboxSession {
  return {
    id: sessionNumber(number),
    status: 'approved',
    attemptId: sessionNumber(1e9 + number),
    endUserId: sessionNumber(2e9 + number),
    vendorData: `order-${number}`,
  };
}
