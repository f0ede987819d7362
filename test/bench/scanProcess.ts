// What scanning one file costs, in a process that does nothing else: `node --expose-gc scanProcess.ts FILE`.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { scanFile } from '../../src/sessions/scanFile.ts';

/** What one process measured; times in milliseconds, sizes in bytes. */
export interface ScanCost {
  readonly bytes: number;
  readonly ms: readonly number[];
  /** The longest time for which nothing else had a turn. */
  readonly lagMs: number;
  /** By how much the process grew at most, less what the findings take up. */
  readonly growth: number;
  readonly places: number;
  readonly ids: number;
}

const [file = '', runs = '3'] = process.argv.slice(2);
const ms: number[] = [];
let last = await scanFile(file, { signal: AbortSignal.timeout(100) });
globalThis.gc?.();
const before = process.memoryUsage();
let peak = before.rss;
const delay = monitorEventLoopDelay({ resolution: 1 });
// Asking for the memory takes longer than to scan a chunk.
let chunks = 0;
const onProgress = (): void => {
  chunks += 1;
  if (chunks % 100 === 0) peak = Math.max(peak, process.memoryUsage.rss());
};
for (let run = 0; run < Number(runs); run += 1) {
  last = { ...last, findings: [] };
  globalThis.gc?.();
  const beganAt = performance.now();
  if (run > 0) delay.enable();
  last = await scanFile(file, { onProgress });
  delay.disable();
  ms.push(performance.now() - beganAt);
}
peak = Math.max(peak, process.memoryUsage.rss());
globalThis.gc?.();
const results = Math.max(0, process.memoryUsage().heapUsed - before.heapUsed);
const cost: ScanCost = {
  bytes: last.bytes,
  ms,
  // Its timer fires each millisecond when nothing is in its way.
  lagMs: delay.max / 1e6 - 1,
  growth: peak - before.rss - results,
  places: last.findings.reduce((sum, { count }) => sum + count, last.placesDropped),
  ids: last.findings.length,
};
console.log(JSON.stringify(cost));
