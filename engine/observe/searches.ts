// Searches through the first bytes of a connection: a shell's text, mining, a Java class, a program.
import { type Noting } from './facts.ts';
import { Gathered } from './gathered.ts';
import {
  MAX_CLASS,
  MAX_MINING,
  MAX_PROGRAM,
  MAX_SHELL,
  mining,
  type Pattern,
  SHELL_LETTERS,
  shellCommand,
  shellOutputs,
  shellVolume,
  SHORTEST,
  SHORTEST_MINING,
  SHORTEST_OUTPUT,
} from './patterns.ts';
import { ProgramFinder } from './program.ts';

/** Memory of one mark. */
const MARK_BYTES = 32;
/** Marks for which room is kept when a connection is over. */
const SPARE_MARKS = 64;
const CLASS = Buffer.from('\xca\xfe\xba\xbe\0\0\0', 'latin1');

/** The first bytes of one direction, with the packets that brought them. */
export class Opening {
  private readonly noting: Noting;
  private readonly dir: number;
  private readonly kept: Gathered;
  /** Where segments begin in what is kept, and their packets. */
  private markAt: number[] = [];
  private markPacket: number[] = [];
  private marks = 0;
  private searched = 0;
  /** All bytes that are searched as text came and were searched. */
  private full = false;
  /** Made when bytes come in which one is looked for. */
  private program: ProgramFinder | null = null;
  /** No program is looked for: HTTP and file transfer tell of theirs. */
  withoutProgram = false;

  constructor(noting: Noting, dir: number) {
    this.noting = noting;
    this.dir = dir;
    this.kept = new Gathered(dir === 0 ? MAX_SHELL : MAX_CLASS);
  }

  bytes(b: Uint8Array, at: number, end: number, _seconds: number, packet: number): void {
    if (!this.full) {
      this.markAt[this.marks] = this.kept.length;
      this.markPacket[this.marks++] = packet;
      this.kept.add(b, at, end);
      if (this.kept.full) {
        this.search();
        this.full = true;
        this.drop();
      }
    }
    if (this.dir === 0 || this.withoutProgram) return;
    const said = (this.program ??= new ProgramFinder(MAX_PROGRAM)).look(b, at, end);
    if (said !== null) this.noting.notes.sight('program-raw', packet, 1, said);
  }

  /** Nothing more is looked for. */
  get over(): boolean {
    return this.full && (this.dir === 0 || this.withoutProgram || this.program?.over === true);
  }

  /** Bytes that are kept. */
  get holds(): number {
    return this.kept.holds + this.marks * MARK_BYTES + (this.program?.holds ?? 0);
  }

  gap(count: number): void {
    if (this.dir === 1 && !this.withoutProgram) (this.program ??= new ProgramFinder(MAX_PROGRAM)).gap(count);
  }

  /** Lets go of what is kept. */
  drop(): void {
    this.kept.drop();
    this.searched = 0;
    this.marks = 0;
    if (this.markAt.length <= SPARE_MARKS) return;
    this.markAt = [];
    this.markPacket = [];
  }

  /** Begins again with another connection. */
  reset(): void {
    this.drop();
    this.full = false;
    this.withoutProgram = false;
    this.program?.reset();
  }

  /**
   * Looks through what is kept, where it has grown. Whoever asks what was seen has it searched before, so that small
   * segments cost no more than one large.
   */
  search(): void {
    const { length } = this.kept;
    if (length === this.searched) return;
    this.searched = length;
    if (length < SHORTEST || !this.mayTell(length)) return;
    // Nobody speaks to a shell in requests.
    const asksHttp = this.noting.asksHttp;
    const text = asksHttp && this.dir === 1 ? '' : this.kept.text(MAX_SHELL);
    if (!asksHttp) this.searchShell(text);
    if (this.dir === 0) {
      this.find(mining, text.slice(0, MAX_MINING));
      return;
    }
    const at = this.kept.indexOf(CLASS);
    if (at >= 0) this.noting.notes.sight('java-class', this.packetAt(at), 1, CLASS.toString('latin1'));
  }

  /** Whether anything is found in so few bytes: most openings of a few bytes begin no command. */
  private mayTell(length: number): boolean {
    if (length >= SHORTEST_OUTPUT) return true;
    return this.dir === 0 ? length >= SHORTEST_MINING : SHELL_LETTERS[this.kept.first] === 1 || length >= CLASS.length;
  }

  private searchShell(text: string): void {
    if (this.dir === 1) this.find(shellCommand, text.slice(0, 40));
    if (text.length < SHORTEST_OUTPUT) return;
    for (const p of shellOutputs) this.find(p, text);
    if (this.dir === 0) this.find(shellVolume, text);
  }

  private find(p: Pattern, text: string): void {
    const found = p.pattern.exec(text);
    if (found !== null) this.noting.notes.sight(p.name, this.packetAt(found.index), this.dir, found[0]);
  }

  private packetAt(at: number): number {
    let packet = -1;
    for (let i = 0; i < this.marks && this.markAt[i]! <= at; i++) packet = this.markPacket[i]!;
    return packet;
  }
}
