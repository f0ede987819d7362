import assert from 'node:assert/strict';
import {
  foldName,
  isForeignName,
  isSessionIdName,
  roleOfListName,
  roleOfName,
} from '../../../../src/sessions/role/roleOfName.ts';

describe('roleOfName', () => {
  const cases: readonly (readonly [string, string])[] = [
    [
      'session sure',
      'veriffSessionId VERIFF_SESSION_ID veriff-session-uuid TEST_VERIFF_SESSION_ID veriffSession',
    ],
    [
      'session usual',
      'sessionId session_id SESSION-ID SessionID x-session-id Session·ID sessionUuid sessionGuid',
    ],
    [
      'session usual',
      'verificationId verification_session_id sessionId2 SESSION_ID_12 sessionIdA E2E_SESSION_ID',
    ],
    ['session usual', 'APPROVED_SESSION_ID otherSessionId expectedSessionId kyc_session_id data-session-id'],
    ['session weak', 'session SESSION verification the_session kycSession __sessionId'],
    ['attempt sure', 'attemptId attempt_id lastAttemptId ATTEMPT_UUID attempt veriffAttemptId attemptId3'],
    ['endUser sure', 'endUserId end_user_id END-USER-ID EndUser'],
    ['vendorData sure', 'vendorData vendor_data VENDOR-DATA vendorDataId'],
    [
      'none',
      'checkoutSessionId stripe_session_id sessionIdHash sessionKey sessionToken JSESSIONID PHPSESSID id',
    ],
    [
      'none',
      'userSessionId parentSessionId obsessionId sessions sessionIds emailVerificationId verificationCode',
    ],
    ['none', 'attemptsLeft attempt_at endUsers vendor user_id requestId traceId latestsSessionId verifiedId'],
  ];
  for (const [expected, names] of cases)
    for (const name of names.split(' ').map((each) => each.replace('·', ' ')))
      it(`${name}: ${expected}`, () => {
        const reading = roleOfName(name);
        assert.equal(reading === undefined ? 'none' : `${reading.role} ${reading.claim}`, expected);
      });

  it('does not take long for a name of many neutral words', () => {
    const name = 'testmyoldx'.repeat(6);
    assert.equal(roleOfName(`${name}session`), undefined);
  });
});

describe('roleOfListName', () => {
  for (const [name, role, claim] of [
    ['sessionIds', 'session', 'usual'],
    ['session_ids', 'session', 'usual'],
    ['veriffSessions', 'session', 'sure'],
    ['SESSIONS', 'session', 'weak'],
    ['deletedSessionIds', 'session', 'usual'],
    ['sessionIdList', 'session', 'usual'],
    ['attemptIds', 'attempt', 'sure'],
    ['endUserIds', 'endUser', 'sure'],
  ] as const)
    it(name, () => assert.deepEqual(roleOfListName(name), { role, claim }));

  for (const name of ['sessionId', 'checkoutSessionIds', 'userIds', 's', '', 'obsessions'])
    it(`gives no role: ${name}`, () => assert.equal(roleOfListName(name), undefined));
});

describe('names of sessions and of what has sessions', () => {
  it('are recognised as that of a session id in any spelling', () => {
    for (const name of ['sessionId', 'veriff_session_id', 'VerificationID'])
      assert.equal(isSessionIdName(name), true, name);
    for (const name of ['session', 'attemptId', 'cartSessionId'])
      assert.equal(isSessionIdName(name), false, name);
  });

  it('are foreign if they are those of another service', () => {
    for (const name of ['checkout', 'stripeCheckout', 'web_socket', 'auth', 'BROWSER', 'ssh'])
      assert.equal(isForeignName(name), true, name);
    for (const name of ['veriff', 'kyc', 'the', 'decision', ''])
      assert.equal(isForeignName(name), false, name);
  });

  it('are folded to the same text in every spelling', () => {
    assert.equal(foldName('Veriff_Session-Id'), 'veriffsessionid');
    assert.equal(foldName('$veriff.Session ID'), 'veriffsessionid');
  });
});
