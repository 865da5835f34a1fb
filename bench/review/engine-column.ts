// node bench/review/engine-column.ts FILE COLUMN: prints a column of every packet of a capture, as JSON, from the bundled
// Wireshark (4.4), where Debian's tshark (4.0) words things otherwise. Column 4 is Protocol, 6 Info.
import { readFileSync } from 'node:fs';
import { wholeEngine } from '../../engine/testing/whole-engine.ts';

interface Engine {
  init(): boolean;
  readonly FS: { writeFile(path: string, data: Uint8Array): void };
  readonly DissectSession: new (path: string) => {
    load(): { readonly code: number };
    getFrames(filter: string, skip: number, limit: number): { readonly frames: Vector<Frame> };
  };
}
interface Vector<T> {
  size(): number;
  get(index: number): T;
}
interface Frame {
  readonly columns: Vector<string>;
}

const [path, column] = process.argv.slice(2);
if (path === undefined || column === undefined) throw new Error('a file and a column are wanted');
const engine = await wholeEngine<Engine>();
engine.init();
engine.FS.writeFile('/uploads/whole', readFileSync(path));
const session = new engine.DissectSession('/uploads/whole');
if (session.load().code !== 0) throw new Error(`the engine does not read ${path}`);
const { frames } = session.getFrames('', 0, 1_000_000);
const texts = Array.from({ length: frames.size() }, (_, i) => frames.get(i).columns.get(Number(column)));
process.stdout.write(JSON.stringify(texts));
