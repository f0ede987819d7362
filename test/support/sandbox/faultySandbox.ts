import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import type {
  Sandbox,
  SandboxExchange,
  SandboxOptions,
  SandboxSubstitute,
} from '../../../src/sandbox/sandboxContract.ts';
import { deletedReply, type SandboxReply } from '../../../src/sandbox/sandboxReply.ts';
import { deliver, deliveredStatus } from './sandboxDelivery.ts';
import {
  checkedFault,
  isRateLimitFault,
  sandboxFaultActs,
  spoiledReply,
  type SandboxFault,
} from './sandboxFaults.ts';

/** A running sandbox that can be told to answer wrongly. */
export interface FaultySandbox extends Sandbox {
  /**
   * From now until the next reset every call of the API gets this fault; undefined makes it honest. TypeError if
   * unknown.
   */
  misbehave(fault: SandboxFault | undefined): void;
}

/** Starts a sandbox that is honest until it is told otherwise; rejects as `startSandbox` does. */
export async function startFaultySandbox(options: SandboxOptions = {}): Promise<FaultySandbox> {
  let current: { readonly fault: SandboxFault; readonly apiKey: string } | undefined;
  const sandbox = await startSandbox({
    ...options,
    // A reset, by whatever means, brings another API key and so ends the fault.
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

// A look changes nothing, so it is always answered in earnest; a deletion only if the fault acts.
function baseOf(fault: SandboxFault, { call, credentials, answer, count }: SandboxExchange): SandboxReply {
  if (call.endpoint !== 'delete' || sandboxFaultActs(fault)) return answer();
  if (!isRateLimitFault(fault)) count();
  return deletedReply(credentials, call.id);
}
