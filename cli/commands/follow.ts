// `sightline follow`: what two ends said to each other, put together, in the forms of Wireshark's dialog.
import { writeWhole } from '../../engine/host.ts';
import {
  count,
  english,
  FOLLOW_KINDS,
  type FlowRow,
  type FollowPage,
  flowRow,
  packetRow,
  say as message,
  STREAM_FORMS,
  streamBytes,
  streamLines,
  wholeLines,
} from '../../contract/index.ts';
import { DISSECTING, VLAN } from '../common-flags.ts';
import { print, printAll, printJson, say, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, onOff, path, whole } from '../flags.ts';
import { withCapture } from '../one-capture.ts';
import type { ReadCapture } from '../read-capture.ts';

const ENDS = ['client', 'server'] as const;

export const command = defineCommand({
  name: 'follow',
  summary: 'What two ends said to each other: TCP, UDP, TLS, HTTP and their like',
  usage: 'FILE --stream N | --flow N | --packet N',
  takesPaths: true,
  flags: {
    as: choice('PROTOCOL', 'what is followed', FOLLOW_KINDS, 'tcp'),
    stream: whole('N', "the flow by its number of tcp.stream or udp.stream, as tshark's follow", { least: 0 }),
    flow: whole('N', 'the flow by its id, as `sightline flows` prints it', { least: 1 }),
    packet: whole('N', 'the flow of a packet', { least: 1 }),
    substream: whole('N', 'one stream of HTTP/2 or QUIC within it', { least: 0 }),
    form: choice('FORM', 'how it is printed', STREAM_FORMS, 'text'),
    side: choice('END', 'only what this end said', ENDS),
    json: onOff('pieces as JSON lines, their bytes as base64'),
    output: path('FILE', 'write it to a file, which is there when it is whole; raw writes bytes'),
    ...DISSECTING,
    ...VLAN,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  apart: [
    ['stream', 'flow', 'packet'],
    ['flow', 'packet'],
    ['json', 'form', 'output'],
  ],
  examples: [
    'sightline follow capture.pcap --stream 0',
    'sightline follow capture.pcap --as http --packet 4 --form hex',
    'sightline follow capture.pcap --as udp --stream 0 --json',
    'sightline follow capture.pcap --stream 0 --form raw --side server --output answer.bin',
  ],
  run: async (o, paths, folders) => {
    if (o.stream === null && o.flow === null && o.packet === null)
      throw new UsageError('say which flow: --stream N, --flow N or --packet N');
    if (o.form === 'raw' && o.output === null) throw new UsageError('--form raw needs a file: --output FILE');
    const [{ dissectSetup }, { DeepWork, TimeSlices }, { followFlow, kindsOf }] = await Promise.all([
      import('../dissecting.ts'),
      import('../../engine/host-filter.ts'),
      import('../../engine/host-packets.ts'),
    ]);
    const deep = new DeepWork(await dissectSetup(o));
    try {
      return await withCapture('follow', paths, o['partial-ok'], folders, async (c) => {
        const flow = await flowOf(c, o);
        const kinds = kindsOf(c, flow);
        if (!kinds.includes(o.as))
          throw new UsageError(english(message('cli-not-carried', { kind: o.as, kinds: [...kinds] })));
        const source = { analysis: c.analysis, packetBytes: c.bytes, tree: c.tree };
        const page = await followFlow(source, deep, flow, o.as, o.substream, new TimeSlices());
        const side = o.side === null ? null : ENDS.indexOf(o.side);
        if (o.json) tellJson(page, side);
        else if (o.form === 'raw') await writeWhole(o.output!, streamBytes(page, side));
        else await tellText(page, o.form, side, o.output);
        if (page.cut) say(`${c.name}: the stream is longer than what is followed; its beginning is here.`);
        if (page.partial) say(`${c.name}: larger than the dissector takes at once; it has read this flow by itself.`);
        if (page.coded > 0) say(`${c.name}: ${count(page.coded)} bodies are in a coding that could not be undone.`);
      });
    } finally {
      deep.close();
    }
  },
});

interface Which {
  readonly as: (typeof FOLLOW_KINDS)[number];
  readonly stream: number | null;
  readonly flow: number | null;
  readonly packet: number | null;
}

/** @throws UsageError where there is none */
async function flowOf(c: ReadCapture, { as, stream, flow, packet }: Which): Promise<FlowRow> {
  const { packets, flows } = c.analysis;
  const none = (what: string): UsageError => new UsageError(english(message('cli-no-stream', { what })));
  if (packet !== null) {
    const found = packet <= packets.count ? packets.flowOf(packetRow(packet - 1)) : null;
    if (found === null) throw none(`of packet ${packet}`);
    return found;
  }
  if (flow !== null) {
    for (let row = 0; row < flows.columns.count; row++)
      if (flows.columns.firstPacket[row]! + 1 === flow) return flowRow(row);
    throw none(String(flow));
  }
  const found = await firstOfStream(c, as, stream!);
  if (found === null) throw none(String(stream));
  return found;
}

/** The flow of a stream's first packet, by Wireshark's own numbers. */
async function firstOfStream(c: ReadCapture, as: Which['as'], stream: number): Promise<FlowRow | null> {
  const { streamsOf, TimeSlices } = await import('../../engine/host-filter.ts');
  const streams = streamsOf(c.subject);
  await streams.extend(c.subject, new TimeSlices());
  const udp = as === 'udp' || as === 'dtls' || as === 'quic';
  const { packets } = c.analysis;
  for (let row = 0; row < packets.count; row++) {
    const at = packetRow(row);
    if (streams.some(c.subject, at, udp, (n) => n === stream)) return packets.flowOf(at);
  }
  return null;
}

function tellJson(page: FollowPage, side: number | null): void {
  let from = 0;
  page.direction.forEach((direction, i) => {
    const bytes = page.bytes.subarray(from, page.ends[i]);
    from = page.ends[i]!;
    if (side !== null && direction !== side) return;
    printJson({
      type: 'piece',
      from: ENDS[direction]!,
      packet: page.rows[i]! + 1,
      missing: page.gaps[i]!,
      bytes: Buffer.from(bytes).toString('base64'),
    });
  });
}

type LineForm = Exclude<(typeof STREAM_FORMS)[number], 'raw'>;

async function tellText(page: FollowPage, form: LineForm, side: number | null, output: string | null): Promise<void> {
  const lines = wholeLines(streamLines(page, form, side, (n) => english(message('cli-bytes-missing', { n }))));
  const marked = lines.map(({ direction, text }) => `${side === null && direction === 1 ? '\t' : ''}${text}`);
  if (output !== null) {
    await writeWhole(output, `${marked.join('\n')}\n`);
    return;
  }
  print(`${page.client} > ${page.server}: ${count(page.clientBytes)} bytes, < ${count(page.serverBytes)} bytes`);
  printAll(lines.map(({ direction, text }) => (side === null ? `${direction === 0 ? '>' : '<'} ${text}` : text)));
}
