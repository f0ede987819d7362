import assert from 'node:assert/strict';
import { findSessionIds, type IdRole } from '../../../../src/sessions/scan/findSessionIds.ts';
import { headerLine, roleOfUuid } from '../../../../src/sessions/role/role.ts';

const A = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const B = '123e4567-e89b-12d3-a456-426614174000';
const C = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const D = 'DEADBEEF-0000-4000-8000-00000000CAFE';

describe('the role of an id', () => {
  const decisionWebhook = {
    status: 'success',
    verification: {
      id: A,
      attemptId: B,
      endUserId: C,
      vendorData: D,
      code: 9001,
      person: { firstName: 'Ada {"', idNumber: null },
      document: { id: B, country: 'EE' },
    },
  };
  const eventWebhook = { id: A, attemptId: B, feature: 'selfid', code: 7001, vendorData: C, endUserId: D };
  const idLast = {
    verification: {
      person: { note: 'it\'s "quoted" } ] \\', list: [1, [2]] },
      data: 'x'.repeat(900),
      id: A,
    },
  };

  check('a decision webhook', JSON.stringify(decisionWebhook), 'session attempt endUser vendorData unknown');
  check(
    'the same, pretty',
    JSON.stringify(decisionWebhook, null, 2),
    'session attempt endUser vendorData unknown',
  );
  check(
    'the same as a string in JSON, as logs have it',
    JSON.stringify({ level: 'info', body: JSON.stringify(decisionWebhook) }),
    'session attempt endUser vendorData unknown',
  );
  check(
    'the same as a string in a string in JSON',
    JSON.stringify({ line: JSON.stringify({ body: JSON.stringify(decisionWebhook) }) }),
    'session attempt endUser vendorData unknown',
  );
  check('an event webhook', JSON.stringify(eventWebhook), 'session attempt vendorData endUser');
  check('an event webhook, attempt first', `{"attemptId":"${B}","id":"${A}"}`, 'attempt session');
  check('the id at the end of a long object', JSON.stringify(idLast, null, '\t'), 'session');
  check(
    'a session that was created',
    `{"status":"success","verification":{"id":"${A}","url":"https://alchemy.veriff.com/v/x","vendorData":"${B}"}}`,
    'session vendorData',
  );
  check('the response to a deletion', `{ "status": "success", "verification": { "id": "${A}" } }`, 'session');
  check(
    'the list of attempts',
    `{"status":"success","verifications":[{"id":"${A}","status":"approved"},{"id":"${B}","status":"x"}]}`,
    'attempt attempt',
  );
  check('an id of something else', `{"person":{"id":"${A}"},"id":"${B}"}`, 'unknown unknown');
  check('an attemptId in another object', `{"a":{"attemptId":"${A}"},"b":{"id":"${B}"}}`, 'attempt unknown');
  check('an attemptId in an inner object', `{"id":"${A}","inner":{"attemptId":"${B}"}}`, 'unknown attempt');
  check('an attemptId in an outer object', `{"attemptId":"${B}","inner":{"id":"${A}"}}`, 'attempt unknown');
  check('attemptId as a value', `{"id":"${A}","kind":"attemptId","more":"attemptId"}`, 'unknown');
  check(
    'a record that has a sessionId as well',
    `{"id":"${A}","sessionId":"${B}","attemptId":"${C}"}`,
    'unknown session attempt',
  );
  check('an _id beside attemptId', `{"_id":"${A}","attemptId":"${B}"}`, 'unknown attempt');
  check('verification two levels up', `{"verification":{"document":{"id":"${A}"}}}`, 'unknown');
  check('verification as a value', `{"type":"verification","id":"${A}"}`, 'unknown');
  check('a verification object that ends before', `{"verification":{},"id":"${A}"}`, 'unknown');
  check('words at the start of a string', `{"verification":{"note":"id: ${A}"}}`, 'unknown');
  check('verification too far away', `{"verification":{"x":"${'x'.repeat(3000)}","id":"${A}"}}`, 'unknown');
  check(
    'malformed JSON, cut off at the left',
    `code":1},"verification":{"id":"${A}","attemptId":"${B}`,
    'session attempt',
  );
  check('malformed JSON, without a bracket', `"id":"${A}","attemptId":"${B}"`, 'unknown attempt');
  check('ids in a list', `["${A}", "${B}"]`, 'unknown unknown');

  for (const key of ['sessionId', 'session_id', 'SESSION_ID', 'session-id', 'SessionID', 'x-session-id'])
    check(`JSON, ${key}`, `{"${key}": "${A}"}`, 'session');
  for (const key of [
    'verificationId',
    'verification_id',
    'veriffSessionId',
    'VERIFF_SESSION_ID',
    'sessionUuid',
  ])
    check(`JSON, ${key}`, `{"${key}":"${A}"}`, 'session');
  for (const key of [
    'checkoutSessionId',
    'sessionIdHash',
    'sessionIds',
    'session',
    'userId',
    'id2',
    'obsessionId',
  ])
    check(`JSON, ${key}`, `{"${key}":"${A}"}`, 'unknown');
  for (const key of ['attemptId', 'attempt_id', 'lastAttemptId']) check(key, `${key}=${A}`, 'attempt');
  for (const key of ['endUserId', 'end_user_id', 'END-USER-ID']) check(key, `${key}=${A}`, 'endUser');
  for (const key of ['vendorData', 'vendor_data', 'VENDORDATA']) check(key, `${key}: ${A}`, 'vendorData');

  check(
    'a log of key=value',
    `t=1 sessionId=${A} attemptId=${B} user=${C} vendor_data="${D}"`,
    'session attempt unknown vendorData',
  );
  check('a log of key: value', `INFO: session_id: ${A}, attempt_id: ${B}`, 'session attempt');
  check(
    'a log with names in words',
    `Session ID: ${A} / Attempt ID: ${B} / end user id = ${C}`,
    'session attempt endUser',
  );
  check('a log with two words for a key', `vendor data: ${A}; other data: ${B}`, 'vendorData unknown');
  check('an empty value before', `sessionId=,attemptId=${A}`, 'attempt');
  check(
    'an escaped newline before the key',
    `"msg":"done\\nsessionId=${A}\\nattemptId=${B}"`,
    'session attempt',
  );
  check('prose', `The session ${A} was deleted, sessionId and all: see ${B}`, 'unknown unknown');
  check('CSV rows', `sessionId,attemptId\n${A},${B}\n"${C}";"${D}"`, 'session attempt unknown unknown');

  check('a path', `/v1/sessions/${A}/media/${B}`, 'session unknown');
  check(
    'curl',
    `curl -X DELETE 'https://api.example.test/v1/sessions/${A}' -H 'X-AUTH-CLIENT: ${B}'`,
    'session unknown',
  );
  check('the path of an attempt', `GET https://api.example.test/v1/attempts/${A}/media`, 'attempt');
  check(
    'other paths',
    `/v2/sessions/${A} /sessions/${B} /v1/sessionsx/${C} /v1/validate/${D}`,
    'unknown unknown unknown unknown',
  );
  check('a query', `https://example.test/x?sessionId=${A}&attempt_id=${B}#${C}`, 'session attempt unknown');
  check(
    'a query inside a query',
    `?next=https%3A%2F%2Fexample.test%2Fv1%2Fsessions%2F${A}%3FattemptId%3D${B}%26session_id%3D${C}`,
    'session attempt session',
  );
  check('JSON in a query', `?q=%7B%22sessionId%22%3A%22${A}%22%7D`, 'session');
  check(
    'an .http file',
    `@sessionId = ${A}\n\nDELETE {{base}}/v1/sessions/${B}\nX-AUTH-CLIENT: ${C}\n`,
    'session session unknown',
  );
  check('flags', `veriff delete --session-id ${A} --attempt-id=${B} --force ${C}`, 'session attempt unknown');
  check('.env', `VERIFF_SESSION_ID=${A}\nVERIFF_API_KEY=${B}\n`, 'session unknown');

  check('TypeScript, a variable', `const sessionId = '${A}';\nlet id = "${B}";`, 'session unknown');
  check(
    'TypeScript, with a type',
    `const sessionId: string = '${A}', attemptId?: Uuid | undefined = \`${B}\`;`,
    'session attempt',
  );
  check(
    'TypeScript, an object',
    `expect({ verification: { id: '${A}', attemptId: '${B}' } })`,
    'session attempt',
  );
  check('TypeScript, an apostrophe in a comment', `{ verification: { // don't\n id: '${A}' } }`, 'session');
  check(
    'TypeScript, members',
    `a.verification.id = '${A}'; b?.attempt?.id = '${B}'; user.id = '${C}'`,
    'session attempt unknown',
  );
  check(
    'TypeScript, a call',
    `deleteSession('${A}'); const sessionId = parseSessionId("${B}")`,
    'unknown session',
  );
  check(
    'TypeScript, a comparison',
    `if (row.sessionId === '${A}' || row.attemptId !== '${B}')`,
    'session attempt',
  );
  check(
    'Python',
    `session_id = uuid.UUID("${A}")\nrow["attempt_id"] = "${B}"\nf(vendor_data='${C}')`,
    'session attempt vendorData',
  );
  check('Python, a dict', `{'verification': {'id': '${A}'}, 'x': {'id': '${B}'}}`, 'session unknown');
  check('C#', `Guid sessionId = new Guid("${A}");`, 'session');
  check('Go', `sessionID := "${A}"`, 'session');
  check('PHP', `['sessionId' => '${A}']; $data['verification']['id'] = '${B}';`, 'session session');
  check('SQL', `SELECT 1 WHERE session_id = '${A}' AND attempt_id IN ('${B}')`, 'session attempt');
  check(
    'Postman, a variable',
    `{"key": "sessionId", "value": "${A}"},\n{"key":"attemptId","type":"string","value":"${B}"}`,
    'session attempt',
  );
  check('Postman, something else', `{"key":"userId","value":"${A}"},{"value":"${B}"}`, 'unknown unknown');
  check('Postman, a path', `{"path":["v1","sessions","${A}","decision"]}`, 'session');

  check('YAML', `sessionId: ${A}\nattemptId: "${B}"\nvendorData: '${C}'\n`, 'session attempt vendorData');
  check(
    'YAML, nested',
    `body:\n  verification:\n    id: ${A}\n    person:\n      id: ${B}\n`,
    'session unknown',
  );
  check(
    'YAML, after deeper keys',
    `verification:\n  person:\n    name: x\n\n  # note\n  id: ${A}\n`,
    'session',
  );
  check('YAML, another key before', `verification:\n  code: 1\nother:\n  id: ${A}\n`, 'unknown');
  check('YAML, a value above', `verification: done\n  id: ${A}\n`, 'unknown');
  check(
    'YAML, a list of attempts',
    `verifications:\n  - id: ${A}\n    status: x\n  - id: ${B}\n`,
    'attempt attempt',
  );
  check(
    'YAML, a list not indented',
    `verifications:\n- id: ${A}\n- status: x\n  id: ${B}\n`,
    'attempt attempt',
  );
  check('YAML, beside attemptId', `- id: ${A}\n  attemptId: ${B}\n- id: ${C}\n`, 'session attempt unknown');
  check('YAML, another document', `verification:\n---\n  id: ${A}\n`, 'unknown');
  check('YAML, CRLF', `verification:\r\n  id: ${A}\r\n  attemptId: ${B}\r\n`, 'session attempt');

  it('has a reason in words', () => {
    const reasons = (text: string): string[] => findSessionIds(text).map(({ reason }) => reason);
    assert.deepEqual(reasons(`{"attemptId":"${A}"}`), ['the value of "attemptId"']);
    assert.deepEqual(reasons(`{"verification":{"id":"${A}"}}`), ['the "id" of "verification"']);
    assert.deepEqual(reasons(`{"id":"${A}","attemptId":7}`), ['the "id" beside "attemptId"']);
    assert.deepEqual(reasons(`/v1/sessions/${A}`), ['part of a path /v1/sessions/']);
    assert.deepEqual(reasons(`{"verification":{"id":"${A}","attemptId":7}}`), ['the "id" of "verification"']);
    assert.deepEqual(reasons(`--attempt-id=${A}`), ['the value of "attempt-id"']);
    assert.deepEqual(reasons(`--session-id ${A}`), ['the value of "session-id"']);
    assert.deepEqual(reasons(`https://magic.veriff.me/v/${A}`), ['part of a session URL']);
    assert.deepEqual(reasons(`Session ID: ${A}`), ['the value of "Session ID"']);
    assert.deepEqual(reasons(A), ['']);
  });

  it('is read separately for each occurrence of the same id', () => {
    assert.deepEqual(rolesIn(`vendorData: ${A}\nsessionId: ${A}`), ['vendorData', 'session']);
  });
});

