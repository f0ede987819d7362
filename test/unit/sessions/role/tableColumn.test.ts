import assert from 'node:assert/strict';
import { tableColumn } from '../../../../src/sessions/role/tableColumn.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const other = '123e4567-e89b-12d3-a456-426614174000';

/** The column of the last occurrence of the id; the header is the first line unless another is given. */
function columnIn(text: string, header: string | undefined = text.split(/\r?\n/, 1)[0]): string | undefined {
  const start = text.lastIndexOf(id);
  return tableColumn(text, start, start + id.length, header)?.name;
}

describe('tableColumn', () => {
  const cases: readonly (readonly [string, string, string | undefined])[] = [
    ['a plain cell', `a,session_id\n1,${id}`, 'session_id'],
    ['the first cell', `session_id,a\n${id},1`, 'session_id'],
    ['a quoted cell', `a,session_id\r\n"1","${id}"\r\n`, 'session_id'],
    ['separators in quotes', `a,b,session_id\n"1,2","say ""3,4""",${id}`, 'session_id'],
    ['line ends in quotes', `a;b;session_id\n1;"2\n;3\n";${id}`, 'session_id'],
    ['an empty cell before', `a,,session_id\n,,${id}`, 'session_id'],
    ['tabs', `a\tsession_id\n\t${id}`, 'session_id'],
    ['another column', `a,session_id\n${id},1`, 'a'],
    ['a cell too many', `a,session_id\n1,2,${id}`, ''],
    ['more than the id in the cell, before it', `a,session_id\n1,x ${id}`, undefined],
    ['more than the id in the cell, after it', `a,session_id\n1,${id} y`, undefined],
    ['another separator than the header’s', `a,session_id\n1;${id}`, undefined],
    ['no header', `a,b\n1,${id}`, undefined],
    ['a drawn table', `| session_id | a |\n|---|---|\n| ${other} | 1 |\n| ${id} | 2 |`, 'session_id'],
    [
      'a link in a drawn table',
      `| session_id | a |\n|---|---|\n| [${id}](https://example.test) | 2 |`,
      'session_id',
    ],
    ['aligned names', `NAME  SESSION-ID\na     ${id}`, 'SESSION-ID'],
    ['aligned names, none of them above the id', `NAME  SESSION-ID\nab     ${id}`, undefined],
    ['an insert', `insert into t (a, session_id) values (1, '${id}')`, 'session_id'],
    [
      'an insert’s later tuple',
      `insert into t (a, session_id) values\n(1, 'it''s (b, c)'),\n(f(2), '${id}')`,
      'session_id',
    ],
    [
      'a function around the value',
      `insert into t (a, session_id) values (now(), to_bin('${id}'))`,
      'session_id',
    ],
    [
      'an insert that has ended',
      `insert into t (a, session_id) values (1, 2);\nselect f(1, '${id}')`,
      undefined,
    ],
    ['an insert without names', `insert into session_id values (1, '${id}')`, undefined],
    ['a call', `session_id(1, '${id}')`, undefined],
  ];
  for (const [name, text, expected] of cases) it(name, () => assert.equal(columnIn(text), expected));

  it('finds a header nearby if the first line is not one', () => {
    assert.equal(columnIn(`$ cat a.csv\na,session_id\n1,${other}\n2,${id}`), 'session_id');
    assert.equal(
      columnIn(`COPY t (a, session_id) FROM stdin;\n1\t${other}\n2\t${id}`, undefined),
      'session_id',
    );
  });

  it('uses a header far above only if it is passed in', () => {
    const rows = `1,${other}\n`.repeat(2000);
    assert.equal(columnIn(`a,session_id\n${rows}2,${id}`), 'session_id');
    assert.equal(columnIn(`a,session_id\n${rows}2,${id}`, 'x'), undefined);
  });

  it('is undefined for a row that begins too far before the id', () => {
    assert.equal(columnIn(`a,session_id\n${'1,'.repeat(3000)}${id}`), undefined);
    assert.equal(columnIn(`a,session_id\n1,"${'x'.repeat(5000)}",${id}`), undefined);
  });
});
