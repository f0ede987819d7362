import type { Finding, Found, SourceFindings } from '../../../src/sessions/scan/findings.ts';
import { sessionNumber } from '../cleanup/cleanupWorkshop.ts';

/** An id with this number, on the line with the same number unless another one is given. */
export function finding(number: number, parts: Partial<Finding> = {}): Finding {
  const role = parts.role ?? 'session';
  const reason = role === 'unknown' ? '' : `the value of "${role}Id"`;
  return { id: sessionNumber(number), role, reason, line: number, column: 4, count: 1, ...parts };
}

/** A file of a made-up workspace with what was found in it. */
export function sourceOf(name: string, ...findings: readonly Finding[]): SourceFindings {
  return { uri: `file:///made-up/${name}`, name, findings };
}

/** The result of a whole search. */
export function foundIn(...sources: readonly SourceFindings[]): Found {
  return { sources, skipped: [], isCancelled: false };
}
