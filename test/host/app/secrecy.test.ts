import { person } from '../../support/window/personAtWindow.ts';
import { closeWorkshops, HostWorkshop } from '../../support/window/hostWorkshop.ts';
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { SandboxFault } from '../../support/sandbox/sandboxFaults.ts';
import { signSessionId } from '../../../src/veriff/signature.ts';
import { parseSessionId } from '../../../src/veriff/sessionId.ts';
import { sessionToken, sessionUrl } from '../../support/sessions/chosenIds.ts';
import { eventually } from '../../support/process/eventually.ts';

const apiKey = 'a11ce000-0000-4000-8000-00000000beef';
const secret = 'b0b00000-0000-4000-8000-00000000cafe';
const olderSecret = 'b0b00000-0000-4000-8000-0000000000fe';

describe('keys, signatures and tokens', () => {
  afterEach(closeWorkshops);

  it('never reach log, message, view, status bar or file', async () => {
    const workshop = await HostWorkshop.open({
      sandbox: { apiKey, sharedSecretKey: secret },
      integration: { sharedSecretKeys: [secret, olderSecret] },
    });
    const ids = workshop.sandbox.sessions().map(({ id }) => id);
    const [first = '', second = '', third = ''] = ids;
    person.agrees();
    await workshop.run('deleteSession', sessionUrl(first));
    const faults: readonly SandboxFault[] = ['signature-wrong', '401/1818', 'plain-403', 'html-200'];
    for (const fault of faults) {
      workshop.sandbox.misbehave(fault);
      await workshop.run('deleteSession', [second]);
      await workshop.run('checkCredentials');
    }
    workshop.sandbox.misbehave(undefined);
    for (const key of [apiKey, secret, olderSecret]) {
      await workshop.run('deleteSession', key);
      await workshop.run('copySessionId', { kind: 'entry', entry: { sessionId: key } });
    }
    person.answer = ({ kind, choices }) => (kind === 'pick' ? choices[0] : undefined);
    for (const command of ['editIntegration', 'switchIntegration', 'removeIntegration'] as const)
      await workshop.run(command);
    person.answer = ({ choices }) => choices.find((choice) => choice === 'Show Plan');
    await workshop.run('deleteSession', ids);
    workshop.secrets.touch();
    await eventually('the status bar is drawn', () =>
      person.statusTexts.some((text) => text.includes('Shop')),
    );

    const seen = [
      person.everythingSeen(),
      JSON.stringify(await rowsOf([...person.trees.values()][0])),
      workshop.storedBytes(),
      JSON.stringify(workshop.sandbox.requests()),
    ];
    const signatures = [first, second, third].flatMap((id) => {
      const sessionId = parseSessionId(id);
      return sessionId === undefined ? [] : [signSessionId(sessionId, secret)];
    });
    for (const mark of [apiKey, secret, olderSecret, ...signatures, sessionToken(first)]) {
      for (const [place, text] of seen.entries())
        assert.ok(!text.toLowerCase().includes(mark.toLowerCase()), `${mark} is in place ${place}`);
    }
    // The searched texts must be those that were shown.
    assert.ok(seen.slice(0, 3).every((text) => text.includes(first)));
    assert.ok(person.log.length > 5);
  });

  it('reach nothing if they are used as a name', async () => {
    const name = '[run](command:workbench.action.quit) <b>$(trash)</b> \u202e';
    await HostWorkshop.open({ integration: { name, kind: 'LIVE' } });
    const [item] = await eventually('the status item', () =>
      person.statusTexts.length > 2 ? [...person.statusItems] : undefined,
    );
    assert.ok(item !== undefined);
    const { tooltip } = item;
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.equal(tooltip.isTrusted, undefined);
    assert.notEqual(tooltip.supportHtml, true);
    assert.ok(!tooltip.value.includes('[run](command:'), tooltip.value);
    assert.ok(!item.text.includes('\u202e'), 'the text is turned around');
  });
});

/** All rows of the tree as VS Code gets them. */
async function rowsOf(
  provider: vscode.TreeDataProvider<unknown> | undefined,
  row?: unknown,
): Promise<unknown[]> {
  if (provider === undefined) return [];
  const children = (await provider.getChildren(row)) ?? [];
  const items = await Promise.all(children.map((child) => Promise.resolve(provider.getTreeItem(child))));
  const isGroup = items.map(({ collapsibleState = 0 }) => collapsibleState > 0);
  const below = await Promise.all(
    children.filter((_, index) => isGroup[index]).map((child) => rowsOf(provider, child)),
  );
  return [...items, ...below];
}
