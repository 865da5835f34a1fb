/**
 * RFC 3339 UTC with nanoseconds; years beyond 9999 and before 0 with sign and six digits (ISO 8601).
 * @param sec whole seconds since 1970 that a date can hold
 */
export function stampText(sec: number, nsec: number): string {
  return `${new Date(sec * 1000).toISOString().slice(0, -5)}.${String(nsec).padStart(9, '0')}Z`;
}
