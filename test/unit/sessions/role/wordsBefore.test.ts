import assert from 'node:assert/strict';
import { wordsName } from '../../../../src/sessions/role/wordsBefore.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

describe('wordsName', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['the session ', 'session'],
    ['Veriff session "', 'Veriff session'],
    ['a verification session ', 'verification session'],
    ['*Session* `', 'Session'],
    ['session \u001b[1m', 'session'],
    ['session id is ', 'session id'],
    ['veriff_session_id ', 'veriff_session_id'],
    ['veriff-session-', 'veriff-session'],
    [`sessions ${id} and `, 'session'],
    [`sessions ${id}, ${id}, `, 'session'],
    ['(attempt ', 'attempt'],
    ['end user ', 'end user'],
    ['vendor data ', 'vendor data'],
    ['checkout session ', undefined],
    ['Not the login session ', undefined],
    ['redis session ', undefined],
    ['session-', undefined],
    ['a session (see above) ', undefined],
    ['obsession ', undefined],
    ['session of the demo ', undefined],
    ['session\n', undefined],
    ['user ', undefined],
    ['', undefined],
  ];
  for (const [before, expected] of cases)
    it(JSON.stringify(before), () => assert.equal(wordsName(`${before}${id}`, before.length), expected));
});
