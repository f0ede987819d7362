import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { projectRoot } from '../support/projectRoot.ts';

const { mayImport, withoutVsCode } = (await import(
  new URL('../../eslint.config.js', import.meta.url).href
)) as {
  mayImport: Readonly<Record<string, readonly string[]>>;
  withoutVsCode: readonly string[];
};

const rule = 'no-restricted-imports';

describe('the folders, as lint sees them', () => {
  // The rule needs no types, and without them a made-up file needs no path in the project.
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
    [
      'src/cleanup/list/madeUp.ts',
      [
        'vscode',
        '../../editor',
        '../../editor/app/app.ts',
        '../../sessions/scan/findings.ts',
        '../attempts/gate.ts',
      ],
    ],
    ['src/cleanup/database/madeUp.ts', ['../list/entry.ts', '../quota/quota.ts', '../../contributions.ts']],
    [
      'src/sessions/scan/madeUp.ts',
      [
        'vscode',
        '../../editor/app/app.ts',
        '../../cleanup/quota/quota.ts',
        '../../veriff/client.ts',
        '../files/walk.ts',
      ],
    ],
    ['src/sessions/role/madeUp.ts', ['../scan/scanner.ts']],
    ['src/veriff/madeUp.ts', ['vscode', '../editor', '../cleanup/quota/quota.ts', '../sandbox/sandbox.ts']],
    [
      'src/sandbox/madeUp.ts',
      ['vscode', '../editor/app/app.ts', '../cleanup/quota/quota.ts', '../sessions/role/role.ts'].concat(
        ['client', 'outcome', 'signature', 'sessionId', 'credentials'].map((name) => `../veriff/${name}.ts`),
      ),
    ],
    ['src/editor/text/madeUp.ts', ['vscode', '../app/app.ts', '../input/lines.ts']],
    [
      'src/editor/app/madeUp.ts',
      ['../run/cleanupRun.ts', '../input/lines.ts', '../features.ts', '../../extension.ts'],
    ],
    [
      'src/editor/adding/review/madeUp.ts',
      ['../addTexts.ts', '../search/searchText.ts', '../../list/rowDrag.ts'],
    ],
    [
      'src/editor/run/madeUp.ts',
      ['../deletion/deleteListed.ts', '../list/view/rowText.ts', '../commands.ts'],
    ],
    ['src/editor/integrations/madeUp.ts', ['../../sandbox/sandbox.ts']],
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
    ['src/editor/app/madeUp.ts', 'vscode'],
    ['src/editor/run/madeUp.ts', '../../cleanup/quota/quota.ts'],
    ['src/editor/run/madeUp.ts', '../confirming/confirmation.ts'],
    ['src/cleanup/attempts/madeUp.ts', '../../veriff/client.ts'],
    ['src/cleanup/attempts/madeUp.ts', '../list/entry.ts'],
    ['src/cleanup/attempts/madeUp.ts', './gate.ts'],
    ['src/sessions/scan/madeUp.ts', '../../veriff/sessionId.ts'],
    ['src/sandbox/madeUp.ts', './sandboxApi.ts'],
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
      assert.deepEqual(await verdictOn('src/cleanup/list/madeUp.ts', text), [rule]);
    });

  for (const text of [
    `/* eslint-disable */\n${use('vscode')}`,
    `/* eslint-disable ${rule} */\n${use('vscode')}`,
    `// eslint-disable-next-line ${rule}\n${use('vscode')}`,
    use('vscode').replace(';\n', `; // eslint-disable-line\n`),
    `/* eslint ${rule}: "off" */\n${use('vscode')}`,
    `// @ts-nocheck\n/* eslint-disable ${rule} -- for once */\n${use('vscode')}`,
  ])
    it(`no comment disables it: ${text.split('\n').find((line) => line.includes('eslint')) ?? ''}`, async () => {
      const errors = await verdictOn('src/cleanup/list/madeUp.ts', text);
      assert.ok(errors.includes(rule), errors.join());
    });
});

