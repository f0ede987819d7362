import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { projectRoot } from '../support/projectRoot.ts';

const rule = 'no-restricted-imports';

describe('the rooms, as lint sees them', () => {
  // The rule needs no types, and without them a made-up file needs no place in the project.
  const lint = new ESLint({ cwd: projectRoot, overrideConfig: [tseslint.configs.disableTypeChecked] });

  async function verdictOn(file: string, text: string): Promise<readonly string[]> {
    const results = await lint.lintText(text, { filePath: path.join(projectRoot, file) });
    assert.equal(results.length, 1, `${file} is not linted`);
    const messages = results.flatMap((result) => result.messages);
    assert.ok(!messages.some(({ fatal }) => fatal), JSON.stringify(messages));
    return messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId ?? '');
  }

  const use = (from: string): string => `import { thing } from '${from}';\nexport const same = thing;\n`;
  const refused: readonly (readonly [file: string, from: readonly string[]])[] = [
    ['src/cleanup/madeUp.ts', ['vscode', '../editor', '../editor/log.ts', '../sessions/findSessionIds.ts']],
    ['src/cleanup/deeper/madeUp.ts', ['vscode', '../../editor/log.ts', '../../editor/commands/handlers.ts']],
    ['src/sessions/madeUp.ts', ['vscode', '../editor/log.ts', '../cleanup/quota.ts', '../veriff/client.ts']],
    ['src/veriff/madeUp.ts', ['vscode', '../editor', '../cleanup/quota.ts', '../sessions/findSessionIds.ts']],
    [
      'src/veriff/sandboxMadeUp.ts',
      ['vscode', '../editor/log.ts', '../cleanup/quota.ts', '../sessions/findSessionIds.ts'].concat(
        ['client', 'outcome', 'signature', 'sessionId', 'credentials'].map((name) => `./${name}.ts`),
      ),
    ],
    ['src/contributions.ts', ['vscode']],
    ['test/unit/editor/madeUp.test.ts', ['vscode']],
    ['test/simulation/madeUp.test.ts', ['vscode']],
  ];
  for (const [file, froms] of refused)
    for (const from of froms)
      it(`${file} may not import ${from}`, async () => {
        assert.deepEqual(await verdictOn(file, use(from)), [rule]);
      });

  const allowed: readonly (readonly [file: string, from: string])[] = [
    ['src/editor/madeUp.ts', 'vscode'],
    ['src/editor/commands/madeUp.ts', '../../cleanup/quota.ts'],
    ['src/cleanup/madeUp.ts', '../veriff/client.ts'],
    ['src/cleanup/madeUp.ts', './quota.ts'],
    ['src/sessions/madeUp.ts', '../veriff/sessionId.ts'],
    ['src/veriff/sandboxMadeUp.ts', './sandboxApi.ts'],
    ['test/host/madeUp.test.ts', 'vscode'],
  ];
  for (const [file, from] of allowed)
    it(`${file} may import ${from}`, async () => assert.deepEqual(await verdictOn(file, use(from)), []));

  for (const text of [
    "import * as vscode from 'vscode';\nexport const uri = vscode.Uri;\n",
    "import type { Uri } from 'vscode';\nexport type Same = Uri;\n",
    "import 'vscode';\n",
    "export * from 'vscode';\n",
    "export type { Uri } from 'vscode';\n",
  ])
    it(`the form does not matter: ${text.split('\n', 1)[0] ?? ''}`, async () => {
      assert.deepEqual(await verdictOn('src/cleanup/madeUp.ts', text), [rule]);
    });

  for (const text of [
    `/* eslint-disable */\n${use('vscode')}`,
    `/* eslint-disable ${rule} */\n${use('vscode')}`,
    `// eslint-disable-next-line ${rule}\n${use('vscode')}`,
    use('vscode').replace(';\n', `; // eslint-disable-line\n`),
    `/* eslint ${rule}: "off" */\n${use('vscode')}`,
    `// @ts-nocheck\n/* eslint-disable ${rule} -- for once */\n${use('vscode')}`,
  ])
    it(`no comment helps: ${text.split('\n').find((line) => line.includes('eslint')) ?? ''}`, async () => {
      const errors = await verdictOn('src/cleanup/madeUp.ts', text);
      assert.ok(errors.includes(rule), errors.join());
    });
});

