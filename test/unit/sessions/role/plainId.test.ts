import assert from 'node:assert/strict';
import { keyBefore } from '../../../../src/sessions/role/nameBefore.ts';
import {
  namingByType,
  namingByWords,
  namingOfOwner,
  namingOfPlainId,
} from '../../../../src/sessions/role/plainId.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';

describe('namingOfPlainId', () => {
  const cases: readonly (readonly [string, string])[] = [
    [`{"verification":{"id":"${id}"}}`, 'session, sure: the "id" of verification'],
    [`{"id":"${id}","attemptId":1}`, 'session, sure: the "id" beside attemptId'],
    [`{"id" => "${id}", "attemptId" => 1}`, 'session, sure: the "id" beside attemptId'],
    [`['verification' => ['id' => '${id}']]`, 'session, sure: the "id" of verification'],
    [`{"id":"${id}","url":"https://alchemy.veriff.com/v/eyJ"}`, 'session, sure: the "id" beside url'],
    [`{"id":"${id}","url":"https://example.test/v/eyJ"}`, ''],
    [`{"verifications":[{"id":"${id}"}]}`, 'attempt, sure: the "id" of verifications'],
    [`{"attempts":[{"a":1},{"id":"${id}"}]}`, 'attempt, sure: the "id" of attempts'],
    [`{"session":{"id":"${id}"}}`, 'session, weak: the "id" of session'],
    [`{"sessions":[{"id":"${id}"}]}`, 'session, weak: the "id" of sessions'],
    [`{"veriffSession":{"id":"${id}"}}`, 'session, sure: the "id" of veriffSession'],
    [`veriff.Session{ID: "${id}"}`, 'session, sure: the "id" of veriff.Session'],
    [`Attempt(id=${id})`, 'attempt, sure: the "id" of Attempt'],
    [`{"id":"${id}","sessionId":1,"attemptId":2}`, ''],
    [`{"user":{"id":"${id}"}}`, ''],
    [`{"verification":{"person":{"id":"${id}"}}}`, ''],
    [`id=${id}`, ''],
  ];
  for (const [text, expected] of cases)
    it(text.replace(id, '…'), () => {
      const start = text.indexOf(id);
      const key = keyBefore(text, start);
      assert.ok(key !== undefined);
      const naming = namingOfPlainId(text, key, start + id.length);
      const words = naming && `${naming.reading.role}, ${naming.reading.claim}: ${naming.tie} ${naming.name}`;
      assert.equal(words ?? '', expected);
    });
});

describe('the naming of a key', () => {
  const keyIn = (text: string): NonNullable<ReturnType<typeof keyBefore>> => {
    const key = keyBefore(`${text}${id}`, text.length);
    assert.ok(key !== undefined);
    return key;
  };

  it('comes from the words before it', () => {
    for (const [text, name] of [
      ['Session ID: ', 'Session ID'],
      ['the end user id = ', 'end user id'],
    ] as const)
      assert.equal(namingByWords(text, keyIn(text))?.name, name);
    assert.equal(namingByWords('order id: ', keyIn('order id: ')), undefined);
  });

  it('comes from the name before its type', () => {
    const text = 'const sessionId: string = "';
    assert.equal(namingByType(text, keyIn(text))?.name, 'sessionId');
    assert.equal(namingByType('orderId: string = ', keyIn('orderId: string = ')), undefined);
  });

  it('is undefined if the name of its owner gives no role', () => {
    assert.equal(namingOfOwner('user'), undefined);
    assert.equal(namingOfOwner('endUser')?.reading.role, 'endUser');
  });
});
