import assert from 'node:assert/strict';
import { commandLink, escapedMarkdown } from '../../../../src/editor/inEditor/markdown.ts';

describe('text inside Markdown', () => {
  it('keeps its characters and loses all Markdown meaning', () => {
    assert.equal(escapedMarkdown('deleted Tue 14:05, é 日本 “x”'), 'deleted Tue 14\\:05\\, é 日本 “x”');
    for (const character of '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~')
      assert.equal(escapedMarkdown(character), `\\${character}`);
  });

  it('makes no link, icon, tag, picture or address of hostile text', () => {
    for (const text of [
      '[run](command:workbench.action.quit)',
      '<b>&amp;</b>',
      '$(trash)',
      '![x](https://a.test/x.png)',
      'https://a.test www.a.test a@a.test',
      '`code` **bold** ~~gone~~',
    ])
      assert.doesNotMatch(escapedMarkdown(text), /(?<!\\)[[\](){}<>!&$`*~:@.]/, text);
  });

  it('shows invisible characters, contains no line break, and is limited in length', () => {
    assert.equal(escapedMarkdown('a\u202eb\nc'), 'a\\<U\\+202E\\>b\\<U\\+000A\\>c');
    assert.ok(escapedMarkdown('x'.repeat(5000)).length <= 500);
  });
});

describe('a command link', () => {
  it('encodes its arguments so that they cannot end the link', () => {
    const args = ['a) [b](c) \'d\' "e" %20 </a>\n', { n: 1 }];
    const link = commandLink('Delete…', 'a.b', args, 'Asks "first"');
    const [, label, target, tip] = /^\[(.*?)\]\((\S+) "(.*)"\)$/.exec(link) ?? [];
    assert.equal(label, 'Delete…');
    assert.equal(tip, 'Asks \\"first\\"');
    assert.match(target ?? '', /^command:a\.b\?[\w%.~!*-]+$/);
    assert.deepEqual(JSON.parse(decodeURIComponent((target ?? '').split('?')[1] ?? '')), args);
  });

  it('has no question mark without arguments', () => {
    assert.equal(commandLink('Show List', 'a.focus', [], 'x'), '[Show List](command:a.focus "x")');
  });
});
