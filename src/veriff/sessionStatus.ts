/**
 * Whether Veriff refuses to delete a session with this status, according to both of its pages: it has been submitted, and
 * its decision is not there yet. Source: src/veriff/README.md, "Statuses".
 */
export function isRefused(status: string | undefined): boolean {
  return status === 'submitted';
}