describe('an id that is equal to a stored key', () => {
  const isCredential = (id: string): boolean => id === A;

  it('is a credential in any text and any spelling, and the reason does not show it', () => {
    const token = ['{"alg":"HS256"}', `{"session_id":"${A}","iid":1}`].map((part) =>
      Buffer.from(part).toString('base64url'),
    );
    for (const text of [
      `{"sessionId":"${A}"}`,
      `/v1/sessions/${A.toUpperCase()}/decision`,
      `session_id,b\n${A},1`,
      `https://alchemy.veriff.com/v/${A}`,
      `https://alchemy.veriff.com/v/${token.join('.')}.c2ln`,
      A,
    ])
      assert.deepEqual(
        findSessionIds(text, { isCredential }).map(({ role, reason }) => [role, reason]),
        [['credential', 'equal to a stored API key or secret']],
        text,
      );
    assert.deepEqual(
      findSessionIds(`{"sessionId":"${B}"}`, { isCredential }).map(({ role }) => role),
      ['session'],
    );
  });

  it('is not shown in a reason if it is part of a name', () => {
    for (const name of [`${A}-attemptId`, `x${A}_attempt_id`, `${A}${A}-end-user`.slice(-58)])
      for (const { reason } of findSessionIds(`"${name}": "${B}"`, { isCredential }))
        assert.doesNotMatch(reason, /[\da-f]{8}-|[\da-f]{12}/);
  });
});

