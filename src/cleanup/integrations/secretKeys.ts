/**
 * The names of what is kept in SecretStorage. `SecretStorage.keys()` is not there in VS Code 1.103, so they are
 * numbered.
 */

/** The key of the integration with this slot (1 to 50). */
export function slotKey(slot: number): string {
  return `veriffCleanup.integration.${slot}`;
}

/** The key of the mark of the list, see `KeptMark`; it is there as soon as an integration is. */
export const markKey = 'veriffCleanup.listMark';

/** The one key under which all integrations were stored before each had a key of its own. */
export const oldKey = 'veriffCleanup.integrations';
