// Writes a small MaxMind database for tests (MaxMind DB format 2.0): a tree of 24-bit records over IPv4, and its data.
type Value = string | number | { readonly [key: string]: Value };

const U32 = 6;
const MAP = 7;
const STRING = 2;

function sized(type: number, size: number): number[] {
  if (size > 284) throw new Error('a test has no texts of this length');
  return size < 29 ? [(type << 5) | size] : [(type << 5) | 29, size - 29];
}

function encoded(value: Value): number[] {
  if (typeof value === 'string') {
    const bytes = [...Buffer.from(value)];
    return [...sized(STRING, bytes.length), ...bytes];
  }
  if (typeof value === 'number')
    return [...sized(U32, 4), value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
  const entries = Object.entries(value);
  return [...sized(MAP, entries.length), ...entries.flatMap(([k, v]) => [...encoded(k), ...encoded(v)])];
}

/** @param networks by prefix, such as 45.79.10.0/24 */
export function mmdb(type: string, networks: Readonly<Record<string, Value>>): Buffer {
  const data: number[] = [];
  // Children: a node by its number, data by its place, minus one and below; null for nothing.
  const nodes: (number | null)[][] = [[null, null]];
  for (const [network, value] of Object.entries(networks)) {
    const [address, length] = network.split('/');
    const word = address!.split('.').reduce((n, part) => n * 256 + Number(part), 0);
    const at = data.length;
    data.push(...encoded(value));
    let node = 0;
    for (let bit = 0; bit < Number(length); bit++) {
      const side = Math.floor(word / 2 ** (31 - bit)) % 2;
      if (bit === Number(length) - 1) nodes[node]![side] = -1 - at;
      else {
        nodes[node]![side] ??= nodes.push([null, null]) - 1;
        node = nodes[node]![side]!;
      }
    }
  }
  const count = nodes.length;
  const record = (child: number | null): number[] => {
    // Nothing is the number of nodes; data begin 16 bytes behind the tree.
    let n = count;
    if (child !== null) n = child >= 0 ? child : count + 16 - 1 - child;
    return [(n >> 16) & 255, (n >> 8) & 255, n & 255];
  };
  const tree = nodes.flatMap(([a, b]) => [...record(a!), ...record(b!)]);
  const metadata = {
    node_count: count,
    record_size: 24,
    ip_version: 4,
    database_type: type,
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_700_000_000,
    description: { en: 'made by a test' },
  };
  const mark = [0xab, 0xcd, 0xef, ...Buffer.from('MaxMind.com')];
  return Buffer.from([...tree, ...new Array<number>(16).fill(0), ...data, ...mark, ...encoded(metadata)]);
}
