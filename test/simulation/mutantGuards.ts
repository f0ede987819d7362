import type { Replacement } from '../support/simulation/mutantHook.ts';

/** What the simulation can show for a condition. */
export type WorldsOf =
  /** A world breaks after other safeguards against the same thing are removed together with the condition. */
  | { readonly together: readonly Replacement[]; readonly named: string }
  /** A world breaks, but so rarely that the first seeds do not show it. */
  | { readonly from: number }
  /** No world can break, and why. */
  | { readonly none: string };

const migrations = 'src/cleanup/database/migrations.ts';
const gate = 'src/cleanup/attempts/gate.ts';
const runner = 'src/cleanup/runner/runner.ts';

const replaced = (file: string, from: string, to: string): Replacement => ({ file, from, to });

const withoutEntryCheck = replaced(
  migrations,
  "CHECK (consent IS NULL OR (held_at IS NULL AND state NOT IN ('listed', 'deleted', 'notFound', 'failed')))",
  'CHECK (1)',
);

/** The schema removes an entry from the queue when its consent ends. */
const entriesStayQueued: readonly Replacement[] = [
  replaced(migrations, 'WHERE consent = NEW.id;', 'WHERE consent = NEW.id AND 0;'),
  withoutEntryCheck,
  replaced(
    migrations,
    'BEFORE DELETE ON list_entries WHEN OLD.consent IS NOT NULL',
    'BEFORE DELETE ON list_entries WHEN 0',
  ),
];

/** The schema ends the consents of an integration that ends. */
const consentsOutliveIntegrations: readonly Replacement[] = [
  replaced(migrations, 'AND agreement IN (SELECT id FROM agreements WHERE integration = NEW.id);', 'AND 0;'),
];

/** The same, and entries that move to a new integration keep their consents. */
const consentsComeAlong: readonly Replacement[] = [
  ...consentsOutliveIntegrations,
  withoutEntryCheck,
  replaced(
    'src/cleanup/integrations/takeAlong.ts',
    `seen_attempt = NULL, wait_until_ms = CASE state WHEN 'unknown' THEN 0 END,
         state = CASE state WHEN 'unknown' THEN state ELSE 'listed' END,`,
    `seen_attempt = NULL, wait_until_ms = CASE state WHEN 'unknown' THEN 0 END,
         state = CASE state WHEN 'blocked' THEN 'confirmed' ELSE state END,`,
  ),
];

const anyIntegration = replaced(gate, 'AND agreements.integration = entry.integration', '');
const endedConsents = replaced(gate, 'AND consents.ended_at IS NULL', '');

const sameRow = { none: 'what a row says never changes (trigger), so the id says as much' };
const agreedAnyway = { none: 'whatever would be sent was agreed to as well' };
const oneProcess = { none: 'in one process nothing can happen between these two lines' };

/** By condition; a condition that is missing here breaks a world by itself. */
export const worldsByCondition: Readonly<Record<string, WorldsOf>> = {
  'the integration has not ended': {
    together: [
      ...consentsOutliveIntegrations,
      replaced(
        runner,
        'if (!integrations.isCurrent(means.integration)) return undefined;',
        'void integrations;',
      ),
    ],
    named: 'the trigger that ends its consents, and the runner’s own look',
  },
  'the credentials have its id': { none: 'API key, host and kind are those of one living integration' },
  'the credentials are for its host': sameRow,
  'the credentials are TEST or LIVE as it is': sameRow,
  'the credentials have its API key': sameRow,
  'the consent is the entry’s': { none: 'a session has one living consent of an integration' },
  'the consent is alive': { together: entriesStayQueued, named: 'the trigger and the CHECK of the entry' },
  'the consent names this session': { none: 'a consent is written with the session of its entry' },
  'the agreement is the consent’s': { none: 'all agreements of an integration name the same' },
  'the agreement names this integration': {
    together: consentsComeAlong,
    named: 'the trigger that ends consents with their integration',
  },
  'the agreement names this host': {
    together: [...consentsComeAlong, anyIntegration],
    named: 'that trigger, and that the agreement names this integration',
  },
  'the agreement names TEST or LIVE as it is': {
    together: [...consentsComeAlong, anyIntegration],
    named: 'that trigger, and that the agreement names this integration',
  },
  'it is the entry with the number that was pointed at': agreedAnyway,
  'it is an entry of the list that was pointed at': agreedAnyway,
  'it is the session that was pointed at': agreedAnyway,
  'the entry is of the credentials’ integration': {
    none: 'an entry that has moved has lost its consent, and the integration that it left has ended',
  },
  'the entry is not on hold': {
    together: [...entriesStayQueued, endedConsents],
    named: 'the trigger and the CHECK of the entry, and that the consent is alive',
  },
  'a session id stands in the entry': { none: 'the list takes nothing but session ids' },
  'the list is not paused (what goes next)': {
    together: [
      replaced(
        runner,
        'const { book, switches, integrations } = records;\n    if (switches.isPaused() || ',
        'const { book, switches, integrations } = records;\n    if (',
      ),
      replaced(
        runner,
        'book.recordWhatFailed();\n    if (switches.isPaused() || ',
        'book.recordWhatFailed();\n    if (',
      ),
      replaced(runner, 'waiting.length === 0 || switches.isPaused()', 'waiting.length === 0'),
    ],
    named: 'what the runner asks before',
  },
  // A process has to be frozen between reading and reserving, while somebody edits the integration.
  'the credentials were read just now': { from: 1500 },
  'no answer has stopped the integration': {
    together: [
      replaced(
        runner,
        'integrations } = records;\n    if (switches.isPaused() || switches.stopOf(id) !== undefined)',
        'integrations } = records;\n    if (switches.isPaused())',
      ),
      replaced(
        runner,
        'recordWhatFailed();\n    if (switches.isPaused() || switches.stopOf(id) !== undefined)',
        'recordWhatFailed();\n    if (switches.isPaused())',
      ),
    ],
    named: 'what the runner asks before',
  },
  'the kept mark is that of the file': { none: 'the comparison itself ends the consents' },
  'the windows that ended were seen': { none: 'whoever asks for the quota or a look-up sees them before' },
  'what could not be written is written first': { none: 'the runner writes it at each step before' },
  'the reservation is in the file itself': oneProcess,
  'the file is still in its place': oneProcess,
  'the machine was not started anew since': { none: 'no simulated process outlives its machine' },
  'the file has been at the generation of the mark': {
    none: 'the name, which is random, says as much',
  },
  'the generation has the name in the mark': {
    none: 'a copy counts on for so long only while the secret storage does not answer',
  },
  'a mark is kept': { none: 'where only the mark is lost, nothing was taken back' },
  'Cancel while the credentials are read': { none: 'Cancel has ended the consent by then' },
  'the reservation is checked before the request': {
    none: 'only the runner stands still between the two; see the control arm',
  },
  'the credentials are read before each reservation': {
    none: 'only after a slot that was burnt, and those of a person never are here',
  },
};
