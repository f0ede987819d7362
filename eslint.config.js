import path from 'node:path';
import tseslint from 'typescript-eslint';

const cleanup = ['database', 'integrations', 'quota', 'list', 'attempts', 'runner'].map(
  (name) => `cleanup/${name}`,
);
const sessions = ['role', 'scan', 'files'].map((name) => `sessions/${name}`);
const adding = ['listing', 'review', 'search'].map((name) => `editor/adding/${name}`);
const engine = ['contributions.ts', 'veriff', ...sessions, ...cleanup];
const shared = [...engine, 'editor/text', 'editor/input'];
const features = [...shared, 'editor/app'];
const list = ['editor/list', 'editor/list/view', 'editor/list/entries'];

/**
 * Each folder of src, lowest first, and what its files may import in addition to files of their own folder. Imports go
 * down only, type imports included. `editor/text`: text without vscode.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const mayImport = {
  veriff: [],
  sandbox: [],
  'sessions/role': ['veriff/sessionId.ts'],
  'sessions/scan': ['veriff/sessionId.ts', 'sessions/role'],
  'sessions/files': ['veriff/sessionId.ts', 'sessions/role', 'sessions/scan'],
  ...Object.fromEntries(cleanup.map((name, floor) => [name, ['veriff', ...cleanup.slice(0, floor)]])),
  'editor/text': engine,
  'editor/input': [...engine, 'editor/text'],
  'editor/app': [...engine, 'editor/text'],
  ...Object.fromEntries(adding.map((name, floor) => [name, [...features, ...adding.slice(0, floor)]])),
  'editor/adding': [...features, ...adding],
  'editor/confirming': features,
  'editor/run': [...features, 'editor/confirming'],
  'editor/lookingUp': features,
  'editor/deletion': [...features, 'editor/confirming', 'editor/run', 'editor/lookingUp'],
  'editor/list/view': [...features, 'editor/adding', ...adding],
  'editor/list/entries': [...features, 'editor/lookingUp', 'editor/adding', ...adding, 'editor/list/view'],
  'editor/list': [...features, 'editor/adding', ...adding, 'editor/list/view', 'editor/list/entries'],
  'editor/inEditor': [...features, ...list],
  'editor/storedKeys': [...features, 'editor/adding', ...adding],
  'editor/integrations': [...features, 'editor/deletion'],
};

/** Folders whose files run without VS Code. */
export const withoutVsCode = [...engine.filter((name) => !name.endsWith('.ts')), 'sandbox', 'editor/text'];

const noVsCode = {
  group: ['vscode'],
  message: "Only src/extension.ts and src/editor may import 'vscode': offsets inside, Range at the edge.",
};
const forbiddenSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'TSEnumDeclaration', message: 'A union of strings says the same.' },
];
// The lint rule on imports checks static imports only.
const staticImportsOnly = {
  selector: 'ImportExpression, CallExpression[callee.name=/^(require|createRequire)$/]',
  message: 'Import statically, so that lint sees where the arrow goes.',
};

/** @param {string} folder @param {readonly string[]} allowed */
function folderRules(folder, allowed) {
  const targets = allowed.map((target) => {
    const relative = path.posix.relative(folder, target);
    return relative.startsWith('.') ? relative : `./${relative}`;
  });
  const files = ['.', ...targets].map((target) => (target.endsWith('.ts') ? target : `${target}/[^/]+`));
  const isAllowed = files.map((file) => file.replaceAll('.', String.raw`\.`)).join('|');
  const noArrowUp = {
    regex: `^(?!(?:${isAllowed})$)\\.`,
    message: `Arrows between folders go down only: see mayImport in eslint.config.js for src/${folder}.`,
  };
  const patterns = withoutVsCode.includes(folder) ? [noArrowUp, noVsCode] : [noArrowUp];
  // The sandbox is a bundle of its own, loaded by the one command that starts it.
  const syntax = folder === 'editor/integrations' ? [] : [staticImportsOnly];
  return {
    files: [`src/${folder}/*.ts`],
    rules: {
      'no-restricted-imports': ['error', { patterns }],
      'no-restricted-syntax': ['error', ...forbiddenSyntax, ...syntax],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', '.vscode-test/'] },
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // VS Code declares Disposable as a class, but accepts any object with a dispose().
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  // Mocha's reporters and the entries of extension-host tests must be default exports.
  { files: ['test/scripts/tallyReporter.ts'], rules: { 'no-restricted-syntax': 'off' } },
  ...Object.entries(mayImport).map(([folder, allowed]) => folderRules(folder, allowed)),
  {
    files: ['src/contributions.ts', 'test/unit/**/*.ts', 'test/simulation/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [noVsCode] }] },
  },
);
