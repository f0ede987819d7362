import assert from 'node:assert/strict';
import { exclusionAmong, exclusionsOf } from '../../../../src/sessions/files/exclusion.ts';

const folder = ['a.js', 'a.ts', 'b.js', '$&.js', '$&.ts'].map((name) => ({ name, kind: 'file' as const }));

function excluded(setting: unknown, path = ''): readonly string[] {
  const isExcluded = exclusionAmong(exclusionsOf(setting), path, folder);
  return folder.map(({ name }) => name).filter(isExcluded);
}

describe('the exclusions of the settings', () => {
  it('are those that are switched on', () => {
    assert.deepEqual(excluded({ '**/a.*': true, '**/b.*': false }), ['a.js', 'a.ts']);
  });

  it('are relative to the workspace’s folder', () => {
    assert.deepEqual(excluded({ 'out/b.js': true }, 'out/'), ['b.js']);
    assert.deepEqual(excluded({ 'out/b.js': true }, 'src/out/'), []);
  });

  it('may hold only if another name stands beside', () => {
    assert.deepEqual(excluded({ '**/*.js': { when: '$(basename).ts' } }), ['a.js', '$&.js']);
    assert.deepEqual(excluded({ '**/*.js': { when: 'b.js' } }), ['a.js', 'b.js', '$&.js']);
  });

  it('are none if the setting holds anything else', () => {
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
