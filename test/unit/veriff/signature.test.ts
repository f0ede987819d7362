import assert from 'node:assert/strict';
import { parseSessionId } from '../../../src/veriff/sessionId.ts';
import { signSessionId, verifySignature } from '../../../src/veriff/signature.ts';
import { signatureOf } from '../../support/server/hostileServer.ts';

const id = parseSessionId('aea9ba6d-1b47-47fc-a4fc-f72b6d3584a7');
const key = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const otherKey = 'abcdef12-abcd-abcd-abcd-abcdef012346';

describe('signSessionId', () => {
  it('gives the signature of the known vector', () => {
    assert.ok(id);
    assert.equal(signSessionId(id, key), '895cb3fd31139d89aeb7b263682e15479ab57651e70591256ad2c14fde4950dd');
  });

  it('depends on the key', () => {
    assert.ok(id);
    assert.notEqual(signSessionId(id, key), signSessionId(id, otherKey));
  });
});

describe('verifySignature', () => {
  const body = Buffer.from('{"status":"success","name":"õ"}');
  const right = signatureOf(body, key);
  const changedAt = (index: number): string =>
    right.slice(0, index) + (right[index] === '0' ? '1' : '0') + right.slice(index + 1);

  const cases: [title: string, signatures: string[], verdict: string][] = [
    ['no signature', [], 'unsigned'],
    ['the right one', [right], 'valid'],
    ['upper case', [right.toUpperCase()], 'valid'],
    ['mixed case', [right.slice(0, 32).toUpperCase() + right.slice(32)], 'valid'],
    ['the right one twice', [right, right], 'mismatch'],
    ['the right one and a wrong one', [right, changedAt(0)], 'mismatch'],
    ['a wrong one and the right one', [changedAt(0), right], 'mismatch'],
    ['two joined by a comma', [`${right}, ${right}`], 'mismatch'],
    ['an empty one', [''], 'mismatch'],
    ['an empty one beside the right one', ['', right], 'mismatch'],
    ['one digit short', [right.slice(1)], 'mismatch'],
    ['one digit too many', [`${right}0`], 'mismatch'],
    ['half of it', [right.slice(0, 32)], 'mismatch'],
    ['spaces around it', [` ${right} `], 'mismatch'],
    ['a line break after it', [`${right}\n`], 'mismatch'],
    ['a prefix', [`sha256=${right.slice(7)}`], 'mismatch'],
    ['a letter that is no hex digit', [`g${right.slice(1)}`], 'mismatch'],
    ['64 characters of more than one byte', ['é'.repeat(64)], 'mismatch'],
    ['another first digit', [changedAt(0)], 'mismatch'],
    ['another last digit', [changedAt(63)], 'mismatch'],
    ['a digest in base64', [Buffer.from(right, 'hex').toString('base64')], 'mismatch'],
    ['of another body', [signatureOf('{}', key)], 'mismatch'],
    ['of the body with a line break', [signatureOf(`${body.toString()}\n`, key)], 'mismatch'],
    ['of another key', [signatureOf(body, otherKey)], 'mismatch'],
    ['of an empty key', [signatureOf(body, '')], 'mismatch'],
  ];
  for (const [title, signatures, verdict] of cases)
    it(`${title}: ${verdict}`, () => assert.equal(verifySignature(body, signatures, [key]), verdict));

  it('accepts any key that the user stored, in any position', () => {
    const others = ['k1', 'k2', 'k3', 'k4'];
    for (let place = 0; place <= others.length; place += 1)
      assert.equal(verifySignature(body, [right], others.toSpliced(place, 0, key)), 'valid');
  });

  it('accepts no signature if there is no key, or an empty one', () => {
    assert.equal(verifySignature(body, [right], []), 'mismatch');
    assert.equal(verifySignature(body, [signatureOf(body, '')], ['']), 'mismatch');
    assert.equal(verifySignature(body, [signatureOf(body, '')], ['', key]), 'mismatch');
  });

  it('signs bytes, not text', () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0xfe);
    assert.equal(verifySignature(bytes, [signatureOf(bytes, key)], [key]), 'valid');
    assert.equal(
      verifySignature(Uint8Array.of(0xfd, 0x00, 0xfe), [signatureOf(bytes, key)], [key]),
      'mismatch',
    );
  });

  it('signs an empty body too', () => {
    assert.equal(verifySignature(new Uint8Array(), [signatureOf('', key)], [key]), 'valid');
    assert.equal(verifySignature(new Uint8Array(), [right], [key]), 'mismatch');
  });
});
