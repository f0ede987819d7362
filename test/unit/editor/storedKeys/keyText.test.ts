import assert from 'node:assert/strict';
import { keyMessage, keysMetText, keyName } from '../../../../src/editor/storedKeys/keyText.ts';
import type { StoredKey } from '../../../../src/editor/storedKeys/storedKeys.ts';

const key: StoredKey = { part: 'apiKey', title: 'Shop (LIVE)', kind: 'LIVE' };
const secret: StoredKey = { ...key, part: 'sharedSecretKey', title: 'Shop (TEST)', kind: 'TEST' };

describe('the text about a key in a file', () => {
  it('names the key, its integration and the next step', () => {
    assert.equal(
      keyMessage(key),
      'This is the API key of the Veriff integration Shop (LIVE). Whoever can read this file can use it on sessions of real people: rotate it, then take it out of the file.',
    );
    assert.equal(
      keyMessage(secret),
      'This is the shared secret key of the Veriff integration Shop (TEST). Whoever can read this file can use it: rotate it, then take it out of the file.',
    );
    assert.equal(keyName('sharedSecretKey'), 'shared secret key');
  });
});

describe('the message at the end of a search for stored keys', () => {
  const whole = { files: 0, read: 1204, skipped: 0, isCancelled: false };

  it('says how many files contain one, and what was not searched', () => {
    assert.deepEqual(keysMetText(whole), {
      text: 'No stored key was found. 1,204 files were looked through; what .gitignore or the settings of the search leave out was not.',
      tone: 'info',
    });
    assert.match(keysMetText({ ...whole, files: 1 }).text, /^1 file holds a stored key: see the problems\. /);
    assert.match(
      keysMetText({ ...whole, files: 2, read: 1 }).text,
      /^2 files hold .* 1 file was looked through/,
    );
    assert.equal(keysMetText({ ...whole, files: 1 }).tone, 'warning');
  });

  it('never sounds complete if the search was not', () => {
    for (const parts of [{ isCancelled: true }, { skipped: 1 }])
      assert.equal(keysMetText({ ...whole, ...parts }).tone, 'warning');
    assert.match(
      keysMetText({ ...whole, isCancelled: true }).text,
      /found\. The search was cancelled before its end\./,
    );
    assert.match(
      keysMetText({ ...whole, skipped: 3 }).text,
      /Not everything could be read: the log says what, and why\.$/,
    );
  });
});
