// A capture as pcapng whose flows say in a comment of their first packet what was said of them: verdict, points, label.
// Comments of the file stay before ours, which are told by their first word and can be read back.
import { type FlowRecord, type Label, LABELS, packetRow, type PacketRow } from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import { blockComments, isPcapng } from './block-comments.ts';
import { copiedBlocks } from './pcapng-copy.ts';
import { PacketBlocks, sectionBlock } from './pcapng-writer.ts';
import type { WholeFile } from './whole-file.ts';

/** How our comments begin. */
const OURS = 'sightline ';

/** `sightline flow=17 app=TLS verdict=malicious points=5 label=malicious tags="a b, c"`: words of one line. */
export function flowComment(f: FlowRecord): string {
  const words: readonly (readonly [string, string | number | null | undefined])[] = [
    ['flow', f.id],
    ['app', plainWord(f.app)],
    ['verdict', f.verdict],
    ['points', f.points === 0 ? null : f.points],
    ['score', f.score === null || f.score === undefined ? null : Number(f.score.toPrecision(4))],
    ['rules', f.rules === undefined || f.rules.length === 0 ? null : f.rules.map(plainWord).join(',')],
    ['label', f.label],
    ['tags', f.tags === undefined || f.tags.length === 0 ? null : JSON.stringify(f.tags.join(', '))],
  ];
  const said = words.flatMap(([name, value]) => (value === null || value === undefined ? [] : [`${name}=${value}`]));
  return OURS + said.join(' ');
}

function plainWord(text: string): string {
  return text.replace(/[^\w./+-]/g, '_');
}

/** @returns the label that comments of ours say; the last one counts, null where none does */
export function labelIn(comments: readonly string[]): Label | null {
  const said = comments.filter((c) => c.startsWith(OURS)).at(-1);
  const word =
    said === undefined ? undefined : /(?:^| )label=(\w+)(?: |$)/.exec(said.replace(/"(?:[^"\\]|\\.)*"/g, ''))?.[1];
  return LABELS.find((label) => label === word) ?? null;
}

/** Comments of the packet in its file. */
export function commentsAt(analysis: Analysis, bytes: PacketBytes, row: PacketRow): readonly string[] {
  const chunk = analysis.packets.chunk(row);
  const i = inChunk(row);
  return blockComments(bytes, chunk.offset[i]!, chunk.captured[i]!);
}

/**
 * Writes the whole capture.
 * @param comment what is to be said at a packet, null for nothing @returns packets written
 * @throws WriteError
 */
export function writeMarked(
  out: WholeFile,
  analysis: Analysis,
  bytes: PacketBytes,
  comment: (row: PacketRow) => string | null,
): number {
  const { count } = analysis.packets;
  if (!isPcapng(bytes)) return made(out, analysis, bytes, comment);
  const blocks = copiedBlocks(bytes, {
    wanted: () => true,
    packets: count,
    comments: (n) => {
      const row = packetRow(n);
      const said = comment(row);
      // What we said of the capture before is said anew.
      return said === null
        ? null
        : [...commentsAt(analysis, bytes, row).filter((text) => !text.startsWith(OURS)), said];
    },
    stamp: null,
    inject: null,
    strip: false,
  });
  let written = 0;
  for (const { rows, block } of blocks) {
    out.write(block.slice());
    written = rows;
  }
  return written;
}

function made(
  out: WholeFile,
  analysis: Analysis,
  bytes: PacketBytes,
  comment: (row: PacketRow) => string | null,
): number {
  const blocks = new PacketBlocks();
  let written = 0;
  out.write(sectionBlock());
  for (let row = packetRow(0); row < analysis.packets.count; row++) {
    const chunk = analysis.packets.chunk(row);
    const i = inChunk(row);
    const data = bytes.read(chunk.offset[i]!, chunk.captured[i]!);
    // Without the packet's bytes its block would be wrong.
    if (data.length < chunk.captured[i]!) continue;
    const seconds = chunk.seconds[i]!;
    const named = blocks.interfaceFor(chunk.link[i]!, seconds);
    if (named !== null) out.write(named);
    const said = comment(row);
    const more = said === null ? {} : { comments: [said] };
    out.write(blocks.packet(chunk.link[i]!, seconds, chunk.nanoseconds[i]!, chunk.wire[i]!, data, more));
    written++;
  }
  return written;
}
