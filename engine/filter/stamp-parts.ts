// Seconds and nanoseconds as Wireshark writes them: nine digits behind the point.

/** @param nanoseconds 0 to 999,999,999, counted forward from the seconds */
export function stampParts(seconds: number, nanoseconds: number): string {
  if (seconds >= 0 || nanoseconds === 0) return `${seconds}.${String(nanoseconds).padStart(9, '0')}`;
  return `-${-seconds - 1}.${String(1e9 - nanoseconds).padStart(9, '0')}`;
}
