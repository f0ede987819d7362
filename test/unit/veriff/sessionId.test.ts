import assert from 'node:assert/strict';
import { parseSessionId } from '../../../src/veriff/sessionId.ts';

describe('parseSessionId', () => {
  const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

  for (const accepted of [id, id.toUpperCase(), `  ${id}\r\n`, 'AEA9ba6d-1b47-47fc-a4fc-f72b6d3584A7']) {
    it(`reads ${JSON.stringify(accepted)}`, () => assert.equal(parseSessionId(accepted), id));
  }

  it('accepts a UUID that is not version 4, as in the documentation', () => {
    assert.equal(
      parseSessionId('123e4567-e89b-12d3-a456-426614174000'),
      '123e4567-e89b-12d3-a456-426614174000',
    );
  });

  for (const refused of [
    '',
    'aea9ba6d',
    `${id}0`,
    `x${id}`,
    `{${id}}`,
    id.replaceAll('-', ''),
    `${id}\n${id}`,
    `${id}/../x`,
  ]) {
    it(`refuses ${JSON.stringify(refused)}`, () => assert.equal(parseSessionId(refused), undefined));
  }
});
