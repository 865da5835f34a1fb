// The filter language: whatever is typed is a filter or a mistake with its place, and a filter has an answer for every
// row in bounded time.
import { flowRow, packetRow, type PacketRow } from '../../contract/index.ts';
import type * as Decode from '../../engine/decode/index.ts';
import type * as Filter from '../../engine/filter/index.ts';
import type * as Read from '../../engine/read/index.ts';
import type * as Session from '../../engine/session/index.ts';
import { clientHello, ethernet, ip4, packetsOf, pcap, tcp, udp } from '../../engine/testing/packets.ts';
import { type Load, type Target, words } from './target.ts';

/**
 * One packet of each kind that filters ask about: TLS, DNS, VLAN, VXLAN, GRE, a quoted packet, fragments in reversed
 * order, IPv6, ARP.
 */
function frames(): number[][] {
  const plain = udp('10.0.0.1:4000', '10.0.0.2:53', [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 97, 0, 0, 1, 0, 1]);
  const inner = tcp('10.1.0.1:1', '10.1.0.2:80', { flags: 'PA', data: 'GET / HTTP/1.1\r\nHost: x\r\n\r\n' });
  const quoted = ethernet(0x0800, ip4([10, 0, 0, 2], [10, 0, 0, 1], 1, [3, 3, 0, 0, 0, 0, 0, 0, ...plain.slice(14)]));
  const gre = ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 47, [0, 0, 8, 0, ...inner.slice(14)]));
  const part = (fragment: number, data: readonly number[]): number[] =>
    ethernet(0x0800, ip4([10, 0, 0, 1], [10, 0, 0, 2], 17, data, { id: 9, fragment }));
  return [
    plain,
    inner,
    tcp('10.0.0.1:4001', '10.0.0.2:443', { flags: 'S' }),
    tcp('10.0.0.1:4001', '10.0.0.2:443', { flags: 'PA', seq: 1, data: clientHello('name.example') }),
    [...plain.slice(0, 12), 0x81, 0, 0, 7, ...plain.slice(12)],
    udp('10.0.0.1:5', '10.0.0.2:4789', [8, 0, 0, 0, 0, 0, 9, 0, ...inner]),
    gre,
    quoted,
    part(1, new Array<number>(8).fill(1)),
    part(0x2000, [0, 5, 0, 6, 0, 24, 0, 0]),
    udp('[fe80::1]:5', '[fe80::2]:6', 'x'),
    ethernet(0x0806, [0, 1, 8, 0, 6, 4, 0, 1, ...new Array<number>(20).fill(0)]),
  ];
}

const MACROS = new Map([
  ['one', 'ip.addr == $1'],
  ['two', '$1 or ($2 and not $1)'],
  ['deep', '${deeper} and tcp'],
  ['deeper', '$one(10.0.0.1)'],
  ['round', '${round}'],
]);
const PLANNED = [
  '${one:10.0.0.1} && $two(tcp, udp)',
  '${deep} xor ${round}',
  'http.host contains "x" or tcp.port == 80',
  'not (frame.marked or flow.tag == "a") and _ws.col.info contains "I"',
  'tcp.stream == 0 and eth.src[0:2] == 02:00',
  'rule.sid == 1 or incident.state == "open" or indicator.type == "domain"',
  'udp.length > 10 and ip.id == 9 and ip.frag_offset > 0',
  '@ip.src == 0a:00:00:01 or any ip.addr == 10.0.0.2 or all tcp.port > 100',
  'frame.number % 2 == 1 and len(frame) > 20 and lower(flow.server_name) == "x"',
];

