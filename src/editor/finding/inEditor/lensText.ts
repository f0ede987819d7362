import type { ListedState } from '../../inEditor/listedStates.ts';

/** What stands above a line with an id: its state and integration, each on the list of which it stands. */
export function lensText({ text, integration }: Pick<ListedState, 'text' | 'integration'>): string {
  // A lens makes an icon of $(name); a gap keeps it text.
  return `${text} · ${integration}`.replaceAll('$(', '$ (');
}
