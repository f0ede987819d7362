import assert from 'node:assert/strict';
import {
  isStrangers,
  isVeriffNear,
  namesStranger,
  namesVeriff,
} from '../../../../src/sessions/role/veriffNear.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

function around<T>(judge: (text: string, start: number, end: number) => T, before: string, behind = ''): T {
  return judge(`${before}${id}${behind}`, before.length, before.length + id.length);
}

describe('isVeriffNear', () => {
  it('is true near Veriff’s name and the names that only its payloads have', () => {
    for (const word of [
      'Veriff',
      'myKycCheck',
      'attemptId',
      'vendor_data',
      'end-user',
      'identity verification',
    ])
      for (const [before, behind] of [
        [`${word} and\n`, ''],
        ['', `\n and ${word}`],
      ] as const)
        assert.equal(around(isVeriffNear, before, behind), true, word);
    assert.equal(around(isVeriffNear, '', ` (attempt ${id})`), true);
  });

  it('is false near other words, and if the name is more than 400 units away', () => {
    assert.equal(around(isVeriffNear, 'verified, attempted by the user: '), false);
    assert.equal(around(isVeriffNear, `veriff${' '.repeat(390)}`), true);
    assert.equal(around(isVeriffNear, `veriff${' '.repeat(400)}`), false);
    assert.equal(around(isVeriffNear, '', `${' '.repeat(400)}veriff`), false);
  });
});

describe('isStrangers', () => {
  it('is true if another service with sessions is named on the same line', () => {
    for (const word of ['checkout', 'login', 'sign-in', 'chat', '"role":"user"', 'browser', 'onfido'])
      assert.equal(around(isStrangers, `${word} x=`), true, word);
    assert.equal(around(isStrangers, 'x=', ' checkout'), true);
  });

  it('does not read other lines unless they belong to the same object', () => {
    assert.equal(around(isStrangers, 'checkout\nx='), false);
    assert.equal(around(isStrangers, 'x=', '\ncheckout'), false);
    assert.equal(around(isStrangers, '{ "prompt": 1,\n  "x": "'), true);
    assert.equal(around(isStrangers, '  "x": "', '",\n  "prompt": 1'), true);
  });

  it('is false if Veriff is named on the same line as well', () => {
    assert.equal(around(isStrangers, 'checkout of veriff x='), false);
    assert.equal(around(isStrangers, 'veriff\ncheckout x='), true);
  });

  it('is false for ordinary words', () => {
    for (const word of ['catalog in', 'cartoon'.slice(2), 'design on', 'logs', 'debug', 'Mozilla/5.0'])
      assert.equal(around(isStrangers, `${word} x=`), false, word);
  });
});

describe('a table’s header', () => {
  it('is recognised if it names something of Veriff’s or of another service', () => {
    assert.equal(namesVeriff('provider,session,attempt'), true);
    assert.equal(namesVeriff('id,session,user'), false);
    assert.equal(namesStranger('insert into user_logins (id, session_id)'), true);
    assert.equal(namesStranger('id,session_id,created'), false);
  });
});
