// Packets with their dissection as files: what every form is given, and the forms that are lines: plain text as
// `tshark -P -V -x` writes it, CSV, PSML, C arrays.
import { csvLine } from '../../contract/index.ts';
import type { Printed } from './work-print.ts';

/** What is written, the same for all packets of a file. */
export interface FormOptions {
  /** Titles of the columns. */
  readonly titles: readonly string[];
  readonly summary: boolean;
  readonly details: boolean;
  readonly bytes: boolean;
  /** What the capture is called. */
  readonly capture: string;
  readonly creator: string;
}

export interface FormPacket {
  /** From 1. */
  readonly number: number;
  /** Since 1970. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly wire: number;
  readonly captured: number;
  /** As the list shows the packet, in the order of the titles. */
  readonly cells: readonly string[];
  readonly packet: Printed;
}

export interface Form {
  readonly head: string;
  packet(p: FormPacket, first: boolean): string;
  readonly foot: string;
}

const A_LINE = 16;
const C_LINE = 8;

function hex(b: number): string {
  return b.toString(16).padStart(2, '0');
}

function letters(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
}

export function hexDump(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += A_LINE) {
    const part = bytes.subarray(at, at + A_LINE);
    const codes = Array.from(part, hex)
      .join(' ')
      .padEnd(A_LINE * 3 - 1);
    text += `${at.toString(16).padStart(4, '0')}  ${codes}   ${letters(part)}\n`;
  }
  return text;
}

/** All bytes of a packet; each source with its name where there are several. */
export function dumps({ sources }: Printed): string {
  if (sources.length === 1) return hexDump(sources[0]!.bytes);
  return sources.map((s) => `${s.name}:\n${hexDump(s.bytes)}`).join('');
}

/** A text of a packet in one line of a file: line feeds and other controls are no line of their own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => {
    const known = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[c];
    return known ?? `\\x${hex(c.charCodeAt(0))}`;
  });
}

/** The lines of the tree, four spaces a level. */
export function treeText({ lines }: Printed): string {
  return lines.label.map((label, i) => `${'    '.repeat(lines.depth[i]!)}${oneLine(label)}\n`).join('');
}

/** Widths of the columns that Wireshark's export of plain text has; others are as wide as their title. */
const WIDTHS: readonly number[] = [7, 14, 21, 21, 8, 6];

export function textForm(o: FormOptions): Form {
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, i) => {
      const width = Math.max(WIDTHS[i] ?? 0, o.titles[i]!.length);
      return i === cells.length - 1 ? cell : cell.padEnd(width);
    });
    return `${padded.map(oneLine).join(' ')}\n`;
  };
  const alone = o.summary && !o.details && !o.bytes;
  return {
    head: alone ? line(o.titles) : '',
    packet: (p) => {
      if (alone) return line(p.cells);
      const parts = [
        o.summary ? `${line(o.titles)}${line(p.cells)}` : '',
        o.details ? treeText(p.packet) : '',
        o.bytes ? dumps(p.packet) : '',
      ];
      return `${parts.filter((part) => part !== '').join('\n')}\n`;
    },
    foot: '',
  };
}

export function csvForm(o: FormOptions): Form {
  return { head: `${csvLine(o.titles)}\r\n`, packet: (p) => `${csvLine(p.cells)}\r\n`, foot: '' };
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
};

/** A text in XML 1.0: what no document may hold stands as its code. */
export function xmlText(text: string): string {
  return text
    .replace(/[&<>"']/g, (c) => ENTITIES[c]!)
    .replace(/[\u0000-\u001f\u007f\ufffe\uffff]/g, (c) => `\\x${hex(c.charCodeAt(0))}`)
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

export function psmlForm(o: FormOptions): Form {
  const section = (cell: string): string => `<section>${xmlText(cell)}</section>\n`;
  return {
    head:
      `<?xml version="1.0" encoding="utf-8"?>\n<psml version="0" creator="${xmlText(o.creator)}">\n` +
      `<structure>\n${o.titles.map(section).join('')}</structure>\n\n`,
    packet: (p) => `<packet>\n${p.cells.map(section).join('')}</packet>\n\n`,
    foot: '</psml>\n',
  };
}

export function cForm(): Form {
  return {
    head: '',
    packet: ({ number, packet: { sources } }) =>
      sources
        .map(({ name, bytes }, i) => {
          const variable = `pkt${number}${sources.length > 1 ? `_${i}` : ''}`;
          // A name from a packet does not end the comment that it stands in.
          const title = oneLine(name).replaceAll('*/', '* /');
          return `/* ${title} */\nstatic const unsigned char ${variable}[${bytes.length}] = {\n${cLines(bytes)}};\n\n`;
        })
        .join(''),
    foot: '',
  };
}

function cLines(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += C_LINE) {
    const part = bytes.subarray(at, at + C_LINE);
    const last = at + C_LINE >= bytes.length;
    const codes = Array.from(part, (b) => `0x${hex(b)}`).join(', ') + (last ? '' : ',');
    const said = letters(part).replaceAll('*/', '*.').replaceAll('\\', '.');
    text += `${codes.padEnd(C_LINE * 6 - 1)} /* ${said} */\n`;
  }
  return text;
}
