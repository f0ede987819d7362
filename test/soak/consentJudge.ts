import type { KnownAct } from './soakActs.ts';
import type { ServerEvent, ToldReservation } from './soakMessages.ts';
import type { RunRecord } from './soakRun.ts';

type Agreement = KnownAct & { readonly act: Extract<KnownAct['act'], { kind: 'agree' }> };

/**
 * One sentence for each DELETE that arrived although no dialog had named it, or although it was taken back before it
 * left.
 */
export function judgeConsent({ notes, server }: RunRecord): readonly string[] {
  const judge = new ConsentJudge([...notes.acts.values()]);
  const used = new Set<string>();
  return server.events.flatMap((event) => {
    if (event.kind !== 'arrived') return [];
    const { token = '', sessionId, apiKey, host } = event;
    const reservation = notes.reservations.get(token);
    if (reservation === undefined || used.has(token)) return [`${sessionId} was sent without a slot.`];
    used.add(token);
    const isSame = reservation.sessionId === sessionId && reservation.apiKey === apiKey;
    if (!isSame || new URL(reservation.baseUrl).host !== host)
      return [`What arrived for ${sessionId} is not what was reserved.`];
    return judge.judge(event, reservation);
  });
}

/** What was agreed to and taken back, by session. Shares no rule with the code under test. */
class ConsentJudge {
  readonly #agreements = new Map<string, Agreement[]>();
  readonly #endings: readonly KnownAct[];
  readonly #pauses: readonly KnownAct[];
  readonly #resumes: readonly KnownAct[];

  constructor(acts: readonly KnownAct[]) {
    for (const known of acts)
      if (isAgreement(known))
        for (const id of known.act.sessionIds)
          this.#agreements.set(id, [...(this.#agreements.get(id) ?? []), known]);
    this.#endings = acts.filter(({ act, doneMs }) => doneMs !== undefined && endings.includes(act.kind));
    this.#pauses = acts.filter(({ act, doneMs }) => doneMs !== undefined && act.kind === 'pause');
    this.#resumes = acts.filter(({ act }) => act.kind === 'resume');
  }

  judge({ sessionId, apiKey, host }: ServerEvent, reservation: ToldReservation): readonly string[] {
    const broken: string[] = [];
    if (this.#wasPaused(reservation)) broken.push(`${sessionId} was sent while the list was paused.`);
    const named = (this.#agreements.get(sessionId) ?? []).filter(
      ({ act, beganMs }) =>
        act.apiKey === apiKey && new URL(act.baseUrl).host === host && beganMs <= reservation.doneMs,
    );
    if (named.length === 0) return [...broken, `No dialog has named ${sessionId} with ${apiKey} at ${host}.`];
    const endings = named.map((agreement) => this.#endingOf(agreement, sessionId, reservation.beganMs));
    if (endings.includes(undefined)) return broken;
    const by = endings.map((ending) => `${ending?.act.kind ?? ''} ${ending?.name ?? ''}`).join(', ');
    return [...broken, `${sessionId} was sent after it was taken back: ${by}.`];
  }

  /**
   * The act that ended an agreement for this session before `beforeMs`: it began after the agreement was done, and was
   * done before that moment.
   */
  #endingOf(agreement: Agreement, sessionId: string, beforeMs: number): KnownAct | undefined {
    const sinceMs = agreement.doneMs ?? Infinity;
    return this.#endings.find(
      (ending) =>
        ending.beganMs >= sinceMs &&
        (ending.doneMs ?? Infinity) <= beforeMs &&
        ends(ending, agreement, sessionId),
    );
  }

  #wasPaused({ beganMs, doneMs }: ToldReservation): boolean {
    return this.#pauses.some(
      (pause) =>
        (pause.doneMs ?? Infinity) <= beganMs &&
        !this.#resumes.some(
          (resume) => resume.beganMs <= doneMs && (resume.doneMs ?? Infinity) >= pause.beganMs,
        ),
    );
  }
}

const endings: readonly string[] = ['hold', 'remove', 'listAgain', 'cancel', 'endIntegration'];

function isAgreement(known: KnownAct): known is Agreement {
  return known.act.kind === 'agree';
}

/** Whether the act ends the agreement for this session, whatever their order in time. */
function ends({ act, sessionIds }: KnownAct, agreement: Agreement, sessionId: string): boolean {
  switch (act.kind) {
    case 'cancel':
      return act.of === agreement.name;
    case 'endIntegration':
      return act.integration === agreement.act.integration;
    case 'hold':
    case 'remove':
    case 'listAgain':
      return sessionIds?.has(sessionId) ?? false;
    case 'agree':
    case 'add':
    case 'release':
    case 'undo':
    case 'pause':
    case 'resume':
    case 'addIntegration':
      return false;
  }
}
