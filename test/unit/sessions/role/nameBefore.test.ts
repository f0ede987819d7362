import assert from 'node:assert/strict';
import {
  canEndKey,
  keyBefore,
  leadBefore,
  nameBeside,
  namesAround,
  ownerBefore,
} from '../../../../src/sessions/role/nameBefore.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

describe('keyBefore', () => {
  for (const before of [
    '"key": "',
    "'key' => '",
    'key=',
    'key := Parse("',
    '\\"key\\":\\"',
    '%22key%22%3A%22',
    '%26key%3D',
    "key={'",
    '"key" to "',
    "key::text = '",
    "key LIKE '",
    "key <> N'",
    'key: &anchor ',
    'key: !!str ',
    'key: Some(Uuid("',
    'key = UUID(uuidString: "',
    'key=<<"',
    'key = @"',
    'key !== "',
    "row['key'] = '",
  ])
    it(before, () => {
      const text = `${before}${id}`;
      assert.equal(keyBefore(text, before.length)?.name, 'key');
      assert.equal(canEndKey(text, before.length, leadBefore(text, before.length)), true);
    });

  for (const before of ['', 'key ', 'key, ', '"key" "', 'key to ', 'key/', 'key ['])
    it(`finds no key in ${before}`, () =>
      assert.equal(keyBefore(`${before}${id}`, before.length), undefined));
});

describe('leadBefore', () => {
  it('skips quotes, backslashes and white space, but no more than 60 units', () => {
    assert.equal(leadBefore(`a: \\"`, 5), ':');
    assert.equal(leadBefore(`a\n\t '`, 5), 'a');
    assert.equal(leadBefore(`  "`, 3), '');
    assert.equal(leadBefore(`a${' '.repeat(80)}`, 81), '');
  });
});

describe('namesAround', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['--key ', '', 'the value of key'],
    ['@key "', '', 'the value of key'],
    ['<key>', '', 'in the element key'],
    ['<a:key b="c"><![CDATA[', '', 'in the element key'],
    ['<owner><id>', '', 'in the "id" of owner'],
    ['<key>key</key>\n  <string>', '', 'in the element key'],
    ["setItem('key', '", '', 'the value of key'],
    ['["key", "', '', 'the value of key'],
    ['get("/v1/sessions/{id}", "', '', 'the value of sessionId'],
    ["let(:key) { '", '', 'the value of key'],
    ['std::string key{"', '', 'the value of key'],
    ['key | ', '', 'the value of key'],
    ['setKey("', '', 'handed to setKey'],
    ['getDecision("', '', 'handed to getDecision'],
    ['deleteSession(UUID.fromString("', '', 'handed to deleteSession'],
    ['expect(a.key).toBe("', '', 'compared with key, handed to toBe'],
    ['event.getKey()).isEqualTo("', '', 'compared with getKey, handed to isEqualTo'],
    ['assertEquals("', '", a.getKey())', 'compared with getKey, handed to assertEquals'],
    ['veriff-cli delete ', '', 'handed to delete'],
    ['cli delete ', '', ''],
    ['key, ', '', ''],
    ['', '', ''],
  ];
  for (const [before, behind, expected] of cases)
    it(`${before}…${behind}`, () => {
      const text = `${before}${id}${behind}`;
      const start = before.length;
      const names = namesAround(text, start, start + id.length, leadBefore(text, start));
      assert.equal(names.map(({ shown, tie }) => `${tie} ${shown}`).join(', '), expected);
    });
});

describe('the name of a called function', () => {
  it('is given without the verb', () => {
    const nameOf = (before: string): string | undefined =>
      namesAround(`${before}${id}`, before.length, before.length + id.length, '(')[0]?.name;
    assert.equal(nameOf('setSessionId("'), 'SessionId');
    assert.equal(nameOf('delete_session("'), 'session');
    assert.equal(nameOf('findSessionById("'), 'Session');
    assert.equal(nameOf('getDecision("'), 'session');
    assert.equal(nameOf('settle("'), 'settle');
  });
});

describe('nameBeside', () => {
  const nameOf = (text: string): string | undefined => nameBeside(text, text.length);

  it('is the name in the same object', () => {
    assert.equal(nameOf('{"key": "a", "'), 'a');
    assert.equal(nameOf('{"key":"a","type":"string","'), 'a');
    assert.equal(nameOf('<input name="a" '), 'a');
    assert.equal(nameOf('- name: a\n  '), 'a');
    assert.equal(nameOf('- name: a\n  schema: { type: string }\n  '), 'a');
    assert.equal(nameOf('variable "a" {\n  '), 'a');
  });

  it('is undefined if the name belongs to another object or another value', () => {
    assert.equal(nameOf('{"key": "a"}, {"'), undefined);
    assert.equal(nameOf('{"key": "a", "value": 1, "'), undefined);
    assert.equal(nameOf('- name: a\n- '), undefined);
    assert.equal(nameOf(`{"key": "a",${' '.repeat(300)}"`), undefined);
    assert.equal(nameOf(''), undefined);
  });
});

describe('ownerBefore', () => {
  for (const before of [
    'owner.',
    'owner?.',
    'owner->',
    'owner["',
    'owner(',
    'owner[',
    'owner {\n  ',
    '<owner ',
  ])
    it(JSON.stringify(before), () => assert.equal(ownerBefore(`${before}id`, before.length), 'owner'));
  it('is undefined if no sign connects it with the key', () => {
    assert.equal(ownerBefore('owner id', 6), undefined);
    assert.equal(ownerBefore('{"id', 2), undefined);
  });
});
