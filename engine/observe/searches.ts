// Searches through the first bytes of a connection: a shell's text, mining, a Java class, a program.
import { latin1, type Notes } from './facts.ts';
import { Gathered } from './gathered.ts';
import {
  MAX_CLASS,
  MAX_MINING,
  MAX_PROGRAM,
  MAX_SHELL,
  mining,
  type Pattern,
  shellCommand,
  shellOutputs,
  shellVolume,
} from './patterns.ts';
import { ProgramFinder } from './program.ts';

/** Memory of one mark. */
const MARK_BYTES = 32;
const CLASS = '\xca\xfe\xba\xbe\0\0\0';

/** The first bytes of one direction, with the packets that brought them. */
export class Opening {
  private readonly notes: Notes;
  private readonly dir: number;
  private readonly kept: Gathered;
  private readonly marks: { readonly at: number; readonly packet: number }[] = [];
  private searched = 0;
  /** All bytes that are searched as text came and were searched. */
  private full = false;
  /** Made when bytes come in which one is looked for. */
  private program: ProgramFinder | null = null;
  /** No program is looked for: HTTP and file transfer tell of theirs. */
  withoutProgram = false;

  constructor(notes: Notes, dir: number) {
    this.notes = notes;
    this.dir = dir;
    this.kept = new Gathered(dir === 0 ? MAX_SHELL : MAX_CLASS);
  }

  bytes(b: Uint8Array, at: number, end: number, _seconds: number, packet: number): void {
    if (!this.full) {
      this.marks.push({ at: this.kept.length, packet });
      this.kept.add(b, at, end);
      // Searched again each time it has doubled, so that many small segments cost no more than one large.
      if (this.kept.length >= Math.max(64, this.searched * 2) || this.kept.full) this.search();
      if (this.kept.full) {
        this.full = true;
        this.drop();
      }
    }
    if (this.dir === 0 || this.withoutProgram) return;
    const said = (this.program ??= new ProgramFinder(MAX_PROGRAM)).look(b, at, end);
    if (said !== null) this.notes.sight('program-raw', packet, 1, said);
  }

  /** Nothing more is looked for. */
  get over(): boolean {
    return this.full && (this.dir === 0 || this.withoutProgram || this.program?.over === true);
  }

  /** Bytes that are kept. */
  get holds(): number {
    return this.kept.holds + this.marks.length * MARK_BYTES + (this.program?.holds ?? 0);
  }

  gap(count: number): void {
    if (this.dir === 1 && !this.withoutProgram) (this.program ??= new ProgramFinder(MAX_PROGRAM)).gap(count);
  }

  /** Lets go of what is kept. */
  drop(): void {
    this.kept.drop();
    this.searched = 0;
    this.marks.length = 0;
  }

  /** Looks through what was added since it was looked through. */
  search(): void {
    if (this.kept.length === this.searched) return;
    this.searched = this.kept.length;
    const text = latin1(this.kept.bytes, 0, this.kept.length);
    const shell = text.slice(0, MAX_SHELL);
    for (const p of shellOutputs) this.find(p, shell);
    if (this.dir === 0) {
      this.find(shellVolume, shell);
      this.find(mining, text.slice(0, MAX_MINING));
      return;
    }
    this.find(shellCommand, text.slice(0, 40));
    const at = text.indexOf(CLASS);
    if (at >= 0) this.notes.sight('java-class', this.packetAt(at), 1, CLASS);
  }

  private find(p: Pattern, text: string): void {
    const found = p.pattern.exec(text);
    if (found !== null) this.notes.sight(p.name, this.packetAt(found.index), this.dir, found[0]);
  }

  private packetAt(at: number): number {
    let packet = -1;
    for (const m of this.marks) if (m.at <= at) ({ packet } = m);
    return packet;
  }
}
