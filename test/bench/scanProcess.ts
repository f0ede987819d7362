// Measures the cost of scanning one file, in a process that does nothing else: `node --expose-gc scanProcess.ts FILE
// RUNS`.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { scanFile } from '../../src/sessions/files/scanFile.ts';

/** What one process measured; times in ms, sizes in bytes. */
export interface ScanCost {
  readonly bytes: number;
  readonly ms: readonly number[];
  /** The longest time for which nothing else could run. */
  readonly lagMs: number;
  /** The most by which the process grew in the first run, without the findings themselves. */
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
// Not for each chunk: reading the memory use takes longer than scanning a chunk.
const onProgress = (): void => {
  chunks += 1;
  if (chunks % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
};
let lagMs = 0;
for (let run = 0; run < Number(runs); run += 1) {
  // A new one for each run: otherwise the time between two runs would count.
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const beganAt = performance.now();
  last = await scanFile(file, run === 0 ? { onProgress } : {});
  ms.push(performance.now() - beganAt);
  delay.disable();
  // Its timer fires each millisecond if nothing delays it.
  lagMs = Math.max(lagMs, delay.max / 1e6 - 1);
  peak = Math.max(peak, process.memoryUsage.rss());
  // Only the first run: in later ones, the remains of earlier runs would count too.
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
