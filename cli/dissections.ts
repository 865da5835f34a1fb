// Packets with their dissection on the command line, in the forms of `tshark -T`.
import { statSync } from 'node:fs';
import { english, packetRow } from '../contract/index.ts';
import { type Analysis, packetBytes } from '../engine/host.ts';
import {
  DeepWork,
  DissectSetup,
  type DissectionSource,
  isWhole,
  TimeSlices,
  type TreeSource,
  writeDissections,
} from '../engine/host-filter.ts';
import { say } from './context.ts';
import type { Form } from './forms.ts';
import type { RecordWriter } from './output.ts';
import { PRODUCT } from './product.ts';

const COLUMNS = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'].map((title) => ({
  id: title.replace('.', '').toLowerCase(),
  title,
}));

export interface DissectedCapture {
  readonly name: string;
  readonly analysis: Analysis;
  /** The file that offsets of packets count in. */
  readonly path: string;
  readonly secrets: readonly string[];
}

export class Dissector {
  private readonly deep = new DeepWork(new DissectSetup());
  private captures = 0;

  /** @param rows ascending @returns how many were written */
  async print(c: DissectedCapture, rows: Uint32Array, as: Form, writer: RecordWriter): Promise<number> {
    const stat = statSync(c.path);
    const bytes = packetBytes(c.path);
    const tree: TreeSource = {
      analysis: c.analysis,
      bytes,
      path: c.path,
      session: ++this.captures,
      wholeBytes: stat.isFile() ? stat.size : null,
      secrets: c.secrets,
    };
    const source: DissectionSource = {
      name: c.name,
      creator: PRODUCT,
      tree,
      time: 'relative',
      before: () => packetRow(0),
    };
    const lines = new Lines(writer);
    try {
      const orders = {
        summary: false,
        details: 'all',
        bytes: false,
        columns: COLUMNS,
        unfolded: [],
        folded: [],
      } as const;
      const done = await writeDissections(source, this.deep, rows, { ...orders, as }, lines, new TimeSlices());
      lines.end();
      for (const note of done.notes) say(english(note));
      if (!isWhole(tree)) say(`${c.name}: larger than the dissector takes at once; packets were dissected in parts`);
      return done.packets;
    } finally {
      bytes.close();
    }
  }

  close(): void {
    this.deep.close();
  }
}

/** Pieces of text as the lines that the writer takes. */
class Lines {
  private rest = '';
  private readonly writer: RecordWriter;

  constructor(writer: RecordWriter) {
    this.writer = writer;
  }

  write(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop()!;
    for (const line of lines) this.writer.line(line.replace(/\r$/, ''));
  }

  end(): void {
    if (this.rest !== '') this.writer.line(this.rest);
    this.rest = '';
  }

  relax(): Promise<void> {
    return this.writer.relax();
  }
}
