import assert from 'node:assert/strict';
import { CleanupWorkshop, integration, sessionNumber } from '../../../support/cleanup/cleanupWorkshop.ts';

const other = 'another';

describe('QueueOrder', () => {
  let shop: CleanupWorkshop;
  /** Five queued entries, by their ids. */
  let [a, b, c, d, e] = [0, 0, 0, 0, 0];
  beforeEach(() => {
    shop = new CleanupWorkshop();
    [a, b, c, d, e] = [
      shop.confirmed(1),
      shop.confirmed(2),
      shop.confirmed(3),
      shop.confirmed(4),
      shop.confirmed(5),
    ];
  });
  afterEach(() => shop.database.close());

  const queue = (of = integration): readonly number[] =>
    shop.groups.refs(['queue'], { integrations: [of] }).map(({ id }) => id);
  const moveBefore = (of: string, ids: readonly number[], before: number | undefined): number =>
    shop.order.moveBefore(of, shop.refs(ids), before === undefined ? undefined : shop.ref(before));
  const moveToHead = (of: string, ids: readonly number[]): number =>
    shop.order.moveToHead(of, shop.refs(ids));
  const places = (of: string): unknown =>
    shop.database.all('SELECT id, rank, place FROM list_entries WHERE integration = ? ORDER BY id', of);

  it('is that of confirming if nothing is moved', () => assert.deepEqual(queue(), [a, b, c, d, e]));

  it('is that in which slots are given', () => {
    moveBefore(integration, [d], a);
    const next = shop.window('a').reserveNext(shop.means());
    assert.ok(next.kind === 'reserved');
    assert.equal(next.reservation.entryId, d);
  });

  it('ignores references to another list, or whose number belongs to another session by now', () => {
    for (const wrong of [{ list: 'another' }, { sessionId: sessionNumber(77) }]) {
      const refs = shop.refs([d, e]).map((ref) => ({ ...ref, ...wrong }));
      assert.deepEqual(
        [
          shop.order.moveBefore(integration, refs, shop.ref(a)),
          shop.order.moveToHead(integration, refs),
          shop.order.moveByOne(integration, refs, 'up'),
        ],
        [0, 0, 0],
      );
    }
    assert.deepEqual(queue(), [a, b, c, d, e]);
  });

  describe('moveBefore', () => {
    for (const [what, ids, before, after] of [
      ['one to the front', ['d'], 'a', 'dabce'],
      ['one back', ['a'], 'd', 'bcade'],
      ['one to the end', ['b'], undefined, 'acdeb'],
      ['several, in the order given', ['e', 'a', 'c'], 'b', 'eacbd'],
      ['several to the end', ['c', 'a'], undefined, 'bdeca'],
      ['all of them', ['e', 'd', 'c', 'b', 'a'], undefined, 'edcba'],
      ['one before itself: it stays', ['c'], 'c', 'abcde'],
      ['one before its own successor: it stays', ['c'], 'd', 'abcde'],
      ['the last before itself: it stays', ['e'], 'e', 'abcde'],
      ['several before one of them, to whoever comes after it', ['a', 'c', 'd'], 'c', 'bacde'],
      ['several before the last of them, to the end', ['e', 'a'], 'e', 'bcdea'],
      ['a double once', ['d', 'd'], 'a', 'dabce'],
      ['none', [], 'a', 'abcde'],
    ] as const)
      it(`moves ${what}`, () => {
        const id = (name: string): number => ({ a, b, c, d, e })[name] ?? 0;
        const moved = moveBefore(integration, ids.map(id), before && id(before));
        assert.deepEqual(queue(), Array.from(after, id));
        assert.equal(moved, new Set(ids).size);
      });

    it('leaves an entry that is moved to its own position', () => {
      moveBefore(integration, [d, b], a);
      for (let time = 0; time < 5; time += 1) moveBefore(integration, [d, b], a);
      assert.deepEqual(queue(), [d, b, a, c, e]);
    });

    it('moves nothing that is not in the queue, and nothing of another integration', () => {
      const theirs = [shop.confirmed(1, other), shop.confirmed(2, other)];
      shop.list.hold([shop.ref(b)], undefined, 1);
      const before = places(other);
      assert.equal(moveBefore(integration, [b, ...theirs, 999], a), 0);
      assert.equal(moveBefore(other, [c], theirs[0]), 0);
      assert.deepEqual(queue(), [a, c, d, e]);
      assert.deepEqual(places(other), before);
    });

    it('moves to the end if the anchor is of another integration, or on no list', () => {
      const theirs = shop.confirmed(1, other);
      shop.database.run('UPDATE list_entries SET rank = -1 WHERE id = ?', theirs);
      moveBefore(integration, [a], theirs);
      assert.deepEqual(queue(), [b, c, d, e, a]);
      moveBefore(integration, [b], 999);
      assert.deepEqual(queue(), [c, d, e, a, b]);
    });

    it('moves to the position of an anchor that was just sent, and not to the end', () => {
      shop.reserved(shop.window('a'), a);
      assert.equal(moveBefore(integration, [d], a), 1);
      assert.deepEqual(queue(), [d, b, c, e]);
      shop.list.hold([shop.ref(c)], undefined, 1);
      moveBefore(integration, [e], c);
      assert.deepEqual(queue(), [d, b, e]);
    });

    it('moves to that position, even if all positions are renumbered for it', () => {
      // Far from 1, 2, 3: after renumbering, the old position is no longer valid.
      shop.database.run('UPDATE list_entries SET rank = 1000 + id / 1e9');
      shop.reserved(shop.window('a'), b);
      moveBefore(integration, [e], b);
      assert.deepEqual(queue(), [a, e, c, d]);
      shop.database.run('UPDATE list_entries SET rank = 1000 + id / 1e9');
      shop.list.hold([shop.ref(c)], undefined, 1);
      moveBefore(integration, [e], c);
      assert.deepEqual(queue(), [a, e, d]);
    });

    it('moves between entries of equal positions', () => {
      shop.database.run('UPDATE list_entries SET rank = 7');
      assert.deepEqual(queue(), [a, b, c, d, e]);
      moveBefore(integration, [e], c);
      assert.deepEqual(queue(), [a, b, e, c, d]);
      shop.database.run('UPDATE list_entries SET rank = -1');
      moveBefore(integration, [b, a], e);
      assert.deepEqual(queue(), [c, d, b, a, e]);
    });

    it('writes nothing if a move fails', () => {
      const before = places(integration);
      shop.database.run(
        `CREATE TRIGGER refusing BEFORE UPDATE ON list_entries WHEN NEW.id = ${c} BEGIN SELECT RAISE(ABORT, 'refused'); END`,
      );
      assert.throws(() => moveBefore(integration, [d, c], a), /refused/);
      assert.deepEqual(places(integration), before);
    });
  });

  describe('hundreds of moves to the same position', () => {
    it('renumber the positions when the gap is used up, and those of no other queue', () => {
      shop.confirmed(1, other);
      shop.confirmed(2, other);
      moveToHead(other, [shop.confirmed(3, other)]);
      const held = shop.confirmed(6);
      shop.list.hold([shop.ref(held)], undefined, 1);
      const [theirs, heldPlace] = [places(other), shop.list.byId(held)?.place];
      for (let time = 0; time < 400; time += 1) {
        const [moved, left] = time % 2 === 0 ? [d, e] : [e, d];
        moveBefore(integration, [moved], b);
        assert.deepEqual(queue(), time === 0 ? [a, d, b, c, e] : [a, left, moved, b, c]);
        const gaps = queue().map((id) => shop.list.byId(id)?.place ?? 0);
        // Numbers that differ by less than a millionth would soon be the same.
        gaps.slice(1).forEach((place, index) => assert.ok(place - (gaps[index] ?? 0) > 5e-7));
      }
      assert.deepEqual([places(other), shop.list.byId(held)?.place], [theirs, heldPlace]);
    });

    it('at either end need no renumbering', () => {
      for (let time = 0; time < 400; time += 1) {
        moveToHead(integration, [queue().at(-1) ?? 0]);
        moveBefore(integration, [queue()[1] ?? 0], undefined);
      }
      assert.equal(queue().length, 5);
      const { rank } = shop.database.get('SELECT min(rank) AS rank FROM list_entries') ?? {};
      assert.ok(Number(rank) < -300, String(rank));
    });
  });

  describe('moveToHead', () => {
    it('moves several, in the order given', () => {
      assert.equal(moveToHead(integration, [e, b]), 2);
      assert.deepEqual(queue(), [e, b, a, c, d]);
    });

    it('may move the head itself', () => {
      moveToHead(integration, [c, a]);
      assert.deepEqual(queue(), [c, a, b, d, e]);
      moveToHead(integration, [c]);
      assert.deepEqual(queue(), [c, a, b, d, e]);
    });

    it('has nothing to do in an empty queue', () => {
      assert.equal(moveToHead('unheard of', [a]), 0);
      assert.deepEqual(queue(), [a, b, c, d, e]);
    });
  });

  describe('moveByOne', () => {
    const up = (...ids: number[]): number => shop.order.moveByOne(integration, shop.refs(ids), 'up');
    const down = (...ids: number[]): number => shop.order.moveByOne(integration, shop.refs(ids), 'down');

    it('moves one up, to the head and no further', () => {
      assert.equal(up(c), 1);
      assert.deepEqual(queue(), [a, c, b, d, e]);
      assert.equal(up(c), 1);
      assert.deepEqual(queue(), [c, a, b, d, e]);
      assert.equal(up(c), 0);
      assert.deepEqual(queue(), [c, a, b, d, e]);
    });

    it('moves one down, to the end and no further', () => {
      assert.equal(down(c), 1);
      assert.deepEqual(queue(), [a, b, d, c, e]);
      assert.equal(down(c), 1);
      assert.deepEqual(queue(), [a, b, d, e, c]);
      assert.equal(down(c), 0);
      assert.deepEqual(queue(), [a, b, d, e, c]);
    });

    it('moves several as one block, in their order', () => {
      assert.equal(up(d, c), 2);
      assert.deepEqual(queue(), [a, c, d, b, e]);
      assert.equal(down(d, c), 2);
      assert.deepEqual(queue(), [a, b, c, d, e]);
      // Entries that were apart are together from then on.
      assert.equal(up(e, c), 2);
      assert.deepEqual(queue(), [a, c, e, b, d]);
    });

    it('moves neither entries that are not queued nor those of another integration', () => {
      const theirs = [shop.confirmed(1, other), shop.confirmed(2, other)];
      shop.list.hold([shop.ref(b)], undefined, 1);
      assert.deepEqual([up(b), down(b), up(...theirs), up(), down(999)], [0, 0, 0, 0, 0]);
      assert.equal(up(b, c), 1);
      assert.deepEqual(queue(), [c, a, d, e]);
      assert.deepEqual(queue(other), theirs);
    });

    it('orders entries of equal positions by their ids', () => {
      shop.database.run('UPDATE list_entries SET rank = 3');
      assert.equal(up(d), 1);
      assert.deepEqual(queue(), [a, b, d, c, e]);
      shop.database.run('UPDATE list_entries SET rank = 3');
      assert.equal(down(b), 1);
      assert.deepEqual(queue(), [a, c, b, d, e]);
    });
  });
});
