import type { Entry } from '../cleanup/cleanupList.ts';
import { timeText } from './timeText.ts';
import { visibleText } from './visibleText.ts';

/** One entry as the tree shows and speaks it. Icons and colours are VS Code's own names. */
export interface EntryRow {
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly icon: string;
  readonly color?: string;
}

const eraseMs = 12 * 60 * 60_000;

/** How an entry is shown at `now` (epoch ms); `expectedAt` is when its slot comes, where it waits for one. */
export function entryRow(entry: Entry, now: number, expectedAt?: number): EntryRow {
  const { description, icon, color } = appearance(entry, now, expectedAt);
  const found =
    entry.source === undefined
      ? ''
      : `\nFound in ${fileName(entry.source.uri)}, line ${entry.source.line + 1}`;
  return {
    // Short enough that the state behind it is seen in a narrow sidebar; the whole id is in tooltip and speech.
    label: `${entry.sessionId.slice(0, 8)}…${entry.sessionId.slice(-4)}`,
    description,
    tooltip: `${entry.sessionId}\n${description}${found}`,
    spoken: `Session ${entry.sessionId}, ${description}`,
    icon,
    ...(color !== undefined && { color }),
  };
}

interface Appearance {
  readonly description: string;
  readonly icon: string;
  readonly color?: string;
}

function appearance(entry: Entry, now: number, expectedAt: number | undefined): Appearance {
  const at = timeText(entry.changedAt, now);
  switch (entry.state) {
    case 'listed':
      return { description: 'listed, not confirmed', icon: 'circle-outline' };
    case 'confirmed':
      return { description: `${waitText(expectedAt, now)} · confirmed`, icon: 'watch' };
    case 'sending':
      return { description: 'sending…', icon: 'sync~spin' };
    case 'deleted':
      return {
        description: `deleted ${at}, erased by ${timeText(entry.changedAt + eraseMs, now)}`,
        icon: 'pass-filled',
        color: 'testing.iconPassed',
      };
    case 'gone':
      return {
        description: `gone ${at}: not at Veriff (any more)`,
        icon: 'pass',
        color: 'testing.iconPassed',
      };
    case 'blocked':
      return {
        description: `blocked ${at}: ${entry.reason === 'inProgress' ? 'the end-user is in the flow' : 'not in a completed status'}`,
        icon: 'circle-slash',
        color: 'list.warningForeground',
      };
    case 'failed':
      return {
        description: `failed ${at}: ${entry.reason === 'idRefused' ? 'Veriff does not accept the id' : 'refused by Veriff'}`,
        icon: 'error',
        color: 'list.errorForeground',
      };
    case 'unknown':
      return {
        description: `unknown since ${at}: no believable answer`,
        icon: 'question',
        color: 'list.warningForeground',
      };
  }
}

function waitText(expectedAt: number | undefined, now: number): string {
  if (expectedAt === undefined) return 'waits';
  return expectedAt <= now ? 'slot free now' : `about ${timeText(expectedAt, now)}`;
}

function fileName(uri: string): string {
  // A `git:` URI names the path once more in its query.
  const [path = ''] = uri.split(/[?#]/, 1);
  const name = path.slice(path.lastIndexOf('/') + 1);
  try {
    return visibleText(decodeURIComponent(name), 60);
  } catch {
    // A lone % is no reason to show no row at all.
    return visibleText(name, 60);
  }
}
