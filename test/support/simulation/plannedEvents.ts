/** Something that happens at a moment on one axis of time, unless `cancel` is called before. */
export interface PlannedEvent {
  readonly at: number;
  readonly run: () => void;
  readonly cancel: () => void;
}

/** The planned events, the earliest first; of two at the same moment the one that was planned first (a binary heap). */
export class PlannedEvents {
  readonly #heap: Node[] = [];
  #count = 0;

  plan(at: number, run: () => void): PlannedEvent {
    const node = new Node(at, this.#count, run);
    this.#count += 1;
    this.#heap.push(node);
    this.#rise(this.#heap.length - 1);
    return node;
  }

  /** The moment of the next event; infinite if nothing is planned. */
  nextAt(): number {
    while (this.#heap[0]?.isCancelled === true) this.#takeFirst();
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Takes the next event out; undefined if nothing is planned. */
  take(): PlannedEvent | undefined {
    this.nextAt();
    return this.#takeFirst();
  }

  #takeFirst(): Node | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first === undefined || last === undefined || first === last) return first;
    this.#heap[0] = last;
    this.#sink();
    return first;
  }

  #rise(from: number): void {
    const heap = this.#heap;
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1;
      const [above, below] = [heap[parent], heap[index]];
      if (above === undefined || below?.isBefore(above) !== true) return;
      heap[parent] = below;
      heap[index] = above;
      index = parent;
    }
  }

  #sink(): void {
    const heap = this.#heap;
    for (let index = 0; ;) {
      const left = 2 * index + 1;
      const [above, one, other] = [heap[index], heap[left], heap[left + 1]];
      if (above === undefined || one === undefined) return;
      const isOther = other?.isBefore(one) === true;
      const below = isOther ? other : one;
      if (!below.isBefore(above)) return;
      const next = isOther ? left + 1 : left;
      heap[index] = below;
      heap[next] = above;
      index = next;
    }
  }
}

class Node implements PlannedEvent {
  readonly at: number;
  readonly run: () => void;
  isCancelled = false;
  readonly #order: number;

  constructor(at: number, order: number, run: () => void) {
    this.at = at;
    this.#order = order;
    this.run = run;
  }

  readonly cancel = (): void => {
    this.isCancelled = true;
  };

  isBefore(other: Node): boolean {
    return this.at < other.at || (this.at === other.at && this.#order < other.#order);
  }
}
