import assert from 'node:assert/strict';
import { closerOf, openerBefore } from '../../../../../src/editor/finding/inEditor/enclosing.ts';

describe('the bracket around a place', () => {
  const opener = (text: string, isFromStart = true): readonly [string, number] => {
    const { kind, at } = openerBefore(text, text.indexOf('^'), isFromStart);
    return [kind, at];
  };

  it('is the nearest one that is open', () => {
    assert.deepEqual(opener('[ ^'), ['[', 0]);
    assert.deepEqual(opener('{ [1] (2) {} ^'), ['{', 0]);
    assert.deepEqual(opener('[ { ( ^'), ['(', 4]);
    assert.deepEqual(opener('({[]}) ['.concat(' ^')), ['[', 7]);
  });

  it('is none in a string, on its own line, whatever is escaped in it', () => {
    assert.deepEqual(opener('[ "]{(" ^'), ['[', 0]);
    assert.deepEqual(opener('[ "a\\"(" ^'), ['[', 0]);
    assert.deepEqual(opener('[ "\\\\" ^'), ['[', 0]);
    assert.deepEqual(opener("[ ']' `}` ^"), ['[', 0]);
    assert.deepEqual(opener('[ "\n] " ^'), ['none', -1], 'an apostrophe is no string over two lines');
    assert.deepEqual(opener("[ don't\n ^"), ['[', 0]);
  });

  it('is unknown where the document has none before, or begins out of sight', () => {
    assert.deepEqual(opener('a ] ^'), ['none', -1]);
    assert.deepEqual(opener('^'), ['none', -1]);
    assert.deepEqual(opener('[] ^', false), ['far', -1]);
    assert.deepEqual(opener('[ ^', false), ['[', 0]);
  });

  it('is closed by its like', () => {
    assert.deepEqual(
      (['[', '{', '(', 'none', 'far'] as const).map((kind) => closerOf({ kind, at: 0 })),
      [']', '}', ')', '', ''],
    );
  });
});
