import tseslint from 'typescript-eslint';

// The rooms of the house, from the top down. Arrows go down only: a room may import what stands to the right.
const editorOnly = {
  group: ['vscode'],
  message: "Only src/extension.ts and src/editor may import 'vscode': offsets inside, Range at the edge.",
};
/** @param {string[]} folders */
const noWayUp = (folders) => ({
  group: [...folders.flatMap((folder) => [`**/${folder}/**`, `**/${folder}`]), '**/extension.ts'],
  message:
    'Arrows between rooms go down only: editor → cleanup → veriff, editor → sessions → veriff/sessionId.',
});
const forbiddenSyntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'TSEnumDeclaration', message: 'A union of strings says the same.' },
];
// The rule on imports sees static ones alone; below src/editor nothing has a reason for another kind.
const staticImportsOnly = {
  selector: 'ImportExpression, CallExpression[callee.name=/^(require|createRequire)$/]',
  message: 'Import statically, so that lint sees where the arrow goes.',
};
/** @param {string[]} files @param {object[]} patterns @param {string[]} ignores */
const room = (files, patterns, ignores = []) => ({
  files,
  ignores,
  rules: {
    'no-restricted-imports': ['error', { patterns }],
    'no-restricted-syntax': ['error', ...forbiddenSyntax, staticImportsOnly],
  },
});

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
      // VS Code declares Disposable as a class and takes whatever has a dispose().
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  // A default export is what mocha's reporters and extension-host entries are contracted to be.
  { files: ['test/scripts/tallyReporter.ts'], rules: { 'no-restricted-syntax': 'off' } },
  room(
    ['src/veriff/**/*.ts'],
    [editorOnly, noWayUp(['sessions', 'cleanup', 'editor'])],
    ['src/veriff/sandbox*.ts'],
  ),
  // Client and sandbox share no function that could be wrong in both.
  room(
    ['src/veriff/sandbox*.ts'],
    [
      editorOnly,
      noWayUp(['sessions', 'cleanup', 'editor']),
      {
        regex: '/(?:client|outcome|signature|sessionId|credentials)\\.ts$',
        message:
          'The sandbox must not be written from the client: a shared mistake would hide from every test.',
      },
    ],
  ),
  room(
    ['src/sessions/**/*.ts'],
    [
      editorOnly,
      noWayUp(['cleanup', 'editor']),
      { regex: 'veriff/(?!sessionId)', message: 'src/sessions may know veriff/sessionId.ts alone.' },
    ],
  ),
  room(['src/cleanup/**/*.ts'], [editorOnly, noWayUp(['sessions', 'editor'])]),
  {
    files: ['src/contributions.ts', 'test/unit/**/*.ts', 'test/simulation/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [editorOnly] }] },
  },
);
