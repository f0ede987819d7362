import * as vscode from 'vscode';
import { veriffLimits, type Limit } from '../../cleanup/quota/quota.ts';
import type { App } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import { agoIn, countIn, limitsText } from './limitInput.ts';
import { showResult } from '../app/messages.ts';
import { leftText } from '../text/quotaText.ts';
import { offerIntegration } from '../app/offerIntegration.ts';

/** "Record Deletions Made Elsewhere…": keeps slots that a script or a colleague has used from being counted as free. */
export async function recordElsewhere(app: App): Promise<void> {
  const integration = await current(app);
  if (integration === undefined) return;
  const title = `Deletions made elsewhere · ${titleOf(integration)}`;
  const key = integration.id;
  const most = Math.max(
    ...app
      .records()
      .book.limits(key)
      .map(({ count }) => count),
  );
  const count = await ask({
    title,
    prompt: `How many sessions of this integration were deleted elsewhere (with a script, in another tool)? At most ${most} count.`,
    value: '1',
    read: (text) => countIn(text, most),
  });
  if (count === undefined) return;
  const agoMs = await ask({
    title,
    prompt: 'When was the last of them? “now”, a time such as 14:05, or how long ago: “20 min”, “3 h”.',
    value: 'now',
    read: (text) => agoIn(text, Date.now()),
  });
  if (agoMs === undefined) return;
  app.records().book.recordElsewhere(key, count, agoMs);
  app.changed();
  const quota = app.records().book.quota(key);
  const what = count === 1 ? 'One deletion' : `${count} deletions`;
  app.log.event(`recorded: ${what.toLowerCase()} made elsewhere · ${titleOf(integration)}`);
  showResult('info', `${what} recorded. Rate limit: ${leftText(quota, Date.now())}.`, app.log);
}

/** "Edit Rate Limits…": for an integration to which Veriff granted other limits than the documented ones. */
export async function editLimits(app: App): Promise<void> {
  const integration = await current(app);
  if (integration === undefined) return;
  const title = `Rate limits · ${titleOf(integration)}`;
  const key = integration.id;
  const { book, switches } = app.records();
  const changed: Limit[] = [];
  for (const [index, limit] of book.limits(key).entries()) {
    const documented = veriffLimits[index]?.count ?? limit.count;
    const count = await ask({
      title,
      prompt: `How many deletions does Veriff allow ${limitsText([limit]).replace(/^\d+ /, '')}? Documented: ${documented}. Enter more only where Veriff has granted it in writing.`,
      value: String(limit.count),
      read: (text) => countIn(text, 10_000),
    });
    if (count === undefined) return;
    changed.push({ ...limit, count });
  }
  const isDocumented = changed.every(({ count }, index) => count === veriffLimits[index]?.count);
  if (!isDocumented && !(await agrees(integration, changed))) return;
  switches.setLimits(key, isDocumented ? undefined : changed);
  app.changed();
  app.wake();
  app.log.event(`rate limits: ${limitsText(changed)} · ${titleOf(integration)}`);
  showResult('info', `${titleOf(integration)} keeps ${limitsText(changed)} now.`, app.log);
}

async function agrees(integration: Integration, limits: readonly Limit[]): Promise<boolean> {
  const answer = await vscode.window.showWarningMessage(
    `Keep ${limitsText(limits)} for ${titleOf(integration)}?`,
    {
      modal: true,
      detail: `Veriff documents ${limitsText(veriffLimits)}. Where it has not granted others, more requests only bring answers 429, and perhaps a call from Veriff.`,
    },
    'Keep These Limits',
  );
  return answer === 'Keep These Limits';
}

interface Question {
  readonly title: string;
  readonly prompt: string;
  readonly value: string;
  /** The number in the text, or an error message. */
  readonly read: (text: string) => number | string;
}

async function ask({ title, prompt, value, read }: Question): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title,
    prompt,
    value,
    ignoreFocusOut: true,
    validateInput: (typed) => {
      const reading = read(typed);
      return typeof reading === 'string' ? reading : undefined;
    },
  });
  const reading = text === undefined ? undefined : read(text);
  return typeof reading === 'number' ? reading : undefined;
}

async function current(app: App): Promise<Integration | undefined> {
  const integration = await app.store.current();
  if (integration === undefined) offerIntegration(app, 'changed');
  return integration;
}
