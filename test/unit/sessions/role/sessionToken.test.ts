import assert from 'node:assert/strict';
import { findSessionIds } from '../../../../src/sessions/scan/findSessionIds.ts';
import {
  readSessionToken,
  sessionUrlBefore,
  tokenLengthLimit,
} from '../../../../src/sessions/role/sessionToken.ts';

const id = 'aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7';
const integration = '123e4567-e89b-12d3-a456-426614174000';
const header = base64url('{"alg":"HS256","typ":"JWT"}');
const signature = 'bWFkZS11cC1zaWduYXR1cmUtb2YtdGhpcy10ZXN0';
const token = jwt(JSON.stringify({ iat: 1_689_841_106, session_id: id, iid: integration }));
const foreign = jwt(JSON.stringify({ sub: 'someone', session_id: id }));

describe('session URLs and tokens', () => {
  const whole: readonly string[] = [
    `https://alchemy.veriff.com/v/${token}`,
    `https://magic.veriff.me/v/${token}`,
    `https://veriff.com/v/${token}`,
    `https://a.b-c.veriff.me:8443/v/${token}`,
    `HTTPS://Alchemy.Veriff.com/v/${token}`,
    `https:\\/\\/alchemy.veriff.com\\/v\\/${token}`,
    `https%3A%2F%2Falchemy.veriff.com%2Fv%2F${token}`,
    `https://alchemy.veriff.com/v/${foreign}`,
    `https://alchemy.veriff.com/v/${jwt(`{"session_id":"${id.toUpperCase()}"}`)}`,
    token,
  ];
  for (const held of whole) {
    it(`reads ${held.replace(/eyJ.*/, '<token>')}`, () => {
      const text = `see "${held}"?lang=en`;
      const [found, ...more] = findSessionIds(text);
      assert.equal(more.length, 0);
      assert.deepEqual(
        { ...found },
        {
          id,
          start: 5,
          end: 5 + held.length,
          role: 'session',
          reason: 'read from a session URL or token',
          form: 'sessionUrl',
        },
      );
    });
  }

  it('reads only the token after a host that is not Veriff’s', () => {
    for (const url of [
      'https://alchemy.veriff.com.example.test/v/',
      'https://evilveriff.com/v/',
      'https://veriff.com@example.test/v/',
      'https://alchemy.veriff.com/x/',
      'ftp://alchemy.veriff.com/v/',
    ]) {
      const [found] = findSessionIds(url + foreign);
      assert.equal(found?.start, url.length, url);
      assert.equal(found.role, 'unknown', url);
      assert.equal(found.reason, '', url);
    }
  });

  it('gives a token of another service the role unknown, unless its key is sessionToken', () => {
    assert.equal(findSessionIds(`Authorization: Bearer ${foreign}`)[0]?.role, 'unknown');
    assert.equal(findSessionIds(`{"sessionToken": "${foreign}"}`)[0]?.role, 'session');
    assert.equal(findSessionIds(`{"accessToken": "${foreign}"}`)[0]?.role, 'unknown');
  });

  it('gives a UUID in place of the token the role session', () => {
    const text = `https://magic.veriff.me/v/${id}`;
    assert.deepEqual(
      findSessionIds(text).map(({ start, end, role, form }) => [start, end, role, form]),
      [[26, 62, 'session', 'uuid']],
    );
  });

  it('finds no UUID inside a token', () => {
    const text = `${header}.${base64url(JSON.stringify({ session_id: id }))}.x_${integration}_`;
    assert.deepEqual(
      findSessionIds(text).map(({ start, end }) => [start, end]),
      [[0, text.length]],
    );
  });

  it('leaves the token out of its result', () => {
    for (const text of [`x https://alchemy.veriff.com/v/${token} y`, `{"sessionToken":"${foreign}"}`]) {
      const told = JSON.stringify(findSessionIds(text));
      assert.match(told, new RegExp(id));
      for (const secret of [signature, header, integration, 'eyJ', 'someone'])
        assert.equal(told.includes(secret), false);
    }
  });

  it('finds a UUID in the host name and the token after it without overlap', () => {
    const text = `https://${integration}.veriff.com/v/${token}`;
    const [first, second] = findSessionIds(text);
    assert.deepEqual([first?.id, second?.id], [integration, id]);
    assert.ok(first !== undefined && second !== undefined && first.end <= second.start);
  });

  const payload = base64url(JSON.stringify({ session_id: id }));
  const filler = 'x'.repeat(120);
  const broken: Readonly<Record<string, string>> = {
    'no signature': `${header}.${payload}`,
    'an empty signature': `${header}.${payload}.`,
    'no payload': `${header}..${signature}`,
    'one part': header,
    'a payload that is cut off': `${header}.${payload.slice(0, -6)}.${signature}`,
    'a payload that is not JSON': jwt(`session_id ${id} ${filler}`),
    'a payload that is null': jwt(`null${' '.repeat(100)}`),
    'a payload that is a list': jwt(`["session_id","${id}","${filler}"]`),
    'a payload that is a string': jwt(`"session_id ${id} ${filler}"`),
    'no session_id': jwt(JSON.stringify({ sessionId: id, filler })),
    'a session_id that is a number': jwt(JSON.stringify({ session_id: 7, filler })),
    'a session_id that is null': jwt(JSON.stringify({ session_id: null, filler })),
    'a session_id in an object': jwt(JSON.stringify({ session_id: { id }, filler })),
    'a session_id that is not a UUID': jwt(JSON.stringify({ session_id: `${id}0`, filler })),
    'a session_id in an inner object': jwt(JSON.stringify({ data: { session_id: id } })),
    'bytes that are not UTF-8': `${header}.${Buffer.alloc(90, 0xff).toString('base64url')}.${signature}`,
    'padding inside': `${header}.${payload.slice(0, 20)}==${payload.slice(20)}.${signature}`,
    'a letter before it': `x${token}`,
    'more than 8 kB': jwt(JSON.stringify({ session_id: id, filler: 'x'.repeat(tokenLengthLimit) })),
    'a signature of more than 8 kB': `${header}.${payload}.${'s'.repeat(tokenLengthLimit)}`,
    'a header of more than 8 kB': `${header}${'h'.repeat(tokenLengthLimit)}.${payload}.${signature}`,
  };
  for (const [name, text] of Object.entries(broken)) {
    it(`finds nothing and does not throw: ${name}`, () => {
      assert.deepEqual(findSessionIds(`https://alchemy.veriff.com/v/${text}`), []);
      assert.deepEqual(findSessionIds(` ${text} `), []);
    });
  }

  it('reads a token of exactly 8 kB, but not a longer one', () => {
    const rest = tokenLengthLimit - header.length - payload.length - 2;
    const fits = `${header}.${payload}.${'s'.repeat(rest)}`;
    assert.equal(fits.length, tokenLengthLimit);
    assert.equal(findSessionIds(fits).length, 1);
    assert.equal(findSessionIds(`${fits}s`).length, 0);
  });

  it('continues after a malformed token', () => {
    assert.deepEqual(
      findSessionIds(`${header}.${header}.x ${id} ${header} ${token}`).map(({ form }) => form),
      ['uuid', 'sessionUrl'],
    );
  });
});

describe('readSessionToken', () => {
  it('returns how far it has read, so that nothing is read twice', () => {
    assert.deepEqual(readSessionToken('eyJabc def', 0), { examinedTo: 6 });
    assert.equal(readSessionToken('eyJ'.repeat(10_000), 0).examinedTo, tokenLengthLimit + 1);
  });
});

describe('sessionUrlBefore', () => {
  it('is empty if the text before the offset is something else', () => {
    assert.equal(sessionUrlBefore('', 0), '');
    assert.equal(sessionUrlBefore('/v/', 3), '');
    assert.equal(sessionUrlBefore('https://veriff.com/v/', 20), '');
    assert.equal(sessionUrlBefore('https://veriff.com/v/', 21), 'https://veriff.com/v/');
  });
});

function jwt(payload: string): string {
  return `${header}.${base64url(payload)}.${signature}`;
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
