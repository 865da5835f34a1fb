// Packets as PDML, the XML of `tshark -T pdml`: each line with its name, its place and its bytes.
import { type Form, type FormOptions, type FormPacket, xmlText } from './print-forms.ts';
import { lineValue } from './print-values.ts';

export function pdmlForm(o: FormOptions): Form {
  const attributes = `creator="${xmlText(o.creator)}" capture_file="${xmlText(o.capture)}"`;
  return {
    head: `<?xml version="1.0" encoding="utf-8"?>\n<pdml version="0" ${attributes}>\n`,
    packet: (p) => `<packet>\n${general(p)}${lines(p)}</packet>\n\n`,
    foot: '</pdml>\n',
  };
}

function general(p: FormPacket): string {
  const size = `size="${p.captured}"`;
  const line = (name: string, show: string, title: string, value: string): string =>
    `    <field name="${name}" pos="0" show="${show}" showname="${title}" value="${value}" ${size}/>\n`;
  const epoch = `${p.seconds}.${String(p.nanoseconds).padStart(9, '0')}`;
  return (
    `  <proto name="geninfo" pos="0" showname="General information" ${size}>\n` +
    line('num', String(p.number), 'Number', p.number.toString(16)) +
    line('len', String(p.wire), 'Frame Length', p.wire.toString(16)) +
    line('caplen', String(p.captured), 'Captured Length', p.captured.toString(16)) +
    line('timestamp', moment(p.seconds, p.nanoseconds), 'Captured Time', epoch) +
    '  </proto>\n'
  );
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As Wireshark writes a moment: Nov 24, 2026 21:22:28.639277452 UTC. */
function moment(seconds: number, nanoseconds: number): string {
  const d = new Date(seconds * 1000);
  if (Number.isNaN(d.getTime())) return '';
  const day = `${MONTHS[d.getUTCMonth()]} ${String(d.getUTCDate()).padStart(2)}, ${d.getUTCFullYear()}`;
  return `${day} ${d.toISOString().slice(-13, -5)}.${String(nanoseconds).padStart(9, '0')} UTC`;
}

function lines({ packet }: FormPacket): string {
  const { lines: l, sources } = packet;
  let text = '';
  const open: { readonly depth: number; readonly tag: string }[] = [];
  const close = (depth: number): void => {
    while (open.length > 0 && open.at(-1)!.depth >= depth) {
      const { depth: at, tag } = open.pop()!;
      text += `${indent(at)}</${tag}>\n`;
    }
  };
  for (let i = 0; i < l.label.length; i++) {
    const depth = l.depth[i]!;
    close(depth);
    const tag = l.protocol[i] === 1 ? 'proto' : 'field';
    const bytes = sources[l.source[i]!]?.bytes.subarray(l.start[i]!, l.start[i]! + l.length[i]!) ?? new Uint8Array(0);
    const said = attributesOf(l.field[i]!, l.label[i]!, tag, { size: l.length[i]!, pos: l.start[i]! }, bytes);
    const parent = i + 1 < l.label.length && l.depth[i + 1]! > depth;
    text += `${indent(depth)}<${tag} ${said}${parent || tag === 'proto' ? '>' : '/>'}\n`;
    if (parent || tag === 'proto') open.push({ depth, tag });
  }
  close(0);
  return text;
}

function indent(depth: number): string {
  return '  '.repeat(depth + 1);
}

/** A number of some bits of its bytes: its line shows which. */
const BITS = /^[.01 ]*\.[.01 ]* = /;

function attributesOf(
  field: string,
  label: string,
  tag: 'proto' | 'field',
  { size, pos }: { readonly size: number; readonly pos: number },
  bytes: Uint8Array,
): string {
  const { name, value } = lineValue(field, label);
  const where = `size="${size}" pos="${pos}"`;
  if (tag === 'proto') return `name="${xmlText(name)}" showname="${xmlText(label)}" ${where}`;
  const raw = Buffer.from(bytes).toString('hex');
  if (name === '') return `name="" show="${xmlText(label)}" ${where}${raw === '' ? '' : ` value="${raw}"`}`;
  const said = `name="${xmlText(name)}" showname="${xmlText(label)}" ${where} show="${xmlText(value ?? '')}"`;
  if (raw === '') return said;
  const masked = BITS.test(label) && value !== null && /^(?:\d+|0x[0-9a-f]+)$/.test(value);
  if (!masked) return `${said} value="${raw}"`;
  return `${said} value="${BigInt(value).toString(16).toUpperCase()}" unmaskedvalue="${raw}"`;
}
