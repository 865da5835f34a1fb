// How the kernel says what it found in a packet: one word a field, in the order of `kernel/layers.ts`.
import type { Layers } from '../decode/index.ts';

export const LAYER_FIELDS = [
  'macSource',
  'macDestination',
  'net',
  'sourceAt',
  'destinationAt',
  'ipProtocol',
  'hopLimit',
  'fragment',
  'fragmentId',
  'fragmentEnds',
  'tunnel',
  'idByReceiver',
  'outerNet',
  'outerSourceAt',
  'outerDestinationAt',
  'tunnels',
  'hasPorts',
  'sourcePort',
  'destinationPort',
  'transportAt',
  'payloadAt',
  'payloadLength',
  'payloadWire',
  'tcpFlags',
  'tcpSequence',
  'tcpAcknowledgement',
  'tcpWindow',
  'tcpOptionsAt',
  'tcpOptionsEnd',
  'icmpType',
  'icmpCode',
  'protocol',
  'damaged',
  'vlan',
  'vlanOuter',
  'network',
  'insideGtp',
  'ahead',
  'payloadNumber',
] as const satisfies readonly (keyof Layers)[];

type Field = (typeof LAYER_FIELDS)[number];

/** Fields that count from the packet's first byte in the kernel, and from the buffer's here. */
const OFFSETS_OF = new Set<Field>([
  'macSource',
  'macDestination',
  'sourceAt',
  'destinationAt',
  'outerSourceAt',
  'outerDestinationAt',
  'transportAt',
  'payloadAt',
  'tcpOptionsAt',
  'tcpOptionsEnd',
]);
const FLAGS_OF = new Set<Field>(['fragmentEnds', 'idByReceiver', 'hasPorts', 'damaged', 'insideGtp']);
/** 32 bits without a sign. */
const UNSIGNED_OF = new Set<Field>(['fragmentId', 'tunnel', 'payloadWire', 'tcpSequence', 'tcpAcknowledgement']);
const NUMBER = 0;
const OFFSET = 1;
const FLAG = 2;
const UNSIGNED = 3;
const KINDS = LAYER_FIELDS.map((name) => {
  if (OFFSETS_OF.has(name)) return OFFSET;
  if (FLAGS_OF.has(name)) return FLAG;
  return UNSIGNED_OF.has(name) ? UNSIGNED : NUMBER;
});
const AT = Object.fromEntries(LAYER_FIELDS.map((name, i) => [name, i])) as Readonly<Record<Field, number>>;

/** The kernel's struct as `Layers`. */
export class KernelLayers {
  private readonly words: Int32Array;

  /** @param at where the struct lies */
  constructor(memory: WebAssembly.Memory, at: number) {
    this.words = new Int32Array(memory.buffer, at, LAYER_FIELDS.length);
  }

  /** @param off where the packet begins in its buffer */
  read(l: Layers, off: number): void {
    const { words } = this;
    const target = l as unknown as Record<Field, number | boolean>;
    for (let i = 0; i < KINDS.length; i++) {
      const name = LAYER_FIELDS[i]!;
      const word = words[i]!;
      const kind = KINDS[i]!;
      if (kind === FLAG) target[name] = word === 1;
      else if (kind === UNSIGNED) target[name] = word >>> 0;
      else target[name] = kind === OFFSET && word >= 0 ? word + off : word;
    }
  }

  write(l: Layers, off: number): void {
    const { words } = this;
    const source = l as unknown as Record<Field, number | boolean>;
    for (let i = 0; i < KINDS.length; i++) {
      const name = LAYER_FIELDS[i]!;
      const value = Number(source[name]);
      words[i] = KINDS[i] === OFFSET && value >= 0 ? value - off : value;
    }
  }

  /** What a flow's row says of its first packet: asked for each flow. */
  readEnds(l: Layers, off: number): void {
    const { words } = this;
    l.net = words[AT.net]!;
    l.sourceAt = words[AT.sourceAt]! + off;
    l.destinationAt = words[AT.destinationAt]! + off;
    l.ipProtocol = words[AT.ipProtocol]!;
    l.hasPorts = words[AT.hasPorts] === 1;
    l.sourcePort = words[AT.sourcePort]!;
    l.destinationPort = words[AT.destinationPort]!;
    l.icmpType = words[AT.icmpType]!;
    l.icmpCode = words[AT.icmpCode]!;
    l.tunnel = words[AT.tunnel]! >>> 0;
  }

  /** What is asked of a packet with payload: one by one, since it is asked often. */
  readPayload(l: Layers, off: number): void {
    const { words } = this;
    l.net = words[AT.net]!;
    l.ipProtocol = words[AT.ipProtocol]!;
    l.fragment = words[AT.fragment]!;
    l.fragmentEnds = words[AT.fragmentEnds] === 1;
    l.hasPorts = words[AT.hasPorts] === 1;
    l.sourcePort = words[AT.sourcePort]!;
    l.destinationPort = words[AT.destinationPort]!;
    l.payloadAt = words[AT.payloadAt]! + off;
    l.payloadLength = words[AT.payloadLength]!;
    l.payloadWire = words[AT.payloadWire]! >>> 0;
    l.icmpType = words[AT.icmpType]!;
    l.icmpCode = words[AT.icmpCode]!;
    l.tcpFlags = words[AT.tcpFlags]!;
    l.tcpSequence = words[AT.tcpSequence]! >>> 0;
    l.tcpAcknowledgement = words[AT.tcpAcknowledgement]! >>> 0;
    l.protocol = words[AT.protocol]!;
    l.damaged = words[AT.damaged] === 1;
    l.ahead = words[AT.ahead]!;
    l.payloadNumber = words[AT.payloadNumber]!;
  }
}
