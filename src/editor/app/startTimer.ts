/** Calls `fire` once after `spanMs`; the returned function cancels that. */
export function startTimer(spanMs: number, fire: () => void): () => void {
  const timer = setTimeout(fire, spanMs);
  return () => clearTimeout(timer);
}
