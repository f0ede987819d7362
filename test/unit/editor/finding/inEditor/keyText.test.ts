import assert from 'node:assert/strict';
import {
  keyMessage,
  keyName,
  rotateTitle,
  rotationText,
} from '../../../../../src/editor/finding/inEditor/keyText.ts';
import type { StoredKey } from '../../../../../src/editor/finding/inEditor/storedKeys.ts';

const key: StoredKey = { part: 'apiKey', integrationId: 'made-up', title: 'Shop (LIVE)', kind: 'LIVE' };
const secret: StoredKey = { ...key, part: 'sharedSecretKey', title: 'Shop (TEST)', kind: 'TEST' };

describe('what is said of a key in a file', () => {
  it('names the key, its integration and the next step', () => {
    assert.equal(
      keyMessage(key),
      'This is the API key of the Veriff integration Shop (LIVE). Whoever can read this file can use it on sessions of real people: rotate it, then take it out of the file.',
    );
    assert.equal(
      keyMessage(secret),
      'This is the shared secret key of the Veriff integration Shop (TEST). Whoever can read this file can use it: rotate it, then take it out of the file.',
    );
    assert.equal(rotateTitle(key), 'Rotate this API key of Shop (LIVE)…');
    assert.equal(keyName('sharedSecretKey'), 'shared secret key');
  });

  it('tells the steps of a rotation, in order, with no address', () => {
    const { text, detail } = rotationText(secret);
    assert.equal(text, 'Rotate the shared secret key of Shop (TEST)');
    assert.deepEqual(
      detail.split('\n').map((line) => line.slice(0, 2)),
      ['1.', '2.', '3.', '4.'],
    );
    assert.ok(
      detail.indexOf('make a new shared secret key') < detail.indexOf('remove it in the Customer Portal'),
    );
    for (const each of [secret, key, undefined])
      assert.doesNotMatch(rotationText(each).detail, /https?:|www\./);
  });

  it('does not promise that an API key could be changed by itself', () => {
    assert.match(
      rotationText(key).detail,
      /^1\. An API key belongs to its integration\. Veriff documents no way/,
    );
    assert.match(rotationText(undefined).detail, /Veriff documents no way to change it by itself/);
    assert.doesNotMatch(rotationText(secret).detail, /no way/);
  });
});
