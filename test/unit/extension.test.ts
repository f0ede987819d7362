import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../support/projectRoot.ts';

const text = readFileSync(path.join(projectRoot, 'src', 'extension.ts'), 'utf8');

// Everything that decides, repeats or catches. That belongs in a folder that tests can reach.
const branches = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.ForStatement,
  ts.SyntaxKind.ForOfStatement,
  ts.SyntaxKind.ForInStatement,
  ts.SyntaxKind.WhileStatement,
  ts.SyntaxKind.DoStatement,
  ts.SyntaxKind.TryStatement,
  ts.SyntaxKind.QuestionDotToken,
  ts.SyntaxKind.QuestionQuestionToken,
  ts.SyntaxKind.QuestionQuestionEqualsToken,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.AmpersandAmpersandEqualsToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.BarBarEqualsToken,
]);

describe('src/extension.ts', () => {
  it('has at most 60 lines', () => {
    assert.ok(text.trimEnd().split('\n').length <= 60);
  });

  it('has no branches: it is a list of what belongs together', () => {
    assert.deepEqual(branchesIn(text), []);
  });

  it('exports what VS Code calls, and nothing else', () => {
    const exported = [...text.matchAll(/^export (?:async )?function (\w+)|^export (.*)/gm)].map(
      ([, name, other]) => name ?? other,
    );
    assert.deepEqual(
      exported.filter((name) => name !== 'deactivate'),
      ['activate'],
    );
  });

  for (const source of [
    'if (a) b();',
    'a && b();',
    'a ?? b;',
    'a?.b();',
    'a ||= b;',
    'f(a ? b : c);',
    'for (const a of b) a();',
    'while (a) b();',
    'switch (a) {}',
    'try { a(); } catch {}',
  ])
    it(`would notice ${source}`, () =>
      assert.equal(branchesIn(`export function f() { ${source} }`).length, 1));
});

function branchesIn(source: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (branches.has(node.kind)) found.push(ts.SyntaxKind[node.kind]);
    node.forEachChild(visit);
  };
  visit(ts.createSourceFile('extension.ts', source, ts.ScriptTarget.Latest));
  return found;
}
