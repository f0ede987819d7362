import type { Entry, EntrySource } from '../../../cleanup/list/entry.ts';
import type { Expectation } from './expectations.ts';
import type { RowText } from './rowText.ts';
import { timeText } from '../../text/timeText.ts';
import { visibleText } from '../../text/visibleText.ts';

/** What the text of an entry depends on, besides the entry. */
export interface EntrySurroundings {
  /** Epoch ms. */
  readonly now: number;
  /** The title of its integration. */
  readonly integration: string;
  /** Whether the text has to name the integration. */
  readonly namesIntegration: boolean;
  /** When it is sent, retried or looked up again; absent if none of that happens automatically. */
  readonly expectation?: Expectation;
}

const eraseMs = 12 * 60 * 60_000;
// A longer name would push the state out of a narrow side bar; the tooltip shows it in full.
const shortName = 24;

/** The texts of an entry's row. The state comes first in each text, and is never shown by icon or colour alone. */
export function entryText(
  entry: Entry,
  { now, integration, namesIntegration, expectation }: EntrySurroundings,
): RowText {
  const { text, icon, color } = appearance(entry, now, expectation);
  const { sessionId, source, group, isChecked } = entry;
  const name = source && fileName(source.uri);
  const status = entry.seenStatus === undefined ? '' : visibleText(entry.seenStatus, 30);
  const isAbsent = entry.state === 'deleted' || entry.state === 'notFound';
  const known = status === '' || isAbsent ? [] : [`${status} at Veriff`];
  return {
    // Short enough for the state to be visible in a narrow side bar; the whole id is in the tooltip and the spoken
    // text.
    label: `${sessionId.slice(0, 8)}…${sessionId.slice(-4)}`,
    description: [
      // Every row of this group is listed: in a narrow side bar, only the status tells them apart.
      ...(entry.state === 'listed' ? [...known, text] : [text, ...known]),
      ...(namesIntegration ? [integration] : []),
      ...(source === undefined || name === undefined || name.length > shortName
        ? []
        : [`${name}:${source.line + 1}`]),
    ].join(' · '),
    tooltip: [sessionId, text, `Integration: ${integration}`, ...details(entry, status, now)].join('\n'),
    spoken: [
      `Session ${sessionId}`,
      text,
      ...known,
      integration,
      ...(source === undefined ? [] : [foundIn(source)]),
    ].join(', '),
    icon,
    ...(color !== undefined && { color }),
    ...(group === 'listed' && {
      checkbox: { isChecked, spoken: `Session ${sessionId}, ${isChecked ? '' : 'not '}checked for deletion` },
    }),
  };
}

interface Appearance {
  readonly text: string;
  readonly icon: string;
  readonly color?: string;
}

function appearance(entry: Entry, now: number, expectation: Expectation | undefined): Appearance {
  const { state, group, holdNote, heldAt = now } = entry;
  const open = openAppearance(entry, now, expectation);
  if (group !== 'held') return open;
  const note =
    holdNote === undefined
      ? `on hold since ${timeText(heldAt, now)}`
      : `on hold: ${visibleText(holdNote, 60)}`;
  const kept = state === 'listed' ? 'not confirmed' : state === 'confirmed' ? 'confirmed' : open.text;
  return { text: `${note} · ${kept}`, icon: 'debug-pause' };
}

function openAppearance(entry: Entry, now: number, expectation: Expectation | undefined): Appearance {
  const at = timeText(entry.changedAt, now);
  switch (entry.state) {
    case 'listed':
      return { text: 'listed, not confirmed', icon: 'circle-outline' };
    case 'confirmed':
      return { text: `${slotText(expectation, now)} · confirmed`, icon: 'watch' };
    case 'sending':
      return { text: 'sending…', icon: 'sync~spin' };
    case 'deleted':
      return {
        text: `deleted ${at}, erased by ${timeText(entry.changedAt + eraseMs, now)}`,
        icon: 'pass-filled',
        color: 'testing.iconPassed',
      };
    case 'notFound':
      return { text: `not found ${at}${againText('looked up', now, expectation)}`, icon: 'question' };
    case 'blocked':
      return {
        text: `blocked ${at}: ${blockedText(entry, now, expectation)}`,
        icon: 'circle-slash',
        color: 'list.warningForeground',
      };
    case 'failed':
      return {
        text: `failed ${at}: ${entry.reason === 'idRefused' ? 'Veriff does not accept the id' : 'refused by Veriff'}`,
        icon: 'error',
        color: 'list.errorForeground',
      };
    case 'unknown':
      return {
        text: `unknown since ${at}: no believable answer${againText('looked up', now, expectation)}`,
        icon: 'warning',
        color: 'list.warningForeground',
      };
  }
}

function blockedText({ reason, group }: Entry, now: number, expectation: Expectation | undefined): string {
  const why =
    reason === 'inProgress'
      ? 'the end-user is in the flow'
      : reason === 'noAnswer'
        ? 'sent more than once without a believable answer, and still there'
        : 'not in a completed status';
  return `${why}${group === 'needsYou' ? ', not tried again by itself' : againText('tried', now, expectation)}`;
}

/** When a queued entry gets its slot, or why it gets none. */
function slotText(expectation: Expectation | undefined, now: number): string {
  if (expectation === undefined) return 'waits';
  if (expectation.kind !== 'at') return standstillTexts[expectation.kind];
  return expectation.at <= now ? 'slot free now' : `about ${timeText(expectation.at, now)}`;
}

/** When an entry is retried or looked up again, such as ", looked up again about 12:05" or ", paused". */
function againText(what: 'tried' | 'looked up', now: number, expectation: Expectation | undefined): string {
  if (expectation === undefined) return '';
  if (expectation.kind !== 'at') return `, ${standstillTexts[expectation.kind]}`;
  return `, ${what} again ${expectation.at <= now ? 'soon' : `about ${timeText(expectation.at, now)}`}`;
}

const standstillTexts = { paused: 'paused', stopped: 'stopped', notStored: 'can’t be sent' } as const;

function details(entry: Entry, status: string, now: number): readonly string[] {
  const { source, seenAt, heldAt, holdNote, addedAt } = entry;
  const seen = seenAt === undefined ? '' : ` at ${timeText(seenAt, now)}`;
  return [
    ...(source === undefined ? [] : [`Found in ${foundIn(source)}`]),
    ...(status === '' ? [] : [`Veriff called it “${status}” when it was looked up${seen}`]),
    ...(heldAt === undefined
      ? []
      : [
          `On hold since ${timeText(heldAt, now)}${holdNote === undefined ? '' : `: ${visibleText(holdNote)}`}`,
        ]),
    `Added ${timeText(addedAt, now)}`,
  ];
}

function foundIn({ uri, line }: EntrySource): string {
  return `${fileName(uri)}, line ${line + 1}`;
}

/** The last part of a URI's path, with hidden characters made visible; never empty. */
function fileName(uri: string): string {
  // A `git:` URI repeats the path in its query.
  const [path = ''] = uri.split(/[?#]/, 1);
  const name = path.slice(path.lastIndexOf('/') + 1) || uri || '(no name)';
  try {
    return visibleText(decodeURIComponent(name), 60);
  } catch {
    // Not decodable, for example because of a lone %: shown as it is.
    return visibleText(name, 60);
  }
}
