/** Something that a user does in a window of the soak; reported before it begins. */
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
  /** Removes an integration, or changes something that a consent names; `toKey` is its new API key. */
  | {
      readonly kind: 'endIntegration';
      readonly integration: string;
      readonly fromKey: string;
      readonly toKey?: string;
    };

/** What is known of an act; times in real ms since the run began. */
export interface KnownAct {
  readonly name: string;
  readonly act: Act;
  readonly beganMs: number;
  /** When it was acknowledged; undefined if its window ended before, or if it was refused. */
  doneMs?: number;
  /** For which sessions it was acknowledged; the others were not in the expected state. */
  sessionIds?: ReadonlySet<string>;
}

/** Whether the act takes consent back. */
export function isTakingBack({ kind }: Act): boolean {
  return ['hold', 'remove', 'cancel', 'endIntegration', 'listAgain', 'pause'].includes(kind);
}
