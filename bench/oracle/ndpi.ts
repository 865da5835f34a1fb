// Protocol by content beside ndpiReader (content only, without its guesses by port and address), over all flows of the
// corpus.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { protocolName } from '../../engine/decode/index.ts';
import { openCapture } from '../../engine/read/index.ts';
import { Analysis } from '../../engine/session/index.ts';

/** What nDPI calls it → what we call it, for the protocols that the issue names. */
const NAMES: Readonly<Record<string, string>> = {
  TLS: 'TLS',
  DTLS: 'DTLS',
  QUIC: 'QUIC',
  DNS: 'DNS',
  MDNS: 'MDNS',
  LLMNR: 'LLMNR',
  HTTP: 'HTTP',
  SSH: 'SSH',
  DHCP: 'DHCP',
  NTP: 'NTP',
  SMBv1: 'SMB',
  SMBv23: 'SMB',
  RDP: 'RDP',
  SMTP: 'SMTP',
  SMTPS: 'SMTP',
  IMAP: 'IMAP',
  IMAPS: 'IMAP',
  POP3: 'POP',
  POPS: 'POP',
  FTP_CONTROL: 'FTP',
  FTPS: 'FTP',
  MQTT: 'MQTT',
  STUN: 'STUN',
  WireGuard: 'WireGuard',
  OpenVPN: 'OpenVPN',
  BitTorrent: 'BitTorrent',
  RTP: 'RTP',
  HTTP2: 'HTTP2',
  DHCPV6: 'DHCPv6',
};
const OURS: Readonly<Record<string, string>> = { SMB2: 'SMB', GQUIC: 'QUIC' };
/**
 * Mail over TLS from its first byte is TLS by content; after STARTTLS it is what it began as. nDPI has one name for
 * both.
 */
const OVER_TLS = new Set(['SMTPS', 'IMAPS', 'POPS', 'FTPS']);
/** Those of point 1 of the issue: agreement is asked for on these. */
export const ASKED = [...new Set(Object.values(NAMES))].filter((n) => n !== 'DHCPv6');

export interface NdpiTable {
  readonly rows: Map<string, { both: number; onlyNdpi: number; onlyOurs: number }>;
  /** 'ours where nDPI says theirs' → flows and captures. */
  readonly kinds: Map<string, { flows: number; files: Set<string> }>;
  files: number;
  flows: number;
}

interface NdpiFlow {
  readonly protocols: readonly string[];
  readonly payload: number;
}

function ends(protocol: number, a: string, ap: number, b: string, bp: number): string {
  return `${protocol} ${[`${a}:${ap}`, `${b}:${bp}`].sort().join(' ')}`;
}

/** @returns protocols by five-tuple; a tuple that nDPI has twice with different protocols is left out */
function ndpiFlows(file: string, folder: string): Map<string, NdpiFlow> | null {
  const csv = join(folder, 'flows.csv');
  rmSync(csv, { force: true });
  const ran = spawnSync('ndpiReader', ['-d', '-q', '-t', '-i', file, '-C', csv], { stdio: 'ignore', timeout: 60_000 });
  if (ran.error) return null;
  let text: string;
  try {
    text = readFileSync(csv, 'latin1');
  } catch {
    return null;
  }
  const flows = new Map<string, NdpiFlow>();
  for (const line of text.split('\n').slice(1)) {
    const f = line.split(/[,|]/);
    if (f.length < 20) continue;
    const key = ends(Number(f[1]), f[5]!, Number(f[6]), f[7]!, Number(f[8]));
    flows.set(key, { protocols: f[10]!.split('.'), payload: Number(f[14]) + Number(f[17]) });
  }
  return flows;
}

export async function compareNdpi(files: Iterable<string>, nameOf: (file: string) => string): Promise<NdpiTable> {
  const table: NdpiTable = {
    rows: new Map(ASKED.map((n) => [n, { both: 0, onlyNdpi: 0, onlyOurs: 0 }])),
    kinds: new Map(),
    files: 0,
    flows: 0,
  };
  const folder = mkdtempSync(join(tmpdir(), 'sightline-ndpi-'));
  for (const file of files) {
    const theirs = ndpiFlows(file, folder);
    if (theirs === null || theirs.size === 0) continue;
    const ours = new Map<string, number>();
    const a = new Analysis(
      {
        completed: (x, slot, row) => {
          const c = x.flows.columns;
          if (c.hasPorts[row] === 0) return;
          const key = ends(
            c.ipProtocol[row]!,
            x.addresses.text(c.initiatorOf(row)),
            c.initiatorPort[row]!,
            x.addresses.text(c.responderOf(row)),
            c.responderPort[row]!,
          );
          // nDPI has one flow where we have several in a row.
          if (!ours.get(key)) ours.set(key, x.inspector.service(slot));
        },
      },
      { keepPackets: false },
    );
    const opened = openCapture(file, a, { cacheFolder: folder });
    if (!opened.ok) continue;
    while (await opened.reader.step()) {
      /* block by block */
    }
    opened.reader.close();
    a.finish();
    table.files++;
    for (const [key, flow] of theirs) {
      const service = ours.get(key);
      if (service === undefined) continue;
      table.flows++;
      const mine = service === 0 ? '–' : (OURS[protocolName(service)] ?? protocolName(service));
      const wanted = flow.protocols.map((p) => NAMES[p]).filter((p) => p !== undefined);
      const agreed = wanted.includes(mine) || (mine === 'TLS' && flow.protocols.some((p) => OVER_TLS.has(p)));
      // An application of nDPI's ('Google', 'WhatsApp') alone says nothing of the protocol that carries it.
      for (const name of ASKED) {
        const row = table.rows.get(name)!;
        if (mine === name && agreed) row.both++;
        else if (mine === name && (wanted.length > 0 || flow.protocols[0] === 'Unknown')) row.onlyOurs++;
        else if (!agreed && wanted[0] === name) row.onlyNdpi++;
      }
      if (agreed || (wanted.length === 0 && !ASKED.includes(mine))) continue;
      const kind = `${mine} where nDPI says ${flow.protocols.join('.')}`;
      const entry = table.kinds.get(kind) ?? { flows: 0, files: new Set() };
      entry.flows++;
      entry.files.add(nameOf(file));
      table.kinds.set(kind, entry);
    }
  }
  rmSync(folder, { recursive: true, force: true });
  return table;
}