describe('the header of a table', () => {
  const far = `a,session_id\n${`1,${B}\n`.repeat(1000)}2,${A}`;

  it('is the text’s first line', () => {
    assert.equal(rolesIn(far).at(-1), 'session');
    assert.equal(headerLine(far), 'a,session_id');
    for (const end of ['\n', '\r\n', '\r']) assert.equal(headerLine(`a,b${end}c`), 'a,b');
    assert.equal(headerLine(''), '');
    assert.equal(headerLine('x'.repeat(4097)), undefined);
  });

  it('can be passed by the caller', () => {
    const text = far.slice(-3000);
    const start = text.length - A.length;
    assert.equal(roleOfUuid(text, start, text.length).role, 'unknown');
    assert.deepEqual(roleOfUuid(text, start, text.length, { header: 'a,session_id' }), {
      role: 'session',
      reason: 'in the column "session_id"',
    });
    assert.equal(roleOfUuid(text, start, text.length, { header: 'a,checkout_session_id' }).role, 'unknown');
  });
});

describe('the cost of a role', () => {
  const fills = [
    'a',
    ' ',
    '"',
    '""',
    '\\',
    '{',
    '[',
    '(',
    ',',
    '-',
    ':',
    '=',
    '|',
    '<a ',
    '&quot;',
    'f(',
    "'",
    '\n',
    '- ',
    '1,',
  ];
  const units = [
    'session ',
    'sessionId=',
    '"id":"',
    'name: x ',
    'insert into t (',
    'veriff',
    `${B}\n`,
    `"${B}",`,
    'testmyold',
  ];
  const leads = [
    '',
    ' ',
    '"',
    ', ',
    "('",
    ': "',
    '"id": "',
    'sessionId: "',
    'session ',
    '\n- ',
    '| ',
    'x"":""',
    'value: ',
    '<b>',
  ];

  for (const unit of [...fills, ...units])
    it(`does not grow with the length of a text that repeats ${JSON.stringify(unit)}`, () => {
      const near = unit.repeat(Math.ceil(5_000 / unit.length));
      const far = unit.repeat(Math.ceil(500_000 / unit.length));
      // With a hundred times the text, bounded reading costs the same, and reading all of it a hundred times as much.
      const growth = (): number =>
        spentMs(far, leads) / Math.max(0.2, Math.min(spentMs(near, leads), spentMs(near, leads)));
      const ratios = [growth()];
      while (ratios.length < 6 && Math.min(...ratios) >= 8) ratios.push(growth());
      assert.ok(Math.min(...ratios) < 8, `took ${ratios.join(', ')} times as long`);
    });
});

function spentMs(around: string, leads: readonly string[]): number {
  const texts = leads.map((lead) => ({
    text: `${around}${lead}${A}"${around}`,
    start: around.length + lead.length,
  }));
  // V8 copies a concatenated string into one piece when it is first read, which must not be part of the measurement.
  for (const { text } of texts) text.codePointAt(0);
  const before = process.cpuUsage();
  for (let round = 0; round < 5; round += 1)
    for (const { text, start } of texts)
      roleOfUuid(text, start, start + A.length, { header: 'a,session_id' });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** One case: the roles of all ids in the text, in order. */
function check(name: string, text: string, expected: string): void {
  it(name, () => assert.equal(rolesIn(text).join(' '), expected));
}

function rolesIn(text: string): IdRole[] {
  return findSessionIds(text).map(({ role }) => role);
}
