// goodx.csv and badx.csv, the original project's data (docs/formats.md): no header, commas without quoting, one row a
// packet.
import { plainText } from '../../contract/index.ts';
import type { ImportedRow } from '../store/index.ts';

export type ParsedRow =
  | { readonly ok: true; readonly row: ImportedRow }
  | { readonly ok: false; readonly line: number; readonly message: string };

/** Parses one line; `info` may hold commas, so fields are counted from both ends. */
export function parseRow(line: string, number: number): ParsedRow {
  const f = line.replace(/\r$/, '').split(',');
  if (f.length < 9) return { ok: false, line: number, message: `${f.length} fields where 9 were expected` };
  const label = f[f.length - 1];
  if (label !== 'good' && label !== 'bad')
    return { ok: false, line: number, message: `label '${String(label).slice(0, 20)}' is neither good nor bad` };
  // TCP, UDP: time,source,destination,length,info…,sport,dport,protocol,label.
  // Others: time,source,destination,protocol,length,info…,sport,dport,label.
  const lengthThird = /^\d+$/.test(f[3]!);
  const lengthFourth = /^\d+$/.test(f[4]!);
  const ported = lengthThird && !(lengthFourth && f[3] === '');
  if (!lengthThird && !lengthFourth) return { ok: false, line: number, message: 'no length in field 4 or 5' };
  const tail = f.length - 1;
  const row: ImportedRow = ported
    ? {
        time: f[0]!,
        source: f[1]!,
        destination: f[2]!,
        length: Number(f[3]),
        info: f.slice(4, tail - 3).join(','),
        sport: f[tail - 3]!,
        dport: f[tail - 2]!,
        protocol: f[tail - 1]!,
        label,
      }
    : {
        time: f[0]!,
        source: f[1]!,
        destination: f[2]!,
        protocol: f[3]!,
        length: Number(f[4]),
        info: f.slice(5, tail - 2).join(','),
        sport: f[tail - 2]!,
        dport: f[tail - 1]!,
        label,
      };
  return { ok: true, row };
}

/** @returns the line as the original's reader wants it; commas within info become blanks */
export function formatRow(r: ImportedRow, ported: boolean): string {
  const info = clean(r.info);
  return ported
    ? [
        r.time,
        clean(r.source),
        clean(r.destination),
        r.length,
        info,
        r.sport,
        r.dport,
        clean(r.protocol),
        r.label,
      ].join(',')
    : [
        r.time,
        clean(r.source),
        clean(r.destination),
        clean(r.protocol),
        r.length,
        info,
        r.sport,
        r.dport,
        r.label,
      ].join(',');
}

/** No comma, no end of a line, and nothing that a terminal would obey; cleaning a text twice changes nothing. */
function clean(text: string): string {
  return plainText(text.replace(/[,\r\n]+/g, ' '));
}

/** `YYYY-MM-DD HH:MM:SS` in the machine's time zone, whole seconds. */
export function localTime(seconds: number): string {
  const d = new Date(seconds * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = [d.getFullYear(), two(d.getMonth() + 1), two(d.getDate())].join('-');
  return `${date} ${[d.getHours(), d.getMinutes(), d.getSeconds()].map(two).join(':')}`;
}

/** Seconds since the epoch of a local time text, NaN when it is none. */
export function parseLocalTime(text: string): number {
  const m = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
  return m
    ? new Date(Number(m[1]), Number(m[2]) - 1, Number(m[3]), Number(m[4]), Number(m[5]), Number(m[6])).getTime() / 1000
    : NaN;
}
