/** Counts the entries that a command skipped, by reason. */
export class Skips {
  readonly #counts = new Map<string, number>();

  get count(): number {
    return [...this.#counts.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Adds `count` skipped entries; the reason is the text after "skipped:". */
  add(reason: string, count = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  /** A sentence such as "3 skipped: 2 done already, 1 on hold."; empty if nothing was skipped. */
  text(): string {
    const [first, ...others] = this.#counts;
    if (first === undefined) return '';
    const [reason] = first;
    if (others.length === 0) return `${this.count} skipped: ${reason}.`;
    const parts = [...this.#counts].map(([why, count]) => `${count} ${why}`);
    return `${this.count} skipped: ${parts.join(', ')}.`;
  }
}
