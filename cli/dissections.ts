// Packets with their dissection on the command line, in the forms of `tshark -T`.
import { english, packetRow } from '../contract/index.ts';
import {
  DeepWork,
  type DissectSetup,
  type DissectionSource,
  isWhole,
  TimeSlices,
  writeDissections,
} from '../engine/host-filter.ts';
import { say } from './context.ts';
import type { Form } from './forms.ts';
import type { RecordWriter } from './output.ts';
import { PRODUCT } from './product.ts';
import type { ReadCapture } from './read-capture.ts';

const COLUMNS = ['No.', 'Time', 'Source', 'Destination', 'Protocol', 'Length', 'Info'].map((title) => ({
  id: title.replace('.', '').toLowerCase(),
  title,
}));

export class Dissector {
  private readonly deep: DeepWork;

  /** @param setup what the engine is told first */
  constructor(setup: DissectSetup) {
    this.deep = new DeepWork(setup);
  }

  /** @param rows ascending @returns how many were written */
  async print({ name, tree }: ReadCapture, rows: Uint32Array, as: Form, writer: RecordWriter): Promise<number> {
    const source: DissectionSource = { name, creator: PRODUCT, tree, time: 'relative', before: () => packetRow(0) };
    const lines = new Lines(writer);
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
    if (!isWhole(tree)) say(`${name}: larger than the dissector takes at once; packets were dissected in parts`);
    return done.packets;
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
