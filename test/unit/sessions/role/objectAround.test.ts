import assert from 'node:assert/strict';
import { objectAround, reach } from '../../../../src/sessions/role/objectAround.ts';

describe('objectAround', () => {
  // A text with the key KEY and its value VALUE; the other keys of the object, sorted; the parent.
  const cases: readonly (readonly [string, string, string])[] = [
    ['{"a":1,"KEY":"VALUE","b":{"c":2},"d":[{"e":3}],"f":"g"}', 'a b d f', ''],
    ['{"p":{"a":"x","KEY":"VALUE"},"q":1}', 'a', 'p'],
    ['{"p":[{"z":0},{"KEY":"VALUE","a":1},{"y":2}]}', 'a', 'p'],
    ['{"p":[[{"KEY":"VALUE"}]]}', '', ''],
    ['{"p": [ {"KEY":"VALUE"', '', 'p'],
    [String.raw`{"p":{"a":"} \" {","KEY":"VALUE","b":"\\","c":1}}`, 'a b c', 'p'],
    [String.raw`{\"p\":{\"a\":\"x \\\" }\",\"KEY\":\"VALUE\",\"b\":\"\\\\\",\"c\":1}}`, 'a b c', 'p'],
    ["p = { a: 'x', KEY: 'VALUE', b: 1 }", 'a b', 'p'],
    ['"KEY":"VALUE"', '', ''],
    ['["KEY":"VALUE"]', '', ''],
    ['{"id":1,"p":2,"KEY":"VALUE"}', 'p', ''],
    ['p:\n  a: 1\n  b:\n    c: 2\n  KEY: VALUE\n  d:\n    e: 3\nq: 4', 'a b d', 'p'],
    ['p:\n  - a: 1\n  - b: 2\n    KEY: VALUE\n    c: 3\n  - d: 4', 'b c', 'p'],
    ['x KEY: VALUE\n  a: 1', '', ''],
    ["{ q: 'w',\n p: { // don't\n a: 1, KEY: 'VALUE', // isn't\n b: 'c' } }", 'a b', 'p'],
    ['p:\n- a:\n-  KEY: VALUE', '', 'p'],
    ['p:\n  id: 1\n  KEY: VALUE', '', ''],
    ['p:\n  KEY: VALUE\n  id: 1\n  a: 1', '', 'p'],
    [`${' '.repeat(50)}p:\n${'#'.repeat(reach - 6)}\n    KEY: VALUE`, '', ''],
    [`${' '.repeat(2)}p:\n${'#'.repeat(reach - 6)}\n    KEY: VALUE`, '', 'p'],
  ];
  for (const [text, siblings, parent] of cases) {
    it(JSON.stringify(text).slice(0, 100), () => {
      const around = objectAround(text, text.indexOf('KEY'), text.indexOf('VALUE') + 5);
      assert.deepEqual([...around.siblings].sort().join(' '), siblings);
      assert.equal(around.parent, parent);
    });
  }

  it('reads no further than its reach to either side', () => {
    const around = (before: number, behind: number): string => {
      const text = `{"p":{${' '.repeat(before)}"KEY":"VALUE"${' '.repeat(behind)},"a":1}}`;
      const { parent, siblings } = objectAround(text, text.indexOf('KEY'), text.indexOf('VALUE') + 5);
      return [parent, ...siblings].join(' ');
    };
    assert.equal(around(reach - 20, reach - 20), 'p a');
    assert.equal(around(0, reach + 1), 'p');
    assert.equal(around(reach + 1, 0), '');
  });
});
