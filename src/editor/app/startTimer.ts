/** Calls `fire` once, after `spanMs`; the function that it returns stops that. */
export function startTimer(spanMs: number, fire: () => void): () => void {
  const timer = setTimeout(fire, spanMs);
  return () => clearTimeout(timer);
}
