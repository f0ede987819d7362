/** What a window waits for; during each wait it may die, and then the promise never settles. */
export const awaits = ['timer', 'secrets', 'send', 'lookUp', 'askTime'] as const;
export type Await = (typeof awaits)[number];

/** The points at which a window may freeze for a while. */
export const freezePoints = [
  'beforeReservation',
  'beforeCheck',
  'beforeLeaving',
  'onTheWay',
  'beforeRecord',
  'duringLookUp',
] as const;
export type FreezePoint = (typeof freezePoints)[number];

/** What the user does with integrations and dialogs. */
export const userActs = [
  'dialogs',
  'agreements',
  'agreedToNothing',
  'cancels before',
  'cancels while out',
  'cancels in look-up',
  'adds of integrations',
  'edits of host',
  'edits of key',
  'edits of kind',
  'edits of name or secrets',
  'removals of integrations',
  'switches',
  'staleRows',
  'new lists',
] as const;

/** What happens to secrets, dates and files. */
export const mishaps = [
  'moves to another machine',
  'wrongDates',
  'lockedSecrets',
  'lateSecrets',
  'lostMarks',
  'fileWorlds',
  'folder put back',
  'database put back',
  'folder put back, unnoticed',
  'wal lost',
  'shm lost',
  'wal and shm lost',
  'damages',
  'folders away',
] as const;

const counted = [
  'worlds',
  /** Acts, mishaps, windows that open, close, freeze or die, and requests that leave; no turns, no answers. */
  'events',
  'turns',
  'windows',
  'requests',
  'deletions',
  'lookUps',
  'timeQuestions',
  /** Deletions sent again after Veriff had blocked them, without another confirmation. */
  'retries',
  /** Answers 429, and those of them that the server gave because requests of ours and of others had used up a limit. */
  'limited',
  'refusals',
  'acts',
  'reboots',
  'sleeps',
  'wallSteps',
  'diskRefusals',
  'deletionsElsewhere',
  ...userActs,
  ...mishaps,
] as const;

export type FigureName = (typeof counted)[number] | `crash at ${Await}` | `freeze ${FreezePoint}`;

/** How often each thing happened, in one world or in many. */
export type Figures = Record<FigureName, number>;

const names: readonly FigureName[] = [
  ...counted,
  ...awaits.map((name) => `crash at ${name}` as const),
  ...freezePoints.map((point) => `freeze ${point}` as const),
];

/** What every run of many worlds has to contain: a world in which nothing happens keeps every promise too. */
export const expectedFigures: readonly FigureName[] = [
  ...userActs,
  ...mishaps,
  ...awaits.map((name) => `crash at ${name}` as const),
  ...freezePoints.map((point) => `freeze ${point}` as const),
];

export function noFigures(): Figures {
  return Object.fromEntries(names.map((name) => [name, 0])) as Figures;
}

export function addFigures(to: Figures, more: Figures): void {
  for (const name of names) to[name] += more[name];
}