export async function filterTargets(load: Load): Promise<Target[]> {
  const read = await load<typeof Read>('read/index');
  const decode = await load<typeof Decode>('decode/index');
  const session = await load<typeof Session>('session/index');
  const filter = await load<typeof Filter>('filter/index');

  const file = pcap(packetsOf(frames()));
  const analysis = new session.Analysis({ completed: () => undefined });
  new read.CaptureStream(analysis).push(file);
  analysis.finish();
  const flows = analysis.flows.columns.count;
  const decoder = new decode.PacketDecoder();
  const bytes = (row: PacketRow): Uint8Array => {
    const chunk = analysis.packets.chunk(row);
    const at = chunk.offset[decode.inChunk(row)]!;
    return file.subarray(at, at + chunk.captured[decode.inChunk(row)]!);
  };
  const subject: Filter.Subject = {
    analysis,
    verdict: new Uint8Array(flows),
    score: new Float32Array(flows),
    label: new Uint8Array(flows),
    rules: () => [],
    points: () => 0,
    incidents: () => [],
    feature: () => new Float32Array(flows),
    bytes,
    info: () => 'Info',
    layers: (row) => decoder.decode(bytes(row), 0, bytes(row).length, 1, bytes(row).length),
    marked: () => false,
    ignored: () => false,
  };

  /** Asks a filter of each row of a list; a mistake in it must point into its text. */
  const askEach = <L extends Filter.ListName>(text: string, over: L, rows: readonly Filter.ListRows[L][]): void => {
    filter.complete(text, text.length >> 1, over);
    let compiled: Filter.CompiledFilter<Filter.ListRows[L]> | null;
    try {
      compiled = filter.compileFilter(text, over);
    } catch (error) {
      if (!(error instanceof filter.FilterError)) throw error;
      if (error.at < 0 || error.at > text.length || error.message === '') {
        throw new Error(`a mistake at ${error.at} of ${text.length}`, { cause: error });
      }
      return;
    }
    const answer = compiled?.bind(subject);
    if (answer === undefined) return;
    for (const row of rows) if (typeof answer(row) !== 'boolean') throw new Error(`row ${row} has no answer`);
  };
  const packetRows = Array.from({ length: analysis.packetCount }, (_, row) => packetRow(row));
  const flowRows = Array.from({ length: flows }, (_, row) => flowRow(row));

  /** As a list asks: with macros, by columns as far as they tell, the rest of an engine that lets nothing through. */
  const planned = async (text: string, over: Filter.ListName, total: number): Promise<void> => {
    let asked = false;
    const asker: Filter.Asker = {
      whole: false,
      macros: MACROS,
      check: () => Promise.resolve({ kind: 'unknown' }),
      ask: (filters, wanted) => {
        asked = true;
        return Promise.resolve({ rows: filters.map(() => new Uint8Array(wanted.length)), partial: null });
      },
    };
    let found: Filter.Matching;
    try {
      const plan = await filter.planFilter(text, over, asker);
      if (plan === null) return;
      found = await filter.matching(plan, over, subject, asker, {
        done: 0,
        cancelled: false,
        due: false,
        rest: async () => undefined,
      });
      if (asked || plan.text !== text) return;
    } catch (error) {
      if (!(error instanceof filter.FilterError)) throw error;
      if (error.at < 0 || error.at > text.length || error.message === '')
        throw new Error(`a mistake at ${error.at} of ${text.length}`, { cause: error });
      return;
    }
    // What columns answer alone is what the whole filter, read at once, says of each row.
    let whole: ((row: never) => boolean) | undefined;
    try {
      whole = filter.compileFilter(text, over)?.bind(subject) as typeof whole;
    } catch {
      return;
    }
    if (whole === undefined) return;
    for (let row = 0; row < total; row++)
      if (whole(row as never) !== found.rows.includes(row)) throw new Error(`row ${row} is answered in two ways`);
  };

  const seeds = [
    'ip.addr in {10.0.0.0/8, 192.0.2.1} and not udp.port == 53',
    'frame matches "(?i)get|host" or frame contains 47:45:54',
    'tcp.flags.syn == 1 && tcp.len > 0',
    'flow.server_name contains "name" xor flow.score >= 0.5',
    'vlan.id == 7 || eth.addr == 02:00:00:00:00:01',
    '!(ipv6.src == fe80::/10)',
    'frame.len in {60..100, 1000}',
    'flow.verdict == malicious',
    'feature.duration > 1e3',
    'any_eq',
    'udp.port === 4789',
    'frame.time_relative == 0.01',
    'ip.addr ~= 10.0.0.1',
    '__proto__ == 1',
  ];
  return [
    {
      name: 'filter',
      limit: 200,
      seeds: seeds.map((s) => Buffer.from(s)),
      words: [
        ' and ',
        ' or ',
        'not ',
        ' in {',
        '..',
        ' matches "',
        ' contains ',
        ' == ',
        ' !== ',
        '\\x',
        '{2}',
        '(?i)',
        'r"',
        '0x',
        '/24',
        '::',
        'tcp',
        'flow.',
        '"',
      ].map((w) => Buffer.from(w)),
      isText: true,
      run: (data) => {
        const text = Buffer.from(data).toString('utf8');
        askEach(text, 'packets', packetRows);
        askEach(text, 'flows', flowRows);
      },
    },
    {
      name: 'filter-plan',
      limit: 300,
      isText: true,
      seeds: [...seeds, ...PLANNED].map((s) => Buffer.from(s)),
      words: words(
        '${one:10.0.0.1}',
        '$two(tcp,udp)',
        '${two;a;b}',
        '${deep}',
        ' xor ',
        ' and not ',
        '(',
        ')',
        'http.host',
        'frame.marked',
      ).concat(
        words(
          '_ws.col.info',
          'flow.tag',
          'incident.state',
          'rule.sid',
          'feature.duration',
          'frame.set',
          'tcp.stream',
          '[0:2]',
        ),
      ),
      run: async (data) => {
        const text = Buffer.from(data).toString('utf8');
        await planned(text, 'packets', packetRows.length);
        await planned(text, 'flows', flowRows.length);
        filter.numbersOf(text, subject);
        filter.printedValues(text, subject)?.(packetRows[0]!, null);
      },
    },
  ];
}
