// Files that are no capture we read, told by their first bytes, with what turns them into one.

interface Foreign {
  readonly at: number;
  readonly bytes: Buffer;
  readonly name: string;
  readonly how: string;
}

const EDITCAP = 'convert it: editcap -F pcapng IN OUT.pcapng';
const CONVERT = 'convert it with the program that wrote it, or open it in Wireshark and save it as pcapng';

function mark(name: string, how: string, bytes: string, at = 0): Foreign {
  return { at, bytes: Buffer.from(bytes, 'latin1'), name, how };
}

/** Marks are wiretap's (wireshark/wiretap) and file(1)'s; longer ones before those that they begin with. */
const FOREIGN: readonly Foreign[] = [
  mark(
    'a zip archive',
    'unpack it first: unzip IN (unzip -p IN | sightline flows - reads the one capture in it)',
    'PK\x03\x04',
  ),
  mark('an empty zip archive', 'there is nothing in it', 'PK\x05\x06'),
  mark('a 7z archive', 'unpack it first: 7z x IN', '7z\xbc\xaf\x27\x1c'),
  mark('a RAR archive', 'unpack it first: unrar x IN', 'Rar!\x1a\x07'),
  mark('a tar archive', 'unpack it first: tar xf IN', 'ustar', 257),
  mark('an LZMA file', 'unpack it first: unlzma IN', '\x5d\x00\x00'),
  mark('compress output (.Z)', 'unpack it first: uncompress IN', '\x1f\x9d'),
  mark('an lzip file', 'unpack it first: lzip -d IN', 'LZIP'),
  mark('a snappy stream', 'unpack it first: snzip -d IN', '\xff\x06\x00\x00sNaPpY'),
  mark('a btsnoop capture (Bluetooth)', EDITCAP, 'btsnoop\0'),
  mark('a Sniffer capture (DOS)', EDITCAP, 'TRSNIFF data'),
  mark('a NetXray or Sniffer for Windows capture', EDITCAP, 'XCP\0'),
  mark('an old NetXray capture', EDITCAP, 'VL\0\0'),
  mark('a Novell LANalyzer capture', EDITCAP, '\x01\x10\x4c\x00\x01\x05Trace Display'),
  mark('a Viavi Observer capture', EDITCAP, 'ObserverPktBuffer'),
  mark('a Visual Networks capture', EDITCAP, '\x05VNF'),
  mark('an HP-UX nettl trace', EDITCAP, 'TR\0'),
  mark('an InfoVista 5View capture', EDITCAP, '\xaa\xaa\xaa\xaa'),
  mark('an AIX iptrace 1.0 file', EDITCAP, 'iptrace 1.0'),
  mark('an AIX iptrace 2.0 file', EDITCAP, 'iptrace 2.0'),
  mark('a Savvius *Peek capture', EDITCAP, '\x7fver'),
  mark('an EtherPeek V9 capture', EDITCAP, 'PeekVersion'),
  mark('a Catapult DCT2000 log', EDITCAP, 'Session Transcript'),
  mark('a K12 text file', EDITCAP, '+---------+---------------+'),
  mark('an Ascend trace', EDITCAP, 'PRI-XMIT-'),
  mark('a Windows event trace (ETL or its log)', 'convert it: etl2pcapng IN OUT.pcapng', 'ElfFile\0'),
  mark('a systemd journal', CONVERT, 'LPKSHHRH'),
  mark('a Vector BLF log', EDITCAP, 'LOGG'),
  mark('an Aethra trace', EDITCAP, 'V0208'),
  mark('a Gammu DCT3 trace', EDITCAP, '<dump>'),
  mark('a NetScaler trace', EDITCAP, 'NetScaler V'),
  mark('a Colasoft capture', CONVERT, 'CSPK'),
  mark('an Ixia lcap capture', EDITCAP, '\xa1\xe2\xcb\x12'),
  mark('an Ixia lcap capture', EDITCAP, '\x12\xcb\xe2\xa1'),
  mark('an Ixia hardware lcap capture', EDITCAP, '\x1c\x00\x01\xac'),
  mark('an Ixia hardware lcap capture', EDITCAP, '\xac\x01\x00\x1c'),
  mark('an SQLite database', 'it is no capture', 'SQLite format 3\0'),
  mark('a PDF', 'it is no capture', '%PDF-'),
  mark('a Parquet file', 'it is no capture; flows exported to it are read by DuckDB or pandas', 'PAR1'),
  mark('an ELF program', 'it is no capture', '\x7fELF'),
  mark('a Git LFS pointer', 'the capture itself is elsewhere: git lfs pull', 'version https://git-lfs'),
  mark('a git-annex pointer', 'the capture itself is elsewhere: git annex get IN', '/annex/objects/'),
  mark('a web page', 'the download gave a page instead of the capture', '<!DOCTYPE html'),
  mark('a web page', 'the download gave a page instead of the capture', '<html'),
  mark('an XML file', 'a PDML or PSML export has lost the packets; export pcapng instead', '<?xml'),
  mark('JSON', 'tshark -T json has lost the packets; export pcapng instead', '{'),
  mark('JSON', 'tshark -T json has lost the packets; export pcapng instead', '['),
];

/** Bytes of a file's beginning that are enough to name it. */
export const NAMING_BYTES = 262;

/** @param head a file's first bytes, fewer than `NAMING_BYTES` where there are no more @returns why it is not read and what to do */
export function foreignFormat(head: Uint8Array): string {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  for (const f of FOREIGN) {
    if (bytes.length >= f.at + f.bytes.length && bytes.subarray(f.at, f.at + f.bytes.length).equals(f.bytes)) {
      return `this is ${f.name}, which is not read; ${f.how}`;
    }
  }
  const start = bytes.subarray(0, 64).toString('latin1');
  if (/^\s*(0000|000000|0x0000)\s+[0-9a-f]{2}[ :]/i.test(start)) {
    return 'this is a hex dump of packets, which is not read; convert it: text2pcap IN OUT.pcapng';
  }
  if (bytes.length >= 12 && /^[\d:. ]*\s?(IP6?|ARP|STP)[, ]/.test(start)) {
    return 'this is what tcpdump prints, which has lost the packets; capture with tcpdump -w FILE';
  }
  return 'this is not a capture: no mark of pcap, pcapng, snoop, Network Monitor or ERF in its first bytes';
}
