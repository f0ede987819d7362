import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commands, contextKeys, logName, rowKinds, settings, views } from '../../src/contributions.ts';
import { markKey, oldKey, slotKey } from '../../src/cleanup/integrations/secretKeys.ts';
import { projectRoot } from '../support/projectRoot.ts';

interface Command {
  readonly command: string;
  readonly title: string;
  readonly category?: string;
}

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly when?: string;
}

interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly scope: string;
  readonly markdownDescription: string;
}

interface View {
  readonly id: string;
  readonly name: string;
}

interface Manifest {
  readonly name: string;
  readonly displayName: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly extensionKind: unknown;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly contributes: {
    readonly commands: readonly Command[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly viewsContainers: Readonly<Record<string, readonly { id: string; title: string }[]>>;
    readonly views: Readonly<Record<string, readonly View[]>>;
    readonly viewsWelcome: readonly { view: string; contents: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly keybindings: readonly { command: string; key: string; when: string }[];
  };
}

const manifestText = readFileSync(path.join(projectRoot, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const { contributes } = manifest;

const commandIds: readonly string[] = Object.values(commands);
const settingIds: readonly string[] = Object.values(settings);
const contextKeyIds: readonly string[] = Object.values(contextKeys);
const rowKindIds: readonly string[] = Object.values(rowKinds);

const contributedViews = Object.values(contributes.views).flat();
const contributedContainers = Object.values(contributes.viewsContainers).flat();
const conditions = stringsAt('when', contributes).flatMap(conditionsIn);

describe('contributions and package.json', () => {
  it('name the same commands, each once', () => {
    assertSame(
      contributes.commands.map(({ command }) => command),
      commandIds,
    );
    assert.equal(new Set(commandIds).size, commandIds.length);
  });

  it('name the commands after what they do', () => {
    for (const [name, id] of Object.entries(commands)) assert.equal(id, `veriffCleanup.${name}`);
  });

  it('name the same views and containers', () => {
    assertSame(
      contributedViews.map(({ id }) => id),
      Object.entries(views).flatMap(([name, id]) => (name === 'container' ? [] : [id])),
    );
    assertSame(
      contributedContainers.map(({ id }) => id),
      [views.container],
    );
    assert.deepEqual(Object.keys(contributes.views), [views.container]);
  });

  it('name the same context keys', () => {
    assertSame([...new Set(conditions.flatMap(({ keys }) => keys).filter(isOurs))], contextKeyIds);
  });

  it('name the same kinds of rows', () => {
    assertSame([...new Set(conditions.flatMap(({ rows }) => rows))], rowKindIds);
  });

  it('show nothing in a view that does not exist', () => {
    const ids = contributedViews.map(({ id }) => id);
    for (const view of [
      ...conditions.flatMap((condition) => condition.views),
      ...contributes.viewsWelcome.map(({ view }) => view),
    ])
      assert.ok(ids.includes(view), view);
  });

  it('run only commands that exist, from a menu, a key or a link', () => {
    const run = [
      ...stringsAt('command', contributes),
      ...[...manifestText.matchAll(/command:([\w.-]+)/g)].map(([, id = '']) => id),
      ...[...manifestText.matchAll(/onCommand:([\w.-]+)/g)].map(([, id = '']) => id),
    ];
    assert.ok(run.length > commandIds.length);
    // VS Code's own: selects and deselects the focused row, and opens nothing.
    const own = 'list.toggleSelection';
    for (const id of run) assert.ok(commandIds.includes(id) || id === own, id);
  });

  it('link only to commands that start something, and never to one that could be chosen by mistake', () => {
    const linked = contributes.viewsWelcome.flatMap(({ contents }) =>
      [...contents.matchAll(/\]\(([^)]*)\)/g)].map(([, target]) => target),
    );
    assertSame(linked, [
      `command:${commands.addIntegration}`,
      `command:${commands.startSandbox}`,
      `command:${commands.deleteSession}`,
      `command:${commands.addFromClipboard}`,
      `command:${commands.findSessionIds}`,
      `command:${commands.clearFilter}`,
      `command:${commands.showLog}`,
      `command:${commands.beginNewList}`,
    ]);
  });

  it('have no id of ours in package.json that the code does not use', () => {
    const known = new Set([
      ...commandIds,
      ...settingIds,
      ...contextKeyIds,
      ...rowKindIds,
      ...Object.values(views),
    ]);
    const named = manifestText
      .replaceAll('\\\\.', '.')
      .matchAll(/veriffCleanup(?:\.\w+)*(?:\.\((?:\w+\|?)+\))?/g);
    const ids = [...named].flatMap(([id]) => alternativesOf(id));
    assert.ok(ids.length > commandIds.length);
    assert.deepEqual(
      ids.filter((id) => !known.has(id)),
      [],
    );
  });

  it('have no such id in the code outside contributions.ts', () => {
    const ids = new Set([
      ...commandIds,
      ...settingIds,
      ...contextKeyIds,
      ...rowKindIds,
      ...Object.values(views),
    ]);
    for (const file of readdirSync(path.join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || file === 'contributions.ts') continue;
      const text = readFileSync(path.join(projectRoot, 'src', file), 'utf8');
      for (const [, , id = ''] of text.matchAll(/(['"`])(veriffCleanup(?:\.\w+)*)\1/g))
        assert.ok(!ids.has(id), `${id} in ${file}`);
    }
  });
});

describe('the names that stay', () => {
  it('are those of the extension', () => {
    assert.equal(manifest.name, 'veriff-session-cleanup');
    assert.equal(manifest.displayName, 'Session Cleanup for Veriff (unofficial)');
  });

  for (const [id, label] of [
    [commands.deleteSession, 'Veriff: Delete Session…'],
    [commands.startCleanup, 'Veriff: Delete Listed Sessions…'],
    [commands.addToList, 'Veriff: Add to Veriff Cleanup List'],
    [commands.recordElsewhere, 'Veriff: Record Deletions Made Elsewhere…'],
    [commands.showPlan, 'Veriff: Show Plan'],
    [commands.addIntegration, 'Veriff: Add Integration…'],
    [commands.startSandbox, 'Veriff: Try with the Sandbox'],
    [commands.showLog, 'Veriff: Show Log'],
    [commands.forgetEverything, 'Veriff: Forget Everything…'],
  ] as const)
    it(`“${label}” is in the palette`, () => {
      const { category = '', title } = commandOf(id);
      assert.equal(`${category}: ${title}`, label);
      assert.deepEqual(itemsFor('commandPalette', id), []);
    });

  it('“Delete Veriff Session…” is in the editor’s menu, and not in the palette too', () => {
    assert.equal(commandOf(commands.deleteSessionInEditor).title, 'Delete Veriff Session…');
    assert.equal(itemsFor('editor/context', commands.deleteSessionInEditor).length, 1);
    assert.deepEqual(
      itemsFor('commandPalette', commands.deleteSessionInEditor).map(({ when }) => when),
      ['false'],
    );
  });

  it('are those of the view, its container and the log', () => {
    assert.deepEqual(
      contributedContainers.map(({ title }) => title),
      ['Veriff Cleanup'],
    );
    assert.deepEqual(
      contributedViews.map(({ name }) => name),
      ['Review', 'Cleanup List'],
    );
    assert.equal(logName, 'Veriff Cleanup');
    assert.equal(views.container, 'veriffCleanup');
    assert.equal(views.list, 'veriffCleanup.list');
    assert.equal(oldKey, 'veriffCleanup.integrations');
    assert.equal(markKey, 'veriffCleanup.listMark');
    assert.deepEqual(
      [slotKey(1), slotKey(50)],
      ['veriffCleanup.integration.1', 'veriffCleanup.integration.50'],
    );
  });

  it('have the category Veriff, and “…” exactly if a question follows', () => {
    const asking = new Set<string>([
      commands.deleteSession,
      commands.deleteSessionInEditor,
      commands.startCleanup,
      commands.addFromFiles,
      commands.findSessionIds,
      commands.holdEntries,
      commands.lookElsewhere,
      commands.filterList,
      commands.filterReview,
      commands.sortList,
      commands.recordElsewhere,
      commands.editLimits,
      commands.beginNewList,
      commands.addIntegration,
      commands.editIntegration,
      commands.switchIntegration,
      commands.removeIntegration,
      commands.forgetEverything,
    ]);
    for (const { command, title, category } of contributes.commands) {
      assert.equal(category, 'Veriff', command);
      assert.equal(title.endsWith('…'), asking.has(command), title);
      assert.doesNotMatch(title, /\.\.\./);
    }
  });

  it('say “delete” only for Veriff, and “remove” for what is kept here', () => {
    for (const [name, id] of Object.entries(commands)) {
      const { title } = commandOf(id);
      const isDeleting = id.startsWith(commands.deleteSession) || id === commands.startCleanup;
      assert.equal(/delete/i.test(title), isDeleting, title);
      assert.equal(/remove/i.test(title), /remove/i.test(name), title);
    }
  });
});

/** The files that may read settings. */
const readingSettings: readonly string[] = ['editor/app/settings.ts'];
/** The file that reads what VS Code's own search leaves out. */
const searchSettings = 'editor/adding/search/searchRoots.ts';

describe('what package.json promises', () => {
  it('is one database: on the machine with the window first', () => {
    assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
  });

  it('is VS Code 1.103 or later, the first with node:sqlite, and no API beyond it', () => {
    const [, major, minor] = /^\^(\d+)\.(\d+)\.\d+$/.exec(manifest.engines['vscode'] ?? '') ?? [];
    assert.equal(Number(major), 1);
    assert.ok(Number(minor) >= 103);
    assert.equal(manifest.devDependencies['@types/vscode'], `~1.${String(minor)}`);
    assert.ok(!('enabledApiProposals' in manifest));
  });

  it('is declared for untrusted and virtual workspaces', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    const { supported, description } = untrustedWorkspaces as { supported: unknown; description?: string };
    assert.equal(supported, 'limited');
    assert.match(description ?? '', /no setting, key or address from the workspace/);
    assert.equal(virtualWorkspaces, true);
  });

  it('is that no workspace can change anything: all settings belong to the user, and say so', () => {
    assert.ok(!('configurationDefaults' in contributes));
    const { properties } = contributes.configuration;
    assertSame(Object.keys(properties), settingIds);
    for (const [name, id] of Object.entries(settings)) assert.equal(id, `veriffCleanup.${name}`);
    for (const { scope, type, markdownDescription } of Object.values(properties)) {
      assert.deepEqual([scope, type], ['application', 'boolean']);
      assert.match(markdownDescription, /Set it in the user settings; a workspace cannot\.$/);
    }
    assert.equal(properties[settings.decorations]?.default, true);
  });

  it('is that settings are read in one file only, and there as the user’s own value', () => {
    for (const file of readdirSync(path.join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(path.join(projectRoot, 'src', file), 'utf8');
      // A workspace may say what VS Code's own search leaves out: that weakens no check of ours.
      const isOfSearch = file.split(path.sep).join('/') === searchSettings;
      if (isOfSearch) {
        assert.doesNotMatch(text, /[gG]etConfiguration\((?!'(?:files|search)')|workspaceState|veriffCleanup/);
        continue;
      }
      const isThePlace = readingSettings.includes(file.split(path.sep).join('/'));
      assert.doesNotMatch(
        text,
        isThePlace
          ? /workspaceState|workspaceValue|[gG]etConfiguration\([^)]*\)\.get/
          : /getConfiguration|workspaceState/,
        file,
      );
    }
  });

  it('is that a row cannot be removed, held or deleted again while it is being sent', () => {
    for (const id of [commands.deleteSession, commands.removeFromList, commands.holdEntries]) {
      const items = itemsFor('view/item/context', id);
      assert.ok(items.length > 0, id);
      const rows = items.flatMap(({ when = '' }) =>
        conditionsIn(when).flatMap((condition) => condition.rows),
      );
      assert.ok(rows.length > 0 && !rows.includes(rowKinds.sending), id);
    }
  });

  it('is that every action has a command in the palette', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).map(({ command }) => command);
    assert.deepEqual(hidden, [commands.deleteSessionInEditor]);
  });

  it('is that no key deletes at Veriff, and that the Delete key removes from the list', () => {
    const keys = contributes.keybindings;
    assert.ok(keys.length > 0);
    for (const { command, when } of keys) {
      assert.ok(command !== commands.deleteSession && command !== commands.startCleanup, command);
      // In an input or an editor, these keys have another meaning.
      assert.match(when, /focusedView == veriffCleanup\.list && !inputFocus/);
    }
    assert.equal(keys.find(({ key }) => key === 'delete')?.command, commands.removeFromList);
  });
});

describe('the parser of when clauses', () => {
  it('finds keys, views and rows', () => {
    const read = (when: string): Condition => {
      const [condition, ...others] = conditionsIn(when);
      assert.ok(condition !== undefined && others.length === 0, when);
      return condition;
    };
    assert.deepEqual(read('!a.key'), { keys: ['a.key'], views: [], rows: [] });
    assert.deepEqual(read('x in a.key'), { keys: ['x', 'a.key'], views: [], rows: [] });
    assert.deepEqual(read("view == 'a.list'"), { keys: ['view'], views: ['a.list'], rows: [] });
    assert.deepEqual(read('viewItem =~ /^a\\.(b|c)$/'), {
      keys: ['viewItem'],
      views: [],
      rows: ['a.b', 'a.c'],
    });
    assert.equal(conditionsIn('a && (b || !c) && d in e').length, 4);
  });

  it('refuses what it cannot parse', () => {
    for (const when of ['a ++ b', 'viewItem =~ /a.*/', 'viewItem =~ /^a.b$/', ''])
      assert.throws(() => conditionsIn(when), when);
  });
});

interface Condition {
  readonly keys: readonly string[];
  readonly views: readonly string[];
  readonly rows: readonly string[];
}

/** The conditions of a when clause, without their logic; throws at anything that it does not understand. */
function conditionsIn(when: string): readonly Condition[] {
  // The bars inside a regular expression are not an "or", so it is taken out first.
  const patterns: string[] = [];
  const plain = when.replace(
    /=~ \/((?:\\.|[^/\\])*)\//g,
    (_, pattern: string) => `=~ #${patterns.push(pattern) - 1}`,
  );
  return plain.split(/&&|\|\|/).map((part) => {
    const atom = part.replace(/^[\s!(]+|[\s)]+$/g, '');
    const [, key = '', operator, value = ''] = /^([\w.:]+)(?: (==|!=|=~|in|not in) (\S+))?$/.exec(atom) ?? [];
    assert.notEqual(key, '', `“${atom}” of “${when}”`);
    const values =
      operator === '=~'
        ? alternativesOf(patternText(patterns[Number(value.slice(1))] ?? ''))
        : [value.replace(/^'|'$/g, '')];
    const isList = operator === 'in' || operator === 'not in';
    return {
      keys: isList ? [key, value] : [key],
      views: key === 'view' && operator !== undefined ? values : [],
      rows: key === 'viewItem' && operator !== undefined ? values : [],
    };
  });
}

/** The text that a whole-string pattern matches, with at most one group of words; throws at anything else. */
function patternText(pattern: string): string {
  const [, text] = /^\^((?:\w|\\\.|[(|)])+)\$$/.exec(pattern) ?? [];
  assert.ok(text !== undefined, `/${pattern}/`);
  return text.replaceAll('\\.', '.');
}

/** "a.(b|c)" → "a.b", "a.c". */
function alternativesOf(text: string): readonly string[] {
  const [, before = text, group] = /^([^(]*)\(([^)]*)\)$/.exec(text) ?? [];
  return group === undefined ? [text] : group.split('|').map((word) => before + word);
}

function isOurs(id: string): boolean {
  return id.startsWith('veriffCleanup');
}

/** Every string under this name, anywhere in the value. */
function stringsAt(name: string, value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === name && typeof inner === 'string' ? [inner] : stringsAt(name, inner),
  );
}

function assertSame(actual: readonly unknown[], expected: readonly unknown[]): void {
  assert.deepEqual([...actual].sort(), [...expected].sort());
}

function commandOf(id: string): Command {
  const found = contributes.commands.find(({ command }) => command === id);
  assert.ok(found, id);
  return found;
}

function itemsFor(menu: string, id: string): readonly MenuItem[] {
  return (contributes.menus[menu] ?? []).filter(({ command }) => command === id);
}
