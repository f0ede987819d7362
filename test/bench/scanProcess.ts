// What scanning one file costs, in a process that does nothing else: `node --expose-gc scanProcess.ts FILE RUNS`.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { scanFile } from '../../src/sessions/files/scanFile.ts';

/** What one process measured; times in milliseconds, sizes in bytes. */
export interface ScanCost {
  readonly bytes: number;
  readonly ms: readonly number[];
  /** The longest time for which nothing else had a turn. */
  readonly lagMs: number;
  /** By how much the process grew at most in the first run, less what the findings take up. */
  readonly growth: number;
  readonly places: number;
  readonly ids: number;
}

const [file = '', runs = '3'] = process.argv.slice(2);
const ms: number[] = [];
let last = await scanFile(file, { signal: AbortSignal.abort() });
globalThis.gc?.();
const before = process.memoryUsage();
let peak = before.rss;
let growth = 0;
let chunks = 0;
// To ask for the memory takes longer than to scan a chunk.
const onProgress = (): void => {
  chunks += 1;
  if (chunks % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
};
let lagMs = 0;
for (let run = 0; run < Number(runs); run += 1) {
  // One for each run, or what happens between two would count.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const beganAt = performance.now();
  last = await scanFile(file, run === 0 ? { onProgress } : {});
  ms.push(performance.now() - beganAt);
  delay.disable();
  // Its timer fires each millisecond when nothing is in its way.
  lagMs = Math.max(lagMs, delay.max / 1e6 - 1);
  peak = Math.max(peak, process.memoryUsage.rss());
  // What the run before left over would be counted as well, did anybody measure the next ones.
  if (run === 0) {
    globalThis.gc?.();
    growth = peak - before.rss - Math.max(0, process.memoryUsage().heapUsed - before.heapUsed);
  }
  globalThis.gc?.();
}
const cost: ScanCost = {
  bytes: last.bytes,
  ms,
  lagMs,
  growth,
  places: last.findings.reduce((sum, { count }) => sum + count, last.placesDropped),
  ids: last.findings.length,
};
console.log(JSON.stringify(cost));
