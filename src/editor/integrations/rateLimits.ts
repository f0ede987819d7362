import * as vscode from 'vscode';
import { veriffLimits, type Limit } from '../../cleanup/quota/quota.ts';
import type { Desk } from '../app/app.ts';
import { titleOf, type Integration } from '../app/integration.ts';
import { agoIn, countIn, limitsText } from './limitInput.ts';
import { showResult } from '../app/messages.ts';
import { leftText } from '../text/quotaText.ts';
import { offerIntegration } from '../app/offerIntegration.ts';

/** "Record Deletions Made Elsewhere…": so that slots which a script or a colleague spent are not counted as free. */
export async function recordElsewhere(desk: Desk): Promise<void> {
  const integration = await current(desk);
  if (integration === undefined) return;
  const title = `Deletions made elsewhere · ${titleOf(integration)}`;
  const key = integration.id;
  const most = Math.max(
    ...desk
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
  desk.records().book.recordElsewhere(key, count, agoMs);
  desk.changed();
  const quota = desk.records().book.quota(key);
  const what = count === 1 ? 'One deletion' : `${count} deletions`;
  desk.log.event(`recorded: ${what.toLowerCase()} made elsewhere · ${titleOf(integration)}`);
  showResult('info', `${what} recorded. Rate limit: ${leftText(quota, Date.now())}.`, desk.log);
}

/** "Edit Rate Limits…": for an integration to which Veriff granted others than the documented ones. */
export async function editLimits(desk: Desk): Promise<void> {
  const integration = await current(desk);
  if (integration === undefined) return;
  const title = `Rate limits · ${titleOf(integration)}`;
  const key = integration.id;
  const { book, switches } = desk.records();
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
  desk.changed();
  desk.run.wake();
  desk.log.event(`rate limits: ${limitsText(changed)} · ${titleOf(integration)}`);
  showResult('info', `${titleOf(integration)} keeps ${limitsText(changed)} now.`, desk.log);
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
  /** The number that the text means, or what is wrong with it. */
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

async function current(desk: Desk): Promise<Integration | undefined> {
  const integration = await desk.store.current();
  if (integration === undefined) offerIntegration(desk, 'changed');
  return integration;
}
