import assert from 'node:assert/strict';
import { exclusionAmong, exclusionsOf } from '../../../../src/sessions/files/exclusion.ts';

const folder = ['a.js', 'a.ts', 'b.js', '$&.js', '$&.ts'].map((name) => ({ name, kind: 'file' as const }));

function excluded(setting: unknown, path = ''): readonly string[] {
  const isExcluded = exclusionAmong(exclusionsOf(setting), path, folder);
  return folder.map(({ name }) => name).filter(isExcluded);
}

describe('the exclusions of the settings', () => {
  it('apply if their value is true', () => {
    assert.deepEqual(excluded({ '**/a.*': true, '**/b.*': false }), ['a.js', 'a.ts']);
  });

  it('are relative to the workspace folder', () => {
    assert.deepEqual(excluded({ 'out/b.js': true }, 'out/'), ['b.js']);
    assert.deepEqual(excluded({ 'out/b.js': true }, 'src/out/'), []);
  });

  it('apply with "when" only if the folder has a file with that name', () => {
    assert.deepEqual(excluded({ '**/*.js': { when: '$(basename).ts' } }), ['a.js', '$&.js']);
    assert.deepEqual(excluded({ '**/*.js': { when: 'b.js' } }), ['a.js', 'b.js', '$&.js']);
  });

  it('do not include invalid entries or patterns with too many alternatives', () => {
    for (const setting of [
      undefined,
      null,
      'a',
      1,
      { '**': 'yes' },
      { '**': {} },
      { '**': { when: 1 } },
      { '**': null },
    ])
      assert.deepEqual(excluded(setting), []);
    assert.deepEqual(excluded({ [`{${'a,'.repeat(300)}}`]: true, 'b.js': true }), ['b.js']);
  });
});
