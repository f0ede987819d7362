import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isLoopback, parseBaseUrl } from '../../../src/veriff/credentials.ts';

const seed = Number(process.env['FAST_CHECK_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

describe('parseBaseUrl', () => {
  before(() => console.log(`    FAST_CHECK_SEED=${seed}`));

  const accepted: [text: string, baseUrl: string][] = [
    ['https://stationapi.veriff.com', 'https://stationapi.veriff.com'],
    ['  https://stationapi.veriff.com\n', 'https://stationapi.veriff.com'],
    ['HTTPS://StationAPI.Veriff.com/', 'https://stationapi.veriff.com'],
    ['https://host.example/v1', 'https://host.example'],
    ['https://host.example/v1/', 'https://host.example'],
    ['https://host.example/v1///', 'https://host.example'],
    ['https://host.example/v1/v1', 'https://host.example'],
    ['https://host.example/v10', 'https://host.example/v10'],
    ['https://host.example/xv1', 'https://host.example/xv1'],
    ['https://host.example/V1', 'https://host.example/V1'],
    ['https://host.example/veriff/v1', 'https://host.example/veriff'],
    ['https://host.example/a-b_c.d~e/f', 'https://host.example/a-b_c.d~e/f'],
    ['https://host.example:443/', 'https://host.example'],
    ['https://host.example:8443/v1', 'https://host.example:8443'],
    ['https://xn--d1acufc.example', 'https://xn--d1acufc.example'],
    ['http://localhost:3000', 'http://localhost:3000'],
    ['HTTP://127.0.0.1:3000/', 'http://127.0.0.1:3000'],
    ['http://127.1', 'http://127.0.0.1'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://[2001:db8::1]/v1', 'https://[2001:db8::1]'],
  ];
  for (const [text, baseUrl] of accepted)
    it(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(parseBaseUrl(text), { baseUrl }));

  const refused: [text: string, problem: RegExp][] = [
    ['', /not a URL/],
    ['stationapi.veriff.com', /not a URL/],
    ['https://', /not a URL/],
    ['https://host name.example', /not a URL/],
    ['https://host.example:99999', /not a URL/],
    ['https://[::1', /not a URL/],
    ['https://256.256.256.256', /not a URL/],
    ['http://stationapi.veriff.com', /https:\/\//],
    ['HTTP://stationapi.veriff.com', /https:\/\//],
    ['http://127.0.0.1.evil.example', /https:\/\//],
    ['http://localhost.evil.example', /https:\/\//],
    ['http://localhost.', /https:\/\//],
    ['http://evil-localhost', /https:\/\//],
    ['http://0.0.0.0', /https:\/\//],
    ['http://[::ffff:10.0.0.1]', /https:\/\//],
    ['http://128.0.0.1', /https:\/\//],
    ['http://localhost@evil.example', /https:\/\//],
    ['ftp://host.example', /https:\/\//],
    ['file:///etc/hosts', /https:\/\//],
    ['javascript:alert(1)', /https:\/\//],
    ['https://user@host.example', /user name or a password/],
    ['https://user:secret@host.example', /user name or a password/],
    ['https://@host.example', /user name or a password/],
    ['https://:@host.example', /user name or a password/],
    ['https://good.example@evil.example', /user name or a password/],
    ['https://good.example\\@evil.example', /user name or a password/],
    ['https://host.example/@', /user name or a password/],
    ['https://host.example?', /query or a fragment/],
    ['https://host.example/?key=1', /query or a fragment/],
    ['https://host.example/#', /query or a fragment/],
    ['https://evil.example\\.good.example', /plain/],
    ['https:\\\\host.example', /plain/],
    ['https:host.example', /plain/],
    ['https:/host.example', /plain/],
    ['https:///host.example', /plain/],
    ['https://ho\nst.example', /plain/],
    ['https://ho\tst.example', /plain/],
    ['https://host.example/a b', /plain/],
    ['https://host.example/%2e%2e', /plain/],
    ['https://host.example/%2E./v1', /plain/],
    ['https://host.example/a%2fb', /plain/],
    ['https://%65vil.example', /plain/],
    ['https://host.example/a;b', /plain/],
    ['https://v\u0435riff.example', /plain/],
    ['https://\uff48ost.example', /plain/],
    ['https://host\u3002example', /plain/],
    ['https://host\u00ad.example', /plain/],
    ['https://host.example/\u202e', /plain/],
    ['https://host.example/..', /“\.\.”/],
    ['https://host.example/a/../b', /“\.\.”/],
    ['https://host.example/./', /“\.\.”/],
    ['https://host.example//v1', /empty/],
    ['https://host.example/a//b', /empty/],
  ];
  for (const [text, problem] of refused)
    it(`refuses ${JSON.stringify(text)}`, () => {
      const reading = parseBaseUrl(text);
      assert.ok('problem' in reading, JSON.stringify(reading));
      assert.match(reading.problem, problem);
    });

  it('never repeats a password in the problem', () => {
    for (const text of ['https://user:s3cret@host.example', 'http://user:s3cret@host.example', 's3cret:@'])
      assert.doesNotMatch(JSON.stringify(parseBaseUrl(text)), /s3cret/);
  });

  it('returns, for any text, a problem or a plain base URL that it parses to itself', () => {
    let read = 0;
    const piece = fc.constantFrom(
      ...['https:', 'HTTP:', '/', '//', '\\', 'host.example', '127.0.0.1', '[::1]', ':8', 'v1', '.', '..'],
      ...['%2e', '@', '?', '#', ' ', '\t', 'a', '\u0435'],
    );
    const pieces = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''));
    const text = fc.oneof(
      pieces,
      pieces.map((rest) => `https://host.example${rest}`),
      fc.webUrl(),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (given) => {
        const reading = parseBaseUrl(given);
        if ('problem' in reading) return;
        read += 1;
        const { baseUrl } = reading;
        assert.match(baseUrl, /^https?:\/\/[\w.:[\]-]+(?:\/[\w.~-]+)*$/);
        assert.doesNotMatch(new URL(baseUrl).pathname, /\/v1$/);
        assert.deepEqual(parseBaseUrl(baseUrl), { baseUrl });
        const url = new URL(`${baseUrl}/v1`);
        assert.equal(url.href, `${baseUrl}/v1`);
        assert.ok(url.protocol === 'https:' || isLoopback(url.hostname));
      }),
      { seed, numRuns: 5_000 },
    );
    assert.ok(read > 500, `only ${read} of the texts were read`);
  });
});

describe('isLoopback', () => {
  for (const host of ['localhost', '[::1]', '127.0.0.1', '127.255.255.254'])
    it(`is true for ${host}`, () => assert.equal(isLoopback(host), true));

  for (const host of [
    ...['', '::1', '[::2]', '127.0.0', '127.0.0.1.evil.example', 'x127.0.0.1', '127.0.0.1 ', '127.0.0.1\n'],
    ...['localhost.', 'localhost.example', 'LOCALHOST', '10.0.0.1', '0.0.0.0', '128.0.0.1', '127a0.0.1'],
  ])
    it(`is false for ${JSON.stringify(host)}`, () => assert.equal(isLoopback(host), false));
});
