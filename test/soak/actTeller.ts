import { setTimeout as wait } from 'node:timers/promises';
import { tell } from './freezing.ts';
import { isTakingBack, type Act } from './soakActs.ts';
import type { Arm } from './soakMessages.ts';

/** The ports of `ActTeller`; `meet` is called between an act and its acknowledgement. */
export interface ActTellerPorts {
  readonly arm: Arm;
  readonly trueMs: () => number;
  readonly meet: (point: 'beforeAcknowledgement') => void;
}

const earlyByMs = 300;

/** Reports each act before it begins, and its end after it is written. */
export class ActTeller {
  readonly #ports: ActTellerPorts;
  #count = 0;

  constructor(ports: ActTellerPorts) {
    this.#ports = ports;
  }

  /**
   * Reports an act before and after `work`, which returns the sessions for which the act holds, or undefined if it was
   * refused. Resolves with the act's name. If `work` fails, the act is not acknowledged.
   */
  async around(
    act: Act,
    work: () => readonly string[] | undefined | Promise<readonly string[] | undefined>,
  ): Promise<string> {
    this.#count += 1;
    const name = `${process.pid}-${this.#count}`;
    tell({ kind: 'begins', name, atMs: this.#ports.trueMs(), act });
    if (this.#ports.arm.acknowledged === 'early' && isTakingBack(act)) {
      this.#acknowledge(name, 'sessionIds' in act ? act.sessionIds : []);
      await wait(earlyByMs);
      await work();
      return name;
    }
    const sessionIds = await work();
    if (sessionIds === undefined) return name;
    this.#ports.meet('beforeAcknowledgement');
    this.#acknowledge(name, sessionIds);
    return name;
  }

  #acknowledge(name: string, sessionIds: readonly string[]): void {
    tell({ kind: 'done', name, atMs: this.#ports.trueMs(), sessionIds });
  }
}
