import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type {
  Sandbox,
  SandboxExchange,
  SandboxOptions,
  SandboxSubstitute,
} from '../../../src/sandbox/sandboxContract.ts';
import { deletedReply, errorReply, type SandboxReply } from '../../../src/sandbox/sandboxReply.ts';
import { deliver, deliveredStatus } from './sandboxDelivery.ts';
import {
  checkedFault,
  isRateLimitFault,
  sandboxFaultActs,
  spoiledReply,
  type SandboxFault,
} from './sandboxFaults.ts';

/** A running sandbox that can be set to answer wrongly. */
export interface FaultySandbox extends Sandbox {
  /**
   * Gives every call of the API this fault until the next reset; undefined ends the fault. Throws a TypeError if it is
   * unknown.
   */
  misbehave(fault: SandboxFault | undefined): void;
}

/** Starts a sandbox without a fault; rejects as `startSandbox` does. */
export async function startFaultySandbox(options: SandboxOptions = {}): Promise<FaultySandbox> {
  let current: { readonly fault: SandboxFault; readonly apiKey: string } | undefined;
  const sandbox = await startSandbox({
    ...options,
    // Any reset creates another API key and so ends the fault.
    substitute: (exchange) =>
      current?.apiKey === exchange.credentials.apiKey ? spoiled(current.fault, exchange) : undefined,
  });
  return Object.assign(sandbox, {
    misbehave(fault: SandboxFault | undefined): void {
      current = fault === undefined ? undefined : { fault: checkedFault(fault), apiKey: sandbox.apiKey };
    },
  });
}

function spoiled(fault: SandboxFault, exchange: SandboxExchange): SandboxSubstitute {
  const { call, credentials, page } = exchange;
  const scene = { credentials, page, id: call.id, at: call.at, base: baseOf(fault, exchange) };
  const { reply, delivery } = spoiledReply(fault, scene);
  return {
    reply,
    status: deliveredStatus(reply, delivery),
    send: (response, dated) => deliver(response, dated, delivery),
  };
}

// A look-up changes nothing, so its base is always the real answer; for a deletion, only if the fault carries it out.
function baseOf(
  fault: SandboxFault,
  { call, credentials, page, answer, count }: SandboxExchange,
): SandboxReply {
  // So that no look-up finds out that a session is not there, or holds its deletion back.
  if (call.endpoint !== 'delete' && fault === 'keeps-and-answers-200')
    return errorReply(credentials, page, 500, '1101');
  if (call.endpoint !== 'delete' || sandboxFaultActs(fault)) return answer();
  if (!isRateLimitFault(fault)) count();
  return deletedReply(credentials, call.id);
}
