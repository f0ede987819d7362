/** What an answer's own signature says: right, absent, or wrong (then the answer is no answer). */
export type SignatureVerdict = 'valid' | 'unsigned' | 'mismatch';
