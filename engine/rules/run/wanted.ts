// Which buffers and numbers rules ask for: readers make no others.
import type { Signature } from '../signature.ts';
import type { Wanted } from './transaction.ts';

/** Buffers that are read whatever rules ask: by readers themselves, and for the name that an alert tells. */
const ALWAYS = ['file.data', 'file.name', 'ftp.command', 'dns.query', 'dns.queries.rrname'];

export function wantedBy(rules: readonly Signature[]): Wanted {
  const names = (r: Signature): string[] => [...r.buffers.map((b) => b.buffer), ...r.fields.map((f) => f.field)];
  return new Set([...ALWAYS, ...rules.flatMap(names)]);
}
