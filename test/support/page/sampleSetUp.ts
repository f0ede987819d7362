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

/** Starts the sandbox with its fixed sample sessions, and fills a temporary folder with their ids. */
export async function startSampleSetUp(): Promise<SampleSetUp> {
  const sandbox = await startFaultySandbox({ sessions: sampleSessions() });
  const folder = await temporaryFolder('sample');
  const firstSession = await createSampleFolder(folder, sandbox.sessions());
  return { sandbox, folder, firstSession, env: { VERIFF_CLEANUP_SANDBOX: sandbox.baseUrl } };
}
