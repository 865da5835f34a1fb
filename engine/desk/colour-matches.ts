// Colours that the user gives for a while: which of some filters the rows in sight pass, and the filters of the
// conversations that a packet belongs to.
import { addressId, type ConversationKind, type PacketRow, say } from '../../contract/index.ts';
import { flowOfOwner, inChunk } from '../decode/index.ts';
import type { FilterPlan } from '../filter/index.ts';
import { endpoints, transportName } from '../session/index.ts';
import { planned, readyFor, type TimeSlices } from '../view/index.ts';
import { type Desk, Refused } from './desk.ts';
import type { CaptureSession } from './session.ts';

const YES = 1;
const ASK = 2;
const KEPT = 32;

type Plan = FilterPlan<PacketRow> | null;

/** Plans of the filters that were asked about lately: the same few are asked of each page. */
const plans = new WeakMap<Desk, Map<string, Plan>>();

/** @returns for each row one more than the index of the first filter that it passes, 0 where it passes none */
export async function colourMatches(
  desk: Desk,
  s: CaptureSession,
  filters: readonly string[],
  rows: readonly PacketRow[],
  turns: TimeSlices,
): Promise<Uint8Array> {
  const { count } = s.analysis.packets;
  const beyond = rows.find((row) => row >= count);
  if (beyond !== undefined) throw new Refused('not-found', say('no-such-packet', { packet: beyond + 1 }));
  const matches = new Uint8Array(rows.length);
  for (const [at, filter] of filters.entries()) {
    const plan = await planOf(desk, filter);
    if (plan === null) continue;
    const open = rows.filter((_, i) => matches[i] === 0);
    if (open.length === 0) break;
    const passes = await passing(desk, s, plan, open, turns);
    rows.forEach((row, i) => {
      if (matches[i] === 0 && passes.has(row)) matches[i] = at + 1;
    });
  }
  return matches;
}

async function planOf(desk: Desk, filter: string): Promise<Plan> {
  let known = plans.get(desk);
  if (known === undefined) plans.set(desk, (known = new Map()));
  const before = known.get(filter);
  if (before !== undefined) return before;
  const made = await planned(filter, 'packets', desk.filters);
  if ('problem' in made) throw new Refused('refused', made.problem.message);
  if (known.size >= KEPT) known.clear();
  known.set(filter, made.plan);
  return made.plan;
}

async function passing(
  desk: Desk,
  s: CaptureSession,
  plan: NonNullable<Plan>,
  rows: readonly PacketRow[],
  turns: TimeSlices,
): Promise<ReadonlySet<PacketRow>> {
  await readyFor(plan, s, turns);
  const { whole } = desk.filters;
  const told = plan.columns(s, whole);
  const passes = new Set<PacketRow>();
  const open: PacketRow[] = [];
  for (const row of rows) {
    const is = told(row);
    if (is === YES) passes.add(row);
    else if (is === ASK) open.push(row);
  }
  if (open.length === 0) return passes;
  const wanted = new Uint8Array(s.analysis.packets.count);
  for (const row of open) wanted[row] = 1;
  const answers = await desk.filters.ask(whole ? plan.parts : plan.leaves, wanted, s, turns);
  const lets = plan.answered(s, answers.rows, whole);
  for (const row of open) if (lets(row)) passes.add(row);
  return passes;
}

/** As Wireshark writes them: of Ethernet, of IP, of TCP or UDP; those alone that the packet has. */
export function conversationsOf(
  s: CaptureSession,
  row: PacketRow,
): readonly { readonly kind: ConversationKind; readonly filter: string }[] {
  const found: { kind: ConversationKind; filter: string }[] = [];
  const { macSource, macDestination, tunnels } = s.layers(row);
  if (macSource >= 0 && macDestination >= 0 && tunnels === 0) {
    const bytes = s.bytes(row);
    const mac = (at: number): string =>
      Buffer.from(bytes.subarray(at, at + 6))
        .toString('hex')
        .replace(/..\B/g, '$&:');
    found.push({ kind: 'eth', filter: both('eth.addr', mac(macSource), mac(macDestination)) });
  }
  const [source, destination] = endpoints(s.analysis, row);
  const field = fieldOf(source);
  if (field === null || fieldOf(destination) !== field) return found;
  const hosts = both(field, source, destination);
  found.push({ kind: 'ip', filter: hosts });
  const chunk = s.analysis.packets.chunk(row);
  const flow = flowOfOwner(chunk.owner[inChunk(row)]!);
  if (flow === null) return found;
  const c = s.analysis.flows.columns;
  const transport = transportName(c.ipProtocol[flow]!).toLowerCase();
  if (c.hasPorts[flow] !== 1 || (transport !== 'tcp' && transport !== 'udp')) return found;
  const ends = both(field, s.analysis.addresses.text(addressId(c.initiator[flow]!)), otherEnd(s, flow));
  const ports = both(`${transport}.port`, String(c.initiatorPort[flow]), String(c.responderPort[flow]));
  found.push({ kind: transport, filter: `${ends} && ${ports}` });
  return found;
}

function otherEnd(s: CaptureSession, flow: number): string {
  return s.analysis.addresses.text(addressId(s.analysis.flows.columns.responder[flow]!));
}

function both(field: string, one: string, other: string): string {
  return `${field} == ${one} && ${field} == ${other}`;
}

function fieldOf(address: string): 'ip.addr' | 'ipv6.addr' | null {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(address)) return 'ip.addr';
  return /^[\da-f:.]+$/i.test(address) && address.includes(':') && !/^..:..:..:..:..:..$/.test(address)
    ? 'ipv6.addr'
    : null;
}
