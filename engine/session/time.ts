/**
 * RFC 3339 UTC with nanoseconds; years beyond 9999 and before 0 with sign and six digits (ISO 8601).
 * @param sec whole seconds since 1970 that a date can hold
 */
export function stampText(sec: number, nsec: number): string {
  return `${new Date(sec * 1000).toISOString().slice(0, -5)}.${String(nsec).padStart(9, '0')}Z`;
}

/** @param moment seconds since 1970 @returns whole seconds, and nanoseconds after them, before 1970 too */
export function splitMoment(moment: number): { readonly seconds: number; readonly nanoseconds: number } {
  const seconds = Math.floor(moment);
  const nanoseconds = Math.round((moment - seconds) * 1e9);
  return nanoseconds < 1e9 ? { seconds, nanoseconds } : { seconds: seconds + 1, nanoseconds: 0 };
}

/** @param moment seconds since 1970 @returns as `stampText` */
export function momentText(moment: number): string {
  const { seconds, nanoseconds } = splitMoment(moment);
  return stampText(seconds, nanoseconds);
}
