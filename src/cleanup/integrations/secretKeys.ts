/** The names of our keys in SecretStorage. They are numbered because VS Code 1.103 has no `SecretStorage.keys()`. */

/** The key of the integration with this slot (1 to 50). */
export function slotKey(slot: number): string {
  return `veriffCleanup.integration.${slot}`;
}

/** The key of the mark of the list, see `KeptMark`; it is stored as soon as an integration is. */
export const markKey = 'veriffCleanup.listMark';

/** The one key under which all integrations were stored before each had its own. */
export const oldKey = 'veriffCleanup.integrations';
