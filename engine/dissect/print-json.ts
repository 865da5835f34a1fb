// Packets as JSON in the shape of `tshark -T json`: what a packet has several of stands several times under one name.
import type { Form, FormOptions } from './print-forms.ts';
import { lineValue } from './print-values.ts';
import type { PrintedLines } from './work-print.ts';

const STEP = '  ';
/** Levels above the layers of a packet. */
const LAYERS = 4;

export function jsonForm(o: FormOptions): Form {
  return {
    head: '[',
    packet: (p, first) => {
      const day = new Date(p.seconds * 1000);
      const index = Number.isNaN(day.getTime()) ? 'packets' : `packets-${day.toISOString().slice(0, 10)}`;
      const layers = new Layers(p.packet.lines);
      const frame = o.bytes ? p.packet.sources[0] : undefined;
      const raw = frame === undefined ? [] : [rawFrame(frame.bytes)];
      const body = object([...raw, ...layers.below(-1, 0, layers.count, LAYERS)], LAYERS - 1);
      return `${first ? '' : ','}\n  {
    "_index": ${JSON.stringify(index)},
    "_type": "doc",
    "_score": null,
    "_source": {
      "layers": ${body}
    }
  }`;
    },
    foot: '\n]\n',
  };
}

/** The whole frame, with tshark's numbers behind it: from, length, mask, type of the field. */
function rawFrame(bytes: Uint8Array): string {
  const list = [JSON.stringify(Buffer.from(bytes).toString('hex')), '0', String(bytes.length), '0', '1'];
  const inside = STEP.repeat(LAYERS + 1);
  return `"frame_raw": [\n${list.map((v) => inside + v).join(',\n')}\n${STEP.repeat(LAYERS)}]`;
}

function object(members: readonly string[], level: number): string {
  if (members.length === 0) return '{\n' + STEP.repeat(level) + '}';
  const inside = STEP.repeat(level + 1);
  return `{\n${members.map((m) => inside + m).join(',\n')}\n${STEP.repeat(level)}}`;
}

class Layers {
  readonly count: number;
  private readonly lines: PrintedLines;

  constructor(lines: PrintedLines) {
    this.lines = lines;
    this.count = lines.label.length;
  }

  /** Members of the object of a line: those right below it. @param depth of the line, -1 for the packet itself */
  below(depth: number, from: number, to: number, level: number): string[] {
    const members: string[] = [];
    for (let i = from; i < to;) {
      let end = i + 1;
      while (end < to && this.lines.depth[end]! > depth + 1) end++;
      members.push(...this.members(i, end, level));
      i = end;
    }
    return members;
  }

  private members(i: number, end: number, level: number): string[] {
    const label = this.lines.label[i]!;
    const { name, value } = lineValue(this.lines.field[i]!, label);
    const key = name === '' ? label : name;
    const own = value === null ? [] : [`${JSON.stringify(key)}: ${JSON.stringify(value)}`];
    if (end === i + 1) return value === null ? [`${JSON.stringify(key)}: ""`] : own;
    const children = object(this.below(this.lines.depth[i]!, i + 1, end, level + 1), level);
    return [...own, `${JSON.stringify(value === null ? key : `${key}_tree`)}: ${children}`];
  }
}
