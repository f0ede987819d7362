/** Something that a user does in a window of the soak, as it is told before it begins. */
export type Act =
  /** A dialog that names these sessions of this integration, and is agreed to. */
  | {
      readonly kind: 'agree';
      readonly integration: string;
      readonly apiKey: string;
      readonly baseUrl: string;
      readonly sessionIds: readonly string[];
    }
  | {
      readonly kind: 'add' | 'hold' | 'release' | 'remove' | 'listAgain';
      readonly sessionIds: readonly string[];
    }
  | { readonly kind: 'undo' | 'pause' | 'resume' | 'addIntegration' }
  /** Takes back what the act with this name has agreed to. */
  | { readonly kind: 'cancel'; readonly of: string }
  /** Removes an integration, or changes what a consent names; `toKey` is its API key from then on. */
  | {
      readonly kind: 'endIntegration';
      readonly integration: string;
      readonly fromKey: string;
      readonly toKey?: string;
    };

/** An act as far as it is known, in real ms since the run began. */
export interface KnownAct {
  readonly name: string;
  readonly act: Act;
  readonly beganMs: number;
  /** When it was acknowledged; undefined if its window ended before, or it was refused. */
  doneMs?: number;
  /** For which sessions it was acknowledged; the others were not what they were thought to be. */
  sessionIds?: ReadonlySet<string>;
}

/** Whether the act takes back what was agreed to. */
export function isTakingBack({ kind }: Act): boolean {
  return ['hold', 'remove', 'cancel', 'endIntegration', 'listAgain', 'pause'].includes(kind);
}
