import path from 'node:path';

/** The folder of the checkout. */
export const projectRoot = path.join(import.meta.dirname, '..', '..');
