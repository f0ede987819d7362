import assert from 'node:assert/strict';
import { listName } from '../../../../src/sessions/role/listAround.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const other = '123e4567-e89b-12d3-a456-426614174000';

const nameIn = (text: string): string | undefined => listName(text, text.lastIndexOf(id));

describe('listName', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    [`{"names": ["${id}"`, 'names'],
    [`{"names": [\n  "${other}",\n  "${other}",\n  "${id}"`, 'names'],
    [`{\\"names\\":[\\"${other}\\",\\"${id}\\"`, 'names'],
    [`const names: readonly string[] = ['${id}'`, 'names'],
    [`const names = new Set(["${other}", "${id}"`, 'names'],
    [`names = ('${other}', '${id}'`, 'names'],
    [`NAMES = %w[${other} ${id}`, 'NAMES'],
    [`names => ['${id}'`, 'names'],
    [`WHERE name IN ('${other}', '${id}'`, 'name'],
    [`names <- c("${other}", "${id}"`, undefined],
    [`names:\n  - ${other}\n  - ${id}`, 'names'],
    [`names:\n# of old\n  - "${other}" # one\n\n  - "${id}"`, 'names'],
    [`names: x\n  - ${id}`, undefined],
    [`names:\n  a: 1\n  - ${id}`, undefined],
    [`["${other}", 1, "${id}"`, undefined],
    [`names = ["x", "${id}"`, undefined],
    [`"names": "${id}"`, undefined],
    [id, undefined],
    [`names = [${`"${other}", `.repeat(100)}"${id}"`, undefined],
  ];
  for (const [text, expected] of cases)
    it(JSON.stringify(text).slice(0, 90), () => assert.equal(nameIn(text), expected));
});