// Lint reads import and export declarations alone: import() and createRequire() would get past it.
describe('the rooms, as they are', () => {
  const files = readdirSync(path.join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts'));

  /** Which rooms and files each room may know; the order of the arrows in the design. */
  const mayKnow: Readonly<Record<string, RegExp>> = {
    'extension.ts': /^(?:editor\/|contributions\.ts$|vscode$)/,
    'contributions.ts': /^(?!)/,
    editor: /^(?:editor|cleanup|sessions|veriff)\/|^contributions\.ts$|^vscode$/,
    cleanup: /^(?:cleanup|veriff)\//,
    sessions: /^(?:sessions\/|veriff\/sessionId\.ts$)/,
    veriff: /^veriff\/(?!sandbox)/,
    sandbox: /^veriff\/sandbox/,
  };
  const roomOf = (file: string): string =>
    file.startsWith('veriff/sandbox') ? 'sandbox' : (file.split('/')[0] ?? '');

  it('has a place for every file', () => {
    assert.ok(files.length > 40, `${files.length} files`);
    assert.deepEqual(
      files.filter((file) => !(roomOf(file) in mayKnow)),
      [],
    );
  });

  for (const room of Object.keys(mayKnow))
    it(`${room} knows what it may know, however it is imported`, () => {
      const own = files.filter((file) => roomOf(file) === room);
      assert.ok(own.length > 0);
      const wrong = own.flatMap((file) =>
        importsOf(file, readFileSync(path.join(projectRoot, 'src', file), 'utf8'))
          .filter((name) => !mayKnow[room]?.test(name))
          .map((name) => `${file} → ${name}`),
      );
      assert.deepEqual(wrong, []);
    });

  it('reads every form of an import', () => {
    const text = [
      "import a from './a.ts';",
      "import type b from './b.ts';",
      "import './c.ts';",
      "export * from './d.ts';",
      "const e = await import('./e.ts');",
      "let f: import('./f.ts').F;",
      "const g = createRequire(import.meta.url)('./g.ts');",
      "import h = require('vscode');",
      "import i from '../../src/editor/i.ts';",
      "import j from '../editor';",
      "import k from 'node:fs';",
    ].join('\n');
    assert.deepEqual(
      [...importsOf('cleanup/madeUp.ts', text)].sort(),
      ['a', 'b', 'c', 'd', 'e', 'f', 'g']
        .map((name) => `cleanup/${name}.ts`)
        .concat('editor', 'editor/i.ts', 'vscode'),
    );
  });

  it('has no circles', () => {
    const graph = new Map(
      files.map((file) => {
        const text = readFileSync(path.join(projectRoot, 'src', file), 'utf8');
        // A type is gone when the code runs, so a circle through one is none.
        const lasting = text.replace(/^(?:import|export) type [^;]*;/gm, '');
        return [file, importsOf(file, lasting).filter((name) => files.includes(name))] as const;
      }),
    );
    const done = new Set<string>();
    const visit = (file: string, way: readonly string[]): void => {
      assert.ok(!way.includes(file), [...way, file].join(' → '));
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) visit(next, [...way, file]);
      done.add(file);
    };
    for (const file of files) visit(file, []);
  });
});

/** What a file of src imports of ours, as paths below src, and 'vscode'; packages and Node's modules are left out. */
function importsOf(file: string, text: string): readonly string[] {
  const read = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  // Any call with a literal that looks like a file of ours, or with 'vscode', is as good as an import of it.
  const calls = text.matchAll(/\(\s*(['"`])(vscode|\.{1,2}\/[^'"`\n]*)\1/g);
  const names = new Set([...read, ...[...calls].map(([, , name = '']) => name)]);
  const folder = path.posix.dirname(path.posix.join('/project/src', file));
  return [...names].flatMap((name) => {
    if (name.startsWith('.')) return [path.posix.relative('/project/src', path.posix.resolve(folder, name))];
    return name === 'vscode' ? [name] : [];
  });
}
