import assert from 'node:assert/strict';
import { ofBareId, wholeLine } from '../../../../../src/editor/finding/inEditor/bareRemoval.ts';
import { sessionNumber } from '../../../../support/cleanup/cleanupWorkshop.ts';

const [id, other] = [sessionNumber(7), sessionNumber(8)];
const whole = { isFromStart: true, isToEnd: true };

describe('the removal of an id without quotes', () => {
  const without = (text: string): string | undefined => {
    const start = text.indexOf(id);
    const span = ofBareId({ text, ...whole }, { start, end: start + id.length });
    return span && text.slice(0, span.start) + text.slice(span.end);
  };

  for (const before of ['', '  ', '- ', '* ', '12. ', '3) ', '\t'])
    for (const behind of ['', ',', ';', '  ', ' # gone', '  // gone'])
      it(`takes the line ${JSON.stringify(`${before}…${behind}`)}`, () => {
        assert.equal(without(`a\n${before}${id}${behind}\nb`), 'a\nb');
      });

  for (const line of [`x ${id}`, `${id} x`, `-${id}`, `${id}/x`, `a: b ${id}`, `${id}:`, `${id}=1`])
    it(`leaves ${line.replace(id, '…')} alone`, () => assert.equal(without(`a\n${line}\nb`), undefined));

  it('takes one of a list on one line with one sign, and never from a table', () => {
    assert.equal(without(`${id}, ${other}`), other);
    assert.equal(without(`${id}|${other}`), other);
    assert.equal(without(`ids: ${other} ${id}`), `ids: ${other}`);
    assert.equal(without(`${id},${other}\n${other},${other}`), undefined);
    assert.equal(without(`${other},${other}\n${other},${id}`), undefined);
    assert.equal(without(`${id},,${other}`), undefined);
  });

  it('takes a value of YAML only beside another key of the same depth, and never between brackets', () => {
    assert.equal(without(`a: 1\nid: ${id}`), 'a: 1');
    assert.equal(without(`id: ${id}\nb:\n  - 1`), 'b:\n  - 1');
    assert.equal(without(`a:\n  id: ${id}\nb: 1`), undefined);
    assert.equal(without(`{\na: 1\nid: ${id}\n}`), undefined);
    assert.equal(without(`a: 1,\nid: ${id}`), undefined);
  });
});

describe('a whole line', () => {
  const cut = (text: string, part: string, edges = whole): string | undefined => {
    const start = text.indexOf(part);
    const span = wholeLine({ text, ...edges }, { start, end: start + part.length });
    return span && text.slice(0, span.start) + text.slice(span.end);
  };

  it('goes with its end, and the last one with the end before it', () => {
    assert.equal(cut('a\n b \nc', 'b'), 'a\nc');
    assert.equal(cut('b\nc', 'b'), 'c');
    assert.equal(cut('a\nb', 'b'), 'a');
    assert.equal(cut('b', 'b'), '');
    assert.equal(cut('\nb', 'b'), '');
  });

  it('goes only where both of its ends are in sight', () => {
    assert.equal(cut('b\nc', 'b', { isFromStart: false, isToEnd: true }), undefined);
    assert.equal(cut('a\nb', 'b', { isFromStart: true, isToEnd: false }), undefined);
    assert.equal(cut('a\nb\nc', 'b', { isFromStart: false, isToEnd: false }), 'a\nc');
  });
});