// Lint only checks import and export declarations: import() and createRequire() would get past it.
describe('the folders as they are', () => {
  const files = readdirSync(path.join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts'));
  const imports = new Map(
    files.map((file) => [file, importsOf(file, readFileSync(path.join(projectRoot, 'src', file), 'utf8'))]),
  );

  it('have a rule for every file', () => {
    assert.ok(files.length > 150, `${files.length} files`);
    const top = ['.', 'editor'];
    assert.deepEqual(
      files.filter(
        (file) => !(path.posix.dirname(file) in mayImport || top.includes(path.posix.dirname(file))),
      ),
      [],
    );
    for (const folder of Object.keys(mayImport))
      assert.ok(
        files.some((file) => path.posix.dirname(file) === folder),
        `${folder} is empty`,
      );
  });

  it('have an order in which every import goes down', () => {
    // The order of the keys is that of the folders, from the bottom up.
    const floors = Object.keys(mayImport);
    for (const [folder, targets] of Object.entries(mayImport))
      for (const target of targets) {
        const floor = floors.indexOf(target.replace(/\/?[^/]+\.ts$/, ''));
        assert.ok(target === 'contributions.ts' || floor >= 0, target);
        assert.ok(floor < floors.indexOf(folder), `${folder} → ${target}`);
      }
  });

  it('import only what they may, in any form', () => assert.deepEqual(arrowsUp(imports), []));

  it('have no cycle, types included', () => assert.deepEqual(circleIn(imports), []));

  it('would fail on an import that goes up', () => {
    const up = ['cleanup/list/entry.ts', ['cleanup/attempts/gate.ts', 'vscode']] as const;
    assert.deepEqual(
      arrowsUp(new Map([...imports, up])),
      up[1].map((name) => `${up[0]} → ${name}`),
    );
    const loaded = ['editor/run/runText.ts', ['sandbox/sandbox.ts']] as const;
    assert.equal(arrowsUp(new Map([...imports, loaded])).length, 1);
  });

  it('would fail on a cycle of types, also within a folder', () => {
    const texts = {
      'cleanup/list/a.ts': "import type { B } from './b.ts';",
      'cleanup/list/b.ts': "export type { C } from './c.ts';",
      'cleanup/list/c.ts': "let a: import('./a.ts').A;",
    };
    const circle = new Map(Object.entries(texts).map(([file, text]) => [file, importsOf(file, text)]));
    assert.deepEqual(circleIn(circle), [...circle.keys(), 'cleanup/list/a.ts']);
    circle.set('cleanup/list/c.ts', []);
    assert.deepEqual(circleIn(circle), []);
  });

  it('find every form of an import', () => {
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
});

type Imports = ReadonlyMap<string, readonly string[]>;

/** The imports out of a folder that its rule does not allow. */
function arrowsUp(imports: Imports): readonly string[] {
  return [...imports].flatMap(([file, names]) => {
    const folder = path.posix.dirname(file);
    const allowed = mayImport[folder];
    // These two are above all others, except for the bundle of the sandbox.
    if (allowed === undefined) return names.filter((name) => name.startsWith('sandbox/'));
    const isAllowed = (name: string): boolean =>
      name === 'vscode'
        ? !withoutVsCode.includes(folder)
        : [folder, ...allowed].includes(path.posix.dirname(name)) ||
          allowed.includes(name) ||
          (folder === 'editor/integrations' && name === 'sandbox/sandbox.ts');
    return names.filter((name) => !isAllowed(name)).map((name) => `${file} → ${name}`);
  });
}

/** The files of a cycle, with the first one repeated at its end; empty if there is none. */
function circleIn(imports: Imports): readonly string[] {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): readonly string[] => {
    if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of imports.get(file) ?? []) {
      const circle = visit(next, [...way, file]);
      if (circle.length > 0) return circle;
    }
    done.add(file);
    return [];
  };
  for (const file of imports.keys()) {
    const circle = visit(file, []);
    if (circle.length > 0) return circle;
  }
  return [];
}

/** What a file of src imports from src, as paths below it, and 'vscode'; packages and Node's modules are left out. */
function importsOf(file: string, text: string): readonly string[] {
  const read = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  // Any call with a literal that looks like a file of ours, or with 'vscode', counts as an import of it.
  const calls = text.matchAll(/\(\s*(['"`])(vscode|\.{1,2}\/[^'"`\n]*)\1/g);
  const names = new Set([...read, ...[...calls].map(([, , name = '']) => name)]);
  const folder = path.posix.dirname(path.posix.join('/project/src', file));
  return [...names].flatMap((name) => {
    if (name.startsWith('.')) return [path.posix.relative('/project/src', path.posix.resolve(folder, name))];
    return name === 'vscode' ? [name] : [];
  });
}
