// A page of the packet list as columns, alerts at their places.
import {
  type AlertRow,
  english,
  FLAG_COMMENT,
  FLAG_DAMAGED,
  FLAG_GONE,
  FLAG_IGNORED,
  FLAG_MARKED,
  FLAG_REFERENCE,
  FLAG_UNREADABLE,
  type FlowPage,
  NO_FLOW_ROW,
  type PacketPage,
  packetRow,
  type PacketRow,
  packTexts,
  PLACE_ALERT,
  PLACE_RULE,
  type RuleRow,
  say,
  VERDICT_OPEN,
} from '../../contract/index.ts';
import { inChunk, MARK_DAMAGED, NO_FLOW, protocolName } from '../decode/index.ts';
import { vlansOf } from '../flow/index.ts';
import type { Subject } from '../filter/index.ts';
import { endpoints, factsOfRow, flowAppName, flowId, flowName, transportName } from '../session/index.ts';
import type { ListView } from './list-view.ts';

/** A verdict as pages carry it: none for packets without a flow. */
const NO_VERDICT = 254;

/** Info of packets whose bytes are gone: the window says it in its own words. */
const LOST: ReadonlyMap<string, number> = new Map([
  [english(say('segment-gone')), FLAG_GONE],
  [english(say('bytes-gone')), FLAG_UNREADABLE],
]);

export function packetPage(
  s: Subject,
  view: ListView<'packets'>,
  from: number,
  count: number,
  alert: (number: number) => AlertRow | RuleRow,
): PacketPage {
  const places = view.places.total(view.shown);
  const n = Math.max(0, Math.min(count, places - from));
  const page = {
    generation: view.generation,
    from,
    places,
    kind: new Uint8Array(n),
    row: new Uint32Array(n),
    alert: new Uint32Array(n),
    seconds: new Float64Array(n),
    nanoseconds: new Uint32Array(n),
    delta: new Float64Array(n),
    relative: new Float64Array(n),
    length: new Uint32Array(n),
    verdict: new Uint8Array(n).fill(NO_VERDICT),
    flow: new Uint32Array(n).fill(NO_FLOW_ROW),
    flags: new Uint8Array(n),
  };
  const texts: [string[], string[], string[], string[]] = [[], [], [], []];
  const a = s.analysis;
  for (let k = 0; k < n; k++) {
    const what = view.places.at(from + k);
    if ('alert' in what) {
      const told = alert(what.alert);
      const isRule = 'sid' in told;
      page.kind[k] = isRule ? PLACE_RULE : PLACE_ALERT;
      page.row[k] = told.packet;
      page.alert[k] = what.alert;
      page.flow[k] = isRule ? (a.packets.flowOf(told.packet) ?? NO_FLOW_ROW) : told.flow;
      texts[0].push('');
      texts[1].push('');
      texts[2].push('');
      texts[3].push(JSON.stringify(told));
      continue;
    }
    const row = view.shown.at(what.index);
    const chunk = a.packets.chunk(row);
    const i = inChunk(row);
    const owner = chunk.owner[i]!;
    page.row[k] = row;
    page.seconds[k] = chunk.seconds[i]!;
    page.nanoseconds[k] = chunk.nanoseconds[i]!;
    page.delta[k] = what.index === 0 ? NaN : since(s, view.shown.at(what.index - 1), row);
    page.relative[k] = since(s, s.references?.before(row) ?? packetRow(0), row);
    page.length[k] = chunk.wire[i]!;
    page.flags[k] =
      (s.marked(row) ? FLAG_MARKED : 0) |
      (s.ignored(row) ? FLAG_IGNORED : 0) |
      ((s.comments?.of(row).length ?? 0) > 0 ? FLAG_COMMENT : 0) |
      (s.references?.has(row) === true ? FLAG_REFERENCE : 0) |
      (chunk.marks[i]! & MARK_DAMAGED ? FLAG_DAMAGED : 0);
    if (owner < NO_FLOW) {
      page.flow[k] = owner;
      page.verdict[k] = s.verdict[owner] ?? VERDICT_OPEN;
    }
    const [source, destination] = endpoints(a, row);
    texts[0].push(source);
    texts[1].push(destination);
    texts[2].push(protocolName(chunk.protocol[i]!));
    const info = s.ignored(row) ? '' : s.info(row);
    page.flags[k]! |= LOST.get(info) ?? 0;
    texts[3].push(info);
  }
  return {
    ...page,
    source: packTexts(texts[0]),
    destination: packTexts(texts[1]),
    protocol: packTexts(texts[2]),
    info: packTexts(texts[3]),
  };
}

function since(s: Subject, before: PacketRow, row: PacketRow): number {
  const a = s.analysis.packets.chunk(before);
  const b = s.analysis.packets.chunk(row);
  const i = inChunk(before);
  const j = inChunk(row);
  return b.seconds[j]! - a.seconds[i]! + (b.nanoseconds[j]! - a.nanoseconds[i]!) / 1e9;
}

/** An end of a flow for people: IPv6 in brackets when a port follows. */
export function endText(address: string, port: number, hasPorts: boolean): string {
  if (!hasPorts) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Texts of a page of flows, in the order in which they are packed. */
type Texts = [string[], string[], string[], string[], string[], string[], string[]];

export function flowPage(s: Subject, view: ListView<'flows'>, from: number, count: number): FlowPage {
  const places = view.shown.count;
  const n = Math.max(0, Math.min(count, places - from));
  const page = {
    generation: view.generation,
    from,
    places,
    row: new Uint32Array(n),
    id: new Uint32Array(n),
    verdict: new Uint8Array(n),
    points: new Uint8Array(n),
    label: new Uint8Array(n),
    packets: new Float64Array(n),
    bytes: new Float64Array(n),
    start: new Float64Array(n),
    duration: new Float64Array(n),
  };
  const texts = Array.from({ length: 7 }, (): string[] => []) as Texts;
  const a = s.analysis;
  const c = a.flows.columns;
  for (let k = 0; k < n; k++) {
    const row = view.shown.at(from + k);
    page.row[k] = row;
    page.id[k] = flowId(a, row);
    page.verdict[k] = s.verdict[row]!;
    page.points[k] = s.points(row);
    page.label[k] = s.label[row]!;
    page.packets[k] = c.packetsForward[row]! + c.packetsReverse[row]!;
    page.bytes[k] = c.bytesForward[row]! + c.bytesReverse[row]!;
    page.start[k] = c.startSeconds[row]! + c.startNanoseconds[row]! / 1e9;
    page.duration[k] = Math.max(
      0,
      c.endSeconds[row]! - c.startSeconds[row]! + (c.endNanoseconds[row]! - c.startNanoseconds[row]!) / 1e9,
    );
    const ports = c.hasPorts[row] === 1;
    texts[0].push(endText(a.addresses.text(c.initiatorOf(row)), c.initiatorPort[row]!, ports));
    texts[1].push(endText(a.addresses.text(c.responderOf(row)), c.responderPort[row]!, ports));
    texts[2].push(flowAppName(a, row));
    texts[3].push(flowName(factsOfRow(a, row)) ?? '');
    texts[4].push(vlansOf(c.vlans, row).join(', '));
    texts[5].push((s.tagsOf?.(row) ?? []).join(', '));
    texts[6].push(transportName(c.ipProtocol[row]!));
  }
  return {
    ...page,
    initiator: packTexts(texts[0]),
    responder: packTexts(texts[1]),
    app: packTexts(texts[2]),
    name: packTexts(texts[3]),
    vlan: packTexts(texts[4]),
    tags: packTexts(texts[5]),
    transport: packTexts(texts[6]),
  };
}
