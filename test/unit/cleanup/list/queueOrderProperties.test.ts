import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CleanupWorkshop, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';
import { propertyCheck } from '../../../support/random/propertyCheck.ts';

const names = ['made-up-integration', 'another'] as const;
type Name = (typeof names)[number];

/** The queues as plain arrays of entry ids, and the effect of each move. */
class PlainQueues {
  readonly #queues = new Map<Name, number[]>(names.map((name) => [name, []]));

  of(name: Name): readonly number[] {
    return this.#queues.get(name) ?? [];
  }

  append(name: Name, id: number): void {
    this.#queues.set(name, [...this.of(name), id]);
  }

  takeOut(id: number): void {
    for (const name of names)
      this.#queues.set(
        name,
        this.of(name).filter((each) => each !== id),
      );
  }

  moveBefore(name: Name, ids: readonly number[], before: number | undefined): number {
    const queue = this.of(name);
    const moving = ids.filter((id) => queue.includes(id));
    const at = before === undefined ? -1 : queue.indexOf(before);
    const follower = at < 0 ? undefined : queue.slice(at).find((id) => !moving.includes(id));
    const rest = queue.filter((id) => !moving.includes(id));
    const place = follower === undefined ? rest.length : rest.indexOf(follower);
    this.#queues.set(name, [...rest.slice(0, place), ...moving, ...rest.slice(place)]);
    return moving.length;
  }

  moveByOne(name: Name, ids: readonly number[], step: 'up' | 'down'): number {
    const queue = this.of(name);
    const moving = queue.filter((id) => ids.includes(id));
    const [first, last] = [queue.indexOf(moving[0] ?? -1), queue.indexOf(moving.at(-1) ?? -1)];
    if (moving.length === 0 || (step === 'up' ? first === 0 : last === queue.length - 1)) return 0;
    return this.moveBefore(name, moving, step === 'up' ? queue[first - 1] : queue[last + 2]);
  }
}

type Step = (shop: CleanupWorkshop, plain: PlainQueues) => void;

const someId = fc.integer({ min: 1, max: 16 });
const someIds = fc.uniqueArray(someId, { maxLength: 5 });
const someName = fc.constantFrom(...names);
const someStep: fc.Arbitrary<Step> = fc.oneof(
  fc
    .tuple(someName, someIds, fc.option(someId, { nil: undefined }))
    .map(([name, ids, before]): Step => (shop, plain) => {
      // An entry that is in no queue still has a position if it once was in this one; see the examples.
      const known = before !== undefined && plain.of(name).includes(before) ? before : undefined;
      const anchor = known === undefined ? undefined : shop.ref(known);
      assert.equal(shop.order.moveBefore(name, shop.refs(ids), anchor), plain.moveBefore(name, ids, known));
    }),
  fc.tuple(someName, someIds).map(
    ([name, ids]): Step =>
      (shop, plain) =>
        assert.equal(
          shop.order.moveToHead(name, shop.refs(ids)),
          plain.moveBefore(name, ids, plain.of(name)[0]),
        ),
  ),
  fc.tuple(someName, someIds, fc.constantFrom('up', 'down')).map(
    ([name, ids, step]): Step =>
      (shop, plain) =>
        assert.equal(shop.order.moveByOne(name, shop.refs(ids), step), plain.moveByOne(name, ids, step)),
  ),
  someId.map((id): Step => (shop, plain) => {
    shop.list.hold([shop.ref(id)], undefined, 1);
    plain.takeOut(id);
  }),
  // The same small move over and over, which uses up every gap.
  fc.tuple(someName, fc.integer({ min: 1, max: 60 })).map(([name, times]): Step => (shop, plain) => {
    for (let time = 0; time < times; time += 1) {
      const [third, second] = [plain.of(name)[2], plain.of(name)[1]];
      if (third === undefined || second === undefined) return;
      shop.order.moveBefore(name, [shop.ref(third)], shop.ref(second));
      plain.moveBefore(name, [third], second);
    }
  }),
);

describe('QueueOrder compared with plain arrays', () => {
  const check = propertyCheck(150);

  it('gives the same order after any moves, separately for each integration', () => {
    check(
      fc.property(fc.array(someStep, { minLength: 1, maxLength: 25 }), (steps) => {
        const shop = new CleanupWorkshop();
        const plain = new PlainQueues();
        try {
          for (let number = 1; number <= 16; number += 1) {
            const name = names[number % 3 === 0 ? 1 : 0];
            const id = shop.confirmed(number, name);
            assert.equal(shop.list.byId(id)?.sessionId, sessionNumber(number));
            plain.append(name, id);
          }
          for (const step of steps) {
            step(shop, plain);
            for (const name of names)
              assert.deepEqual(
                shop.groups.refs(['queue'], { integrations: [name] }).map(({ id }) => id),
                plain.of(name),
              );
          }
        } finally {
          shop.database.close();
        }
      }),
    );
  });
});
