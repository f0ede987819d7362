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
  it('sees Veriff’s name, and the names that only its payloads have', () => {
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

  it('sees nothing in other words, nor far away', () => {
    assert.equal(around(isVeriffNear, 'verified, attempted by the user: '), false);
    assert.equal(around(isVeriffNear, `veriff${' '.repeat(390)}`), true);
    assert.equal(around(isVeriffNear, `veriff${' '.repeat(400)}`), false);
    assert.equal(around(isVeriffNear, '', `${' '.repeat(400)}veriff`), false);
  });
});

describe('isStrangers', () => {
  it('sees on the same line what has sessions of its own', () => {
    for (const word of ['checkout', 'login', 'sign-in', 'chat', '"role":"user"', 'browser', 'onfido'])
      assert.equal(around(isStrangers, `${word} x=`), true, word);
    assert.equal(around(isStrangers, 'x=', ' checkout'), true);
  });

  it('leaves to the other lines what they speak of, but for those of one object', () => {
    assert.equal(around(isStrangers, 'checkout\nx='), false);
    assert.equal(around(isStrangers, 'x=', '\ncheckout'), false);
    assert.equal(around(isStrangers, '{ "prompt": 1,\n  "x": "'), true);
    assert.equal(around(isStrangers, '  "x": "', '",\n  "prompt": 1'), true);
  });

  it('believes Veriff’s name beside it', () => {
    assert.equal(around(isStrangers, 'checkout of veriff x='), false);
    assert.equal(around(isStrangers, 'veriff\ncheckout x='), true);
  });

  it('sees none in plain words', () => {
    for (const word of ['catalog in', 'cartoon'.slice(2), 'design on', 'logs', 'debug', 'Mozilla/5.0'])
      assert.equal(around(isStrangers, `${word} x=`), false, word);
  });
});

describe('a table’s header', () => {
  it('names Veriff’s things or a stranger’s', () => {
    assert.equal(namesVeriff('provider,session,attempt'), true);
    assert.equal(namesVeriff('id,session,user'), false);
    assert.equal(namesStranger('insert into user_logins (id, session_id)'), true);
    assert.equal(namesStranger('id,session_id,created'), false);
  });
});
