import type { Finding, Found, SkippedSource, SourceFindings } from '../scan/findings.ts';

/** The most findings of one search: to delete them all at ten a day would take seventy years. */
export const mostFindings = 250_000;

/** The most skipped sources that are kept by name; the rest is only counted. */
export const mostSkippedNames = 1000;

/** What a search has found so far, in bounded memory. */
export class FoundSoFar {
  readonly #sources: { readonly order: number; readonly source: SourceFindings }[] = [];
  readonly #skipped: SkippedSource[] = [];
  /** For each reason, how many sources were skipped in addition to those that are kept by name. */
  readonly #moreSkipped = new Map<string, { name: string; reason: string; count: number }>();
  readonly #most: number;
  #findings = 0;

  constructor(most = mostFindings) {
    this.#most = most;
  }

  /** How many findings there are; an id counts once for each source. */
  get findingCount(): number {
    return this.#findings;
  }

  /** Whether no more findings are kept. */
  get isFull(): boolean {
    return this.#findings >= this.#most;
  }

  /** Adds the findings of one source, up to the limit. The result is sorted by `order`. */
  add(order: number, source: SourceFindings): void {
    if (source.findings.length === 0) return;
    const room = this.#most - this.#findings;
    const findings: readonly Finding[] =
      source.findings.length > room ? source.findings.slice(0, room) : source.findings;
    if (findings.length < source.findings.length)
      this.skip(source.name, `the search ends at ${this.#most.toLocaleString('en')} ids`);
    if (findings.length === 0) return;
    this.#findings += findings.length;
    this.#sources.push({ order, source: { ...source, findings } });
  }

  /** Records a source that was not read, or not to its end. */
  skip(name: string, reason: string): void {
    if (this.#skipped.length < mostSkippedNames) {
      this.#skipped.push({ name, reason });
      return;
    }
    const more = this.#moreSkipped.get(reason);
    if (more === undefined) this.#moreSkipped.set(reason, { name, reason, count: 1 });
    else more.count += 1;
  }

  /** Everything that was found. */
  result(isCancelled: boolean): Found {
    return {
      sources: this.#sources.toSorted((a, b) => a.order - b.order).map(({ source }) => source),
      skipped: [...this.#skipped, ...this.#moreSkipped.values()],
      isCancelled,
    };
  }
}
