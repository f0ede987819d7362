import assert from 'node:assert/strict';
import { IdTable } from '../../../../src/sessions/scan/idTable.ts';
import { ScanText } from '../../../support/sessions/scanText.ts';
import { SeededChance } from '../../../support/random/seededChance.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/** The number of the id, which is added if it is new. */
function numberOf(table: IdTable, id: string): number {
  return table.find(Buffer.from(`--${id}--`), 2) ?? table.addSought();
}

describe('IdTable', () => {
  it(`numbers ids in the order in which they came, whatever their case (FAST_CHECK_SEED=${seed})`, () => {
    const texts = new ScanText(new SeededChance(seed));
    const ids = Array.from({ length: 20_000 }, () => texts.id());
    const table = new IdTable();
    for (const [number, id] of ids.entries()) assert.equal(numberOf(table, id), number);
    for (const [number, id] of ids.entries()) {
      assert.equal(numberOf(table, number % 2 === 0 ? id : id.toUpperCase()), number);
      assert.equal(table.at(number), id);
    }
    assert.equal(table.size, ids.length);
  });

  it('tells ids apart that differ in one digit', () => {
    const id = '00000000-0000-0000-0000-000000000000';
    const table = new IdTable();
    assert.equal(numberOf(table, id), 0);
    for (let at = 0; at < id.length; at += 1) {
      if (id[at] === '-') continue;
      for (const digit of '123456789abcdef') {
        const { size } = table;
        const other = id.slice(0, at) + digit + id.slice(at + 1);
        assert.equal(numberOf(table, other), size);
        assert.equal(table.at(size), other);
      }
    }
    assert.equal(numberOf(table, id), 0);
  });

  it('takes no longer for ids that a file could be made of to have it take long', () => {
    const table = new IdTable();
    // All that differs is what a hash of sums or of the last digits would not see.
    for (let number = 0; number < 60_000; number += 1) {
      const digits = number.toString(16).padStart(4, '0');
      numberOf(table, `${digits}0000-0000-0000-0000-00000000${digits}`);
    }
    assert.equal(table.size, 60_000);
  });
});
