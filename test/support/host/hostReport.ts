import { readFileSync, watch } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** One line, in JSON, of the report from the tests inside VS Code to the runner outside. */
export type HostReportLine =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'end'; readonly passed: number; readonly failed: number }
  | { readonly kind: 'broken'; readonly message: string };

/** How a run inside VS Code ended. */
export type HostResult = Exclude<HostReportLine, { kind: 'output' }>;

/** The environment variables by which a runner passes information to the tests inside VS Code. */
export const hostEnvironment = {
  /** The file for the report, written line by line. */
  reportFile: 'HOST_TESTS_REPORT',
  /** The beginning of the expected version of VS Code. */
  expectedVersion: 'HOST_TESTS_VSCODE_VERSION',
  /** The folder in which extensions get their storage. */
  globalStorage: 'HOST_TESTS_GLOBAL_STORAGE',
} as const;

/** A report that is still being written; created before the tests start. */
export interface HostReport {
  readonly file: string;
  /** Resolves with the last line. Rejects if nothing is reported for `silentMs`. */
  result(silentMs: number): Promise<HostResult>;
  close(): void;
}

/** Creates the report file in the folder, and follows it: output is passed on as it arrives. */
export async function followHostReport(
  folder: string,
  onOutput: (text: string) => void,
): Promise<HostReport> {
  const file = path.join(folder, 'report.jsonl');
  await writeFile(file, '');
  let read = 0;
  let result: HostResult | undefined;
  let changed = (): void => undefined;
  const take = (): void => {
    const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
    for (const text of lines.slice(read)) {
      const line = JSON.parse(text) as HostReportLine;
      if (line.kind === 'output') onOutput(line.text);
      else result ??= line;
    }
    read = lines.length;
    changed();
  };
  const watcher = watch(file, take);

  return {
    file,
    close: () => watcher.close(),
    result: (silentMs) =>
      new Promise((resolve, reject) => {
        let silence: NodeJS.Timeout | undefined;
        changed = () => {
          clearTimeout(silence);
          if (result !== undefined) resolve(result);
          else
            silence = setTimeout(() => {
              reject(new Error(`The tests inside VS Code have said nothing for ${silentMs / 1000} s.`));
            }, silentMs);
        };
        take();
      }),
  };
}

/** Writes the numbers that `npm test` adds up to the file named by TALLY_FILE, if there is one. */
export async function tally({ passed, failed }: { passed: number; failed: number }): Promise<void> {
  const file = process.env['TALLY_FILE'];
  if (file !== undefined) await appendFile(file, JSON.stringify({ passed, failed }) + '\n');
}
