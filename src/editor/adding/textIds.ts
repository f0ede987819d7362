import { nextTurn } from '../../sessions/scan/turns.ts';
import type { NewEntry } from '../../cleanup/list/cleanupList.ts';
import { findInPieces, type PlacedId } from '../../sessions/scan/findInPieces.ts';
import type { Finding, Found } from '../../sessions/scan/findings.ts';
import { rankOfRole } from '../../sessions/role/role.ts';
import type { SessionId } from '../../veriff/sessionId.ts';
import type { TextSource } from '../input/textSource.ts';

interface Source {
  readonly reading: TextSource;
  readonly findings: Map<SessionId, Kept>;
}

interface Best {
  readonly finding: Finding;
  readonly uri: string | undefined;
}

type Kept = { -readonly [Key in keyof Finding]: Finding[Key] };

/** The ids of texts that the user selected, copied or typed, and whether it is clear that they are sessions. */
export class TextIds {
  readonly #sources = new Map<string, Source>();
  readonly #keys: ReadonlySet<string>;
  #best: readonly Best[] | undefined;
  #isCut = false;

  /** `keys` are the stored keys in lower case. */
  constructor(keys: ReadonlySet<string>) {
    this.#keys = keys;
  }

  /** Whether reading was cancelled. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** Reads the ids of one text, with turns of the event loop in between. If aborted, it keeps what it has read. */
  async read(reading: TextSource, signal?: AbortSignal): Promise<void> {
    this.#best = undefined;
    const known = this.#sources.get(reading.uri ?? reading.name);
    const source: Source = known ?? { reading, findings: new Map() };
    this.#sources.set(reading.uri ?? reading.name, source);
    for (const found of findInPieces(reading.pieces, reading.context)) {
      this.#isCut ||= signal?.aborted === true;
      if (this.#isCut) return;
      for (const id of found) if (reading.isMeant?.(id) !== false) keep(source.findings, id, reading);
      await nextTurn();
    }
  }

  /** Whether no id was found; stored keys count as ids here. */
  get isEmpty(): boolean {
    return [...this.#sources.values()].every(({ findings }) => findings.size === 0);
  }

  /**
   * Whether the ids need no review: the text around each id says that it is a session, or no text around any of them
   * says anything, as in a plain list. Ids need a review if one of them seems to be something else, or if only some of
   * them are known to be sessions. Stored keys do not count; they are left out in any case.
   */
  get isClear(): boolean {
    const roles = new Set(this.#byId().map(({ finding }) => finding.role));
    return roles.size === 0 || (roles.size === 1 && (roles.has('session') || roles.has('unknown')));
  }

  /** All found ids, for a review. */
  found(): Found {
    const sources = [...this.#sources.values()].map(({ reading: { name, uri }, findings }) => ({
      name,
      ...(uri !== undefined && { uri }),
      findings: [...findings.values()],
    }));
    return { sources, skipped: [], isCancelled: this.#isCut };
  }

  /** The entries for the list, each id once. */
  entries(): readonly NewEntry[] {
    return this.#byId().map(({ finding: { id, line }, uri }) => ({
      sessionId: id,
      ...(uri !== undefined && { source: { uri, line } }),
    }));
  }

  get keyCount(): number {
    const ids = [...this.#sources.values()].flatMap(({ findings }) => [...findings.keys()]);
    return new Set(ids.filter((id) => this.#keys.has(id))).size;
  }

  #byId(): readonly Best[] {
    this.#best ??= [...bestPlaces(this.#sources.values(), this.#keys).values()];
    return this.#best;
  }
}

/** Each id that is not a stored key, with the place that says most about it, in the order of their first places. */
function bestPlaces(sources: Iterable<Source>, keys: ReadonlySet<string>): ReadonlyMap<SessionId, Best> {
  const best = new Map<SessionId, Best>();
  for (const { reading, findings } of sources)
    for (const [id, finding] of findings) {
      const known = best.get(id)?.finding;
      if (keys.has(id) || (known !== undefined && rankOfRole(finding.role) <= rankOfRole(known.role)))
        continue;
      best.set(id, { finding, uri: reading.uri });
    }
  return best;
}

function keep(
  findings: Map<SessionId, Kept>,
  { id, role, reason, line, column }: PlacedId,
  { firstLine = 0, firstColumn = 0 }: TextSource,
): void {
  const place = { line: firstLine + line, column: line === 0 ? firstColumn + column : column };
  const known = findings.get(id);
  if (known === undefined) {
    findings.set(id, { id, role, reason, ...place, count: 1 });
    return;
  }
  known.count += 1;
  if (rankOfRole(role) > rankOfRole(known.role)) Object.assign(known, { role, reason, ...place });
}
