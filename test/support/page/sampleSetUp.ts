import { randomUUID } from 'node:crypto';
import { sampleSessions, type SandboxSession } from '../../../src/sandbox/sandbox.ts';
import { startFaultySandbox, type FaultySandbox } from '../sandbox/faultySandbox.ts';
import { createSampleFolder } from './sampleFolder.ts';
import { temporaryFolder } from '../disk/temporaryFolder.ts';

/** A sandbox in this process, and a folder of files that hold the ids of its sessions. */
export interface SampleSetUp {
  readonly sandbox: FaultySandbox;
  readonly folder: string;
  /** The first session of the sample test file. */
  readonly firstSession: SandboxSession;
  /** The environment that VS Code needs so that “Try with the Sandbox” finds this sandbox. */
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts the sandbox with its fixed sample sessions and as many `others`, which are approved, and fills a temporary folder
 * with the ids of the sample sessions.
 */
export async function startSampleSetUp(others = 0): Promise<SampleSetUp> {
  const samples = sampleSessions();
  const more = Array.from({ length: others }, () => ({
    ...samples[0],
    id: randomUUID(),
    status: 'approved',
  }));
  const sandbox = await startFaultySandbox({ sessions: [...samples, ...(more as SandboxSession[])] });
  const folder = await temporaryFolder('sample');
  const firstSession = await createSampleFolder(folder, samples);
  return { sandbox, folder, firstSession, env: { VERIFF_CLEANUP_SANDBOX: sandbox.baseUrl } };
}
