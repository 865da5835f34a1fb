// Files that are no capture we read, told by their first bytes, with what turns them into one.

import { type Message, type MessageKey, say } from '../../contract/index.ts';

interface Foreign {
  readonly at: number;
  readonly bytes: Buffer;
  /** What it is, and what turns it into a capture. */
  readonly name: MessageKey;
  readonly how: MessageKey;
}

const EDITCAP = 'how-editcap';
const CONVERT = 'how-convert';

function mark(name: MessageKey, how: MessageKey, bytes: string, at = 0): Foreign {
  return { at, bytes: Buffer.from(bytes, 'latin1'), name, how };
}

/** Marks are wiretap's (wireshark/wiretap) and file(1)'s; longer ones before those that they begin with. */
const FOREIGN: readonly Foreign[] = [
  mark('format-zip-archive', 'how-unzip', 'PK\x03\x04'),
  mark('format-empty-zip-archive', 'how-nothing', 'PK\x05\x06'),
  mark('format-7z-archive', 'how-7z', '7z\xbc\xaf\x27\x1c'),
  mark('format-rar-archive', 'how-unrar', 'Rar!\x1a\x07'),
  mark('format-tar-archive', 'how-tar', 'ustar', 257),
  mark('format-lzma-file', 'how-unlzma', '\x5d\x00\x00'),
  mark('format-compress-output-z', 'how-uncompress', '\x1f\x9d'),
  mark('format-lzip-file', 'how-lzip', 'LZIP'),
  mark('format-snappy-stream', 'how-snzip', '\xff\x06\x00\x00sNaPpY'),
  mark('format-btsnoop-capture-bluetooth', EDITCAP, 'btsnoop\0'),
  mark('format-sniffer-capture-dos', EDITCAP, 'TRSNIFF data'),
  mark('format-netxray-or-sniffer-for-windows-capture', EDITCAP, 'XCP\0'),
  mark('format-old-netxray-capture', EDITCAP, 'VL\0\0'),
  mark('format-novell-lanalyzer-capture', EDITCAP, '\x01\x10\x4c\x00\x01\x05Trace Display'),
  mark('format-viavi-observer-capture', EDITCAP, 'ObserverPktBuffer'),
  mark('format-visual-networks-capture', EDITCAP, '\x05VNF'),
  mark('format-hp-ux-nettl-trace', EDITCAP, 'TR\0'),
  mark('format-infovista-5view-capture', EDITCAP, '\xaa\xaa\xaa\xaa'),
  mark('format-aix-iptrace-1-0-file', EDITCAP, 'iptrace 1.0'),
  mark('format-aix-iptrace-2-0-file', EDITCAP, 'iptrace 2.0'),
  mark('format-savvius-peek-capture', EDITCAP, '\x7fver'),
  mark('format-etherpeek-v9-capture', EDITCAP, 'PeekVersion'),
  mark('format-catapult-dct2000-log', EDITCAP, 'Session Transcript'),
  mark('format-k12-text-file', EDITCAP, '+---------+---------------+'),
  mark('format-ascend-trace', EDITCAP, 'PRI-XMIT-'),
  mark('format-windows-event-trace-etl-or-its-log', 'how-etl', 'ElfFile\0'),
  mark('format-systemd-journal', CONVERT, 'LPKSHHRH'),
  mark('format-vector-blf-log', EDITCAP, 'LOGG'),
  mark('format-aethra-trace', EDITCAP, 'V0208'),
  mark('format-gammu-dct3-trace', EDITCAP, '<dump>'),
  mark('format-netscaler-trace', EDITCAP, 'NetScaler V'),
  mark('format-colasoft-capture', CONVERT, 'CSPK'),
  mark('format-ixia-lcap-capture', EDITCAP, '\xa1\xe2\xcb\x12'),
  mark('format-ixia-lcap-capture', EDITCAP, '\x12\xcb\xe2\xa1'),
  mark('format-ixia-hardware-lcap-capture', EDITCAP, '\x1c\x00\x01\xac'),
  mark('format-ixia-hardware-lcap-capture', EDITCAP, '\xac\x01\x00\x1c'),
  mark('format-sqlite-database', 'how-no-capture', 'SQLite format 3\0'),
  mark('format-pdf', 'how-no-capture', '%PDF-'),
  mark('format-parquet-file', 'how-parquet', 'PAR1'),
  mark('format-elf-program', 'how-no-capture', '\x7fELF'),
  mark('format-git-lfs-pointer', 'how-git-lfs', 'version https://git-lfs'),
  mark('format-git-annex-pointer', 'how-git-annex', '/annex/objects/'),
  mark('format-web-page', 'how-web-page', '<!DOCTYPE html'),
  mark('format-web-page', 'how-web-page', '<html'),
  mark('format-xml-file', 'how-xml', '<?xml'),
  mark('format-json', 'how-json', '{'),
  mark('format-json', 'how-json', '['),
];

/** Bytes of a file's beginning that are enough to name it. */
export const NAMING_BYTES = 262;

/**
 * @param head a file's first bytes, fewer than `NAMING_BYTES` where there are no more
 * @returns why it is not read and what to do
 */
export function foreignFormat(head: Uint8Array): Message {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  for (const f of FOREIGN) {
    if (bytes.length >= f.at + f.bytes.length && bytes.subarray(f.at, f.at + f.bytes.length).equals(f.bytes)) {
      return say('not-read', { what: { say: f.name }, how: { say: f.how } });
    }
  }
  const start = bytes.subarray(0, 64).toString('latin1');
  if (/^\s*(0000|000000|0x0000)\s+[0-9a-f]{2}[ :]/i.test(start)) {
    return say('hex-dump');
  }
  if (bytes.length >= 12 && /^[\d:. ]*\s?(IP6?|ARP|STP)[, ]/.test(start)) {
    return say('tcpdump-text');
  }
  return say('no-capture-file');
}
