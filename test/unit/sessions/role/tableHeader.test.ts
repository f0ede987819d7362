import assert from 'node:assert/strict';
import { longestHeader, tableHeader } from '../../../../src/sessions/role/tableHeader.ts';

describe('tableHeader', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ['session_id,attempt_id', ',', 'session_id/attempt_id'],
    ['"a","session, of mine","session_id"', ',', ''],
    ['"a","session_id","say ""b"""', ',', ''],
    ['"Vendor data","Session ID"', ',', 'Vendor data/Session ID'],
    ['a;sessionId;b', ';', 'a/sessionId/b'],
    ['a\tsessionId\tb,c', '\t', ''],
    ['a\tsessionId', '\t', 'a/sessionId'],
    ['\uFEFF"sessionId",b\r', ',', 'sessionId/b'],
    ['| # | Session ID | ok? |', '|', '/#/Session ID/ok?/'],
    ['│ session_id │ user │', '│', '/session_id/user/'],
    ['session_id', ',', 'session_id'],
    ['NAME     SESSION-ID     AGE', 'columns', 'NAME/SESSION-ID/AGE'],
    ['INSERT INTO a.b (id, "session_id") VALUES', 'tuple', 'id/session_id'],
    ['insert ignore into `b`(`id`,`verification_id`)values(1,2),', 'tuple', 'id/verification_id'],
    ['COPY public.kyc (id, session_id) FROM stdin;', '\t', 'id/session_id'],
  ];
  for (const [line, separator, names] of cases)
    it(JSON.stringify(line), () => {
      const header = tableHeader(line);
      assert.equal(header?.names.join('/') ?? '', names);
      if (names !== '') assert.equal(header?.separator, separator);
    });

  for (const line of [
    '',
    'id,name',
    'import { sessionId } from "a";',
    '{"sessionId": 1, "b": 2}',
    'sessionId: a, b',
    'session_id=1, 2',
    'Dear all, the session_id, which is long (36 letters), is below; thanks!',
    'session_id,aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7',
    'INSERT INTO sessions VALUES (1)',
    `session_id,${'a,'.repeat(longestHeader)}`,
  ])
    it(`no header: ${JSON.stringify(line.slice(0, 60))}`, () => assert.equal(tableHeader(line), undefined));

  it('gives the positions of aligned names', () => {
    assert.deepEqual(tableHeader('NAME  SESSION-ID  MY OWN')?.starts, [0, 6, 18]);
  });

  it('gives the same result for a line after it has read another', () => {
    const first = tableHeader('session_id,a');
    assert.equal(tableHeader('id,a'), undefined);
    assert.deepEqual(tableHeader('session_id,a'), first);
  });
});
