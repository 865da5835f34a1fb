// Which protocol a port usually carries, as Wireshark registers it, and every name that a service may have.
import { protocolId } from '../decode/index.ts';

export type Transport = 'tcp' | 'udp';
/** Name as the Protocol column shows it, transport, and its ports; a pair is a range with both ends. */
export type PortRow = readonly [
  name: string,
  transport: Transport,
  ...ports: (number | readonly [first: number, last: number])[],
];

/** A row a line: adding a protocol, or a port to one, is one edit here. */
export const PORT_ROWS: readonly PortRow[] = [
  ['HTTP', 'tcp', 80, 631, 1900, 2869, 3128, 3132, 5985, 8080, 8088, 11371, 2710, 3689, 1910],
  [
    'TLS',
    'tcp',
    443,
    465,
    636,
    802,
    853,
    993,
    995,
    1300,
    2221,
    3249,
    3250,
    3251,
    3252,
    3496,
    5061,
    5671,
    5684,
    8883,
    11207,
    27017,
    324,
    2443,
    5868,
    19999,
  ],
  ['DNS', 'tcp', 53],
  ['MDNS', 'tcp', 5353],
  ['FTP', 'tcp', 21],
  ['FTP-DATA', 'tcp', 20],
  ['SSH', 'tcp', 22, 29418],
  ['TELNET', 'tcp', 23],
  ['SMTP', 'tcp', 25, 587],
  ['POP', 'tcp', 110],
  ['IMAP', 'tcp', 143],
  ['NNTP', 'tcp', 119],
  ['IRC', 'tcp', 6667, 57000],
  ['NBSS', 'tcp', 139, 445],
  ['LDAP', 'tcp', 389, 3268],
  ['KRB5', 'tcp', 88],
  ['KPASSWD', 'tcp', 464],
  ['Portmap', 'tcp', 111],
  ['BGP', 'tcp', 179],
  ['TPKT', 'tcp', 102, 3389],
  ['MySQL', 'tcp', 3306],
  ['PGSQL', 'tcp', 5432],
  ['TDS', 'tcp', 1433, 2433],
  ['TNS', 'tcp', 1521],
  ['RTSP', 'tcp', 554, 8554, 7236],
  ['SIP', 'tcp', 5060],
  ['MQTT', 'tcp', 1883],
  ['AMQP', 'tcp', 5672],
  ['RESP', 'tcp', 6379],
  ['MEMCACHE', 'tcp', 11211],
  ['XMPP/XML', 'tcp', 5222],
  ['X11', 'tcp', [6000, 6063]],
  ['Modbus/TCP', 'tcp', 502],
  ['DNP 3.0', 'tcp', 20000],
  ['ENIP', 'tcp', 44818],
  ['IEC 60870-5-104', 'tcp', 2404],
  ['RSH', 'tcp', 514],
  ['EXEC', 'tcp', 512],
  ['Rlogin', 'tcp', 513],
  ['VNC', 'tcp', 5900, 5901, 5500, 5501],
  ['Socks', 'tcp', 1080],
  ['RTMP', 'tcp', 1935],
  ['WHOIS', 'tcp', 43],
  ['FINGER', 'tcp', 79],
  ['Kafka', 'tcp', 9092],
  ['CQL', 'tcp', 9042],
  ['Elasticsearch', 'tcp', 9300],
  ['OpenFlow', 'tcp', 6653, 6633],
  ['OpenVPN', 'tcp', 1194],
  ['OpcUa', 'tcp', 4840],
  ['PPTP', 'tcp', 1723],
  ['RMI', 'tcp', 1099],
  ['SKINNY', 'tcp', 2000],
  ['SMPP', 'tcp', 2775],
  ['DIAMETER', 'tcp', 3868],
  ['LDP', 'tcp', 646],
  ['MSDP', 'tcp', 639],
  ['SRVLOC', 'tcp', 427],
  ['STUN', 'tcp', 3478],
  ['SYNCHROPHASOR', 'tcp', 4712],
  ['TPLINK-SMARTHOME', 'tcp', 9999],
  ['TiVoConnect', 'tcp', 2190],
  ['Z39.50', 'tcp', 210],
  ['AMS', 'tcp', 48898],
  ['ANSI C12.22', 'tcp', 1153],
  ['DSI', 'tcp', 548],
  ['DoIP', 'tcp', 13400],
  ['GIT', 'tcp', 9418],
  ['Gearman', 'tcp', 4730],
  ['HART_IP', 'tcp', 5094],
  ['HiSLIP', 'tcp', 4880],
  ['Lustre', 'tcp', 988],
  ['MEGACO', 'tcp', 2944],
  ['H.248', 'tcp', 2945],
  ['OMRON', 'tcp', 9600],
  ['RSYNC', 'tcp', 873],
  ['AJP13', 'tcp', 8009],
  ['BitTorrent', 'tcp', [6881, 6889]],
  ['COPS', 'tcp', 3288],
  ['DICOM', 'tcp', 104],
  ['ECHO', 'tcp', 7],
  ['CHARGEN', 'tcp', 19],
  ['Daytime', 'tcp', 13],
  ['TIME', 'tcp', 37],
  ['Gopher', 'tcp', 70],
  ['HL7', 'tcp', 2575],
  ['ICAP', 'tcp', 1344],
  ['LPD', 'tcp', 515],
  ['MSMMS', 'tcp', 1755],
  ['MSNMS', 'tcp', 1863],
  ['MSRP', 'tcp', 2855],
  ['NDMP', 'tcp', 10000],
  ['PCEP', 'tcp', 4189],
  ['TACACS+', 'tcp', 49],
  ['RPKI-RTR', 'tcp', 323],
  ['WOW', 'tcp', 3724],
  ['WOWW', 'tcp', 8085],
  ['SNMP', 'tcp', 161, 162],
  ['NTP', 'tcp', 123],
  ['ISAKMP', 'tcp', 500],
  ['GTP', 'tcp', 2123, 2152],
  ['CoAP', 'tcp', 5683],
  ['DCERPC', 'tcp', 135],
  ['Nano', 'tcp', 7075],
  ['PVFS', 'tcp', 3334],
  ['9P', 'tcp', 564],
  ['Couchbase', 'tcp', 11210],
  ['DISTCC', 'tcp', 3632],
  ['DLEP', 'tcp', 854],
  ['KNXnet/IP', 'tcp', 3671],
  ['ELCOM', 'tcp', 5997],
  ['EPMD', 'tcp', 4369],
  ['GNUTELLA', 'tcp', 6346],
  ['ICQ', 'tcp', 5190],
  ['JDWP', 'tcp', 9009],
  ['UMA', 'tcp', 14001],
  ['SIGCOMP', 'tcp', 5555, 6666],
  ['RTPproxy', 'tcp', 22222],
  ['Synergy', 'tcp', 24800],
  ['NVMe/TCP', 'tcp', 4420],
  ['DRDA', 'tcp', 446, 50000],
  ['PTP/IP', 'tcp', 15740],
  ['R3', 'tcp', 2571, 8023],
  ['SMUX', 'tcp', 199],
  ['SABP', 'tcp', 3452],
  ['ULP', 'tcp', 7275],
  ['VICP', 'tcp', 1861],
  ['ZEBRA', 'tcp', 2600],
  ['iSCSI', 'tcp', 3260, 860],
  ['NFS', 'tcp', 2049],
  ['DNS', 'udp', 53],
  ['MDNS', 'udp', 5353],
  ['LLMNR', 'udp', 5355],
  ['NBNS', 'udp', 137],
  ['NBDS', 'udp', 138],
  ['DHCP', 'udp', 67, 68, 4011],
  ['DHCPv6', 'udp', 546, 547],
  ['NTP', 'udp', 123],
  ['SSDP', 'udp', 1900],
  ['SNMP', 'udp', 161, 162],
  ['Syslog', 'udp', 514],
  ['TFTP', 'udp', 69],
  ['RADIUS', 'udp', 1645, 1646, 1700, 1812, 1813, 3799],
  ['ISAKMP', 'udp', 500],
  ['UDPENCAP', 'udp', 4500],
  ['SIP', 'udp', 5060],
  ['STUN', 'udp', 3478],
  ['QUIC', 'udp', 443],
  ['KRB5', 'udp', 88],
  ['KRB4', 'udp', 750],
  ['lw_res', 'udp', 921],
  ['LSD', 'udp', 6771],
  ['LON', 'udp', 1628, 1629],
  ['CLDAP', 'udp', 389],
  ['RIPng', 'udp', 521],
  ['Portmap', 'udp', 111],
  ['NFS', 'udp', 2049],
  ['L2TP', 'udp', 1701],
  ['GTP', 'udp', 2123, 2152, 3386],
  ['PFCP', 'udp', 8805],
  ['VXLAN', 'udp', 4789],
  ['Geneve', 'udp', 6081],
  ['HSRP', 'udp', 1985],
  ['HSRPv2', 'udp', 2029],
  ['BFD Control', 'udp', 3784, 4784, 6784, 7784],
  ['BFD Echo', 'udp', 3785],
  ['LDP', 'udp', 646],
  ['SRVLOC', 'udp', 427],
  ['DB-LSP-DISC', 'udp', 17500],
  ['BACnet-APDU', 'udp', 47808],
  ['CAPWAP-Control', 'udp', 5246],
  ['CAPWAP-Data', 'udp', 5247],
  ['CIP I/O', 'udp', 2222],
  ['ENIP', 'udp', 44818],
  ['OpenVPN', 'udp', 1194],
  ['IAX2', 'udp', 4569],
  ['MGCP', 'udp', 2427, 2727],
  ['MEGACO', 'udp', 2944],
  ['H.225.0', 'udp', 1718, 1719],
  ['ICP', 'udp', 3130],
  ['OICQ', 'udp', 8000],
  ['PTPv2', 'udp', 319, 320],
  ['CFLOW', 'udp', 2055, 4739, 9996],
  ['sFlow', 'udp', 6343],
  ['XDMCP', 'udp', 177],
  ['TiVoConnect', 'udp', 2190],
  ['NAT-PMP', 'udp', 5351, 5350],
  ['KNXnet/IP', 'udp', 3671],
  ['HART_IP', 'udp', 5094],
  ['CoAP', 'udp', 5683],
  ['MEMCACHE', 'udp', 11211],
  ['collectd', 'udp', 25826],
  ['EGD', 'udp', 18246],
  ['CAN-ETH', 'udp', 11898],
  ['CPHA', 'udp', 8116],
  ['DLEP', 'udp', 854],
  ['DNP 3.0', 'udp', 20000],
  ['DoIP', 'udp', 13400],
  ['ESIO', 'udp', 6060],
  ['UFTP', 'udp', 1044],
  ['ANSI C12.22', 'udp', 1153],
  ['LISP', 'udp', 4342, 4341],
  ['Lwapp', 'udp', 12222, 12223],
  ['MNDP', 'udp', 5678],
  ['OMRON', 'udp', 9600],
  ['S-Bus', 'udp', 5050],
  ['BJNP', 'udp', [8611, 8614]],
  ['RX', 'udp', [7000, 7009], 7021],
  ['RakNet', 'udp', 19132],
  ['TPLINK-SMARTHOME/JSON', 'udp', 9999],
  ['Teredo', 'udp', 3544],
  ['WireGuard', 'udp', 51820],
  ['SYNCHROPHASOR', 'udp', 4713],
  ['AODV', 'udp', 654],
  ['AYIYA', 'udp', 5072],
  ['AX4000', 'udp', 3357],
  ['BAT', 'udp', 4305],
  ['ECHO', 'udp', 7],
  ['CHARGEN', 'udp', 19],
  ['Daytime', 'udp', 13],
  ['TSP', 'udp', 525],
  ['TIME', 'udp', 37],
  ['GLBP', 'udp', 3222],
  ['GSMTAP', 'udp', 4729],
  ['GVCP', 'udp', 3956],
  ['HCrt', 'udp', 47000],
  ['IAPP', 'udp', 2313],
  ['ICQ', 'udp', 4000],
  ['IPVS', 'udp', 8848],
  ['KDP', 'udp', 19948],
  ['LMP', 'udp', 701],
  ['MAC-Telnet', 'udp', 20561],
  ['MPLS ECHO', 'udp', 3503],
  ['OLSR v1', 'udp', 698],
  ['PNRP', 'udp', 3540],
  ['QUAKE', 'udp', 26000],
  ['QUAKE3', 'udp', [27960, 27963]],
  ['QUAKEWORLD', 'udp', 27500],
  ['RDPUDP', 'udp', 3389],
  ['RIP', 'udp', 520],
  ['SAP', 'udp', 9875],
  ['SEBEK', 'udp', 1101],
  ['TACACS', 'udp', 49],
  ['TIPC', 'udp', 6118],
  ['Vuze-DHT', 'udp', 11273],
  ['WCCP', 'udp', 2048],
  ['WHO', 'udp', 513],
  ['WLCCP', 'udp', 2887],
  ['ZigBee', 'udp', 17754],
  ['iSNS', 'udp', 3205],
  ['RMCP', 'udp', 623],
  ['DTLS', 'udp', 853, 2221, 5684],
  ['Mobile IP', 'udp', 434],
  ['ASAP', 'udp', 3863],
  ['Auto-RP', 'udp', 496],
  ['Babel', 'udp', 6696],
  ['Elasticsearch', 'udp', 54328],
  ['CUPS', 'udp', 631],
  ['HIP', 'udp', 10500],
  ['TZSP', 'udp', 37008],
  ['LLC', 'udp', [12000, 12004]],
  ['Steam IHS Discovery', 'udp', 27036],
  ['TeamSpeak2', 'udp', 8767],
  ['Nano', 'udp', 7075],
  ['Armagetronad', 'udp', 4533, 4534],
  ['Pathport', 'udp', 3792],
  ['DCERPC', 'udp', 135],
  ['KINK', 'udp', 910],
  ['Kpasswd', 'udp', 464],
  ['VITA 49', 'udp', 4991],
  ['ADwin', 'udp', 6543],
  ['MIPv6', 'udp', 5436],
  ['RTPS', 'udp', 7400, 7401, 7410, 7411, 7412, 7413],
  ['WSP', 'udp', 9200],
  ['WTP+WSP', 'udp', 9201],
  ['LTP', 'udp', 1113],
  ['DCC', 'udp', 6277],
  ['ETHERCAT', 'udp', 34980],
  ['EPL', 'udp', 3819],
  ['PAPI', 'udp', 8211],
  ['ROON', 'udp', 9003],
];

/**
 * Protocols that are recognised by content and have no port of their own: a service may have one of these names too.
 */
export const WITHOUT_PORT: readonly string[] = [
  'BT-DHT', // from whatever port the client took
  'Ceph',
  'FIX',
  'GIOP',
  'GQUIC', // on QUIC's
  'HTTP2', // on HTTP's and TLS's
  'MPEG TS',
  'NATS',
  'PNIO-CM',
  'RTCP', // agreed on in SIP or RTSP
  'RTP',
];

/**
 * Protocol ids by port, 0 where none is registered.
 * @throws where a row is wrong: a port outside of 1 to 65,535, one that two rows claim, a name in two rows
 */
export function portTable(rows: readonly PortRow[], transport: Transport): Uint16Array {
  const ports = new Uint16Array(65_536);
  const owner = new Map<number, string>();
  const names = new Set<string>();
  for (const [name, over, ...claimed] of rows) {
    if (over !== transport) continue;
    if (names.has(name)) throw new Error(`ports.ts: two rows are called '${name}' over ${transport}: make them one`);
    if (claimed.length === 0) throw new Error(`ports.ts: '${name}' over ${transport} has no port`);
    names.add(name);
    const id = protocolId(name);
    for (const claim of claimed) {
      const [first, last] = typeof claim === 'number' ? [claim, claim] : claim;
      if (!(first >= 1 && first <= last && last <= 65_535))
        throw new Error(`ports.ts: ${first === last ? first : `${first} to ${last}`} of '${name}' is no port`);
      for (let port = first; port <= last; port++) {
        const other = owner.get(port);
        if (other !== undefined)
          throw new Error(`ports.ts: '${other}' and '${name}' both claim ${transport} port ${port}`);
        owner.set(port, name);
        ports[port] = id;
      }
    }
  }
  return ports;
}

export const tcpPorts = portTable(PORT_ROWS, 'tcp');
export const udpPorts = portTable(PORT_ROWS, 'udp');

const FTP_DATA = protocolId('FTP-DATA');

/** The protocol that one of two ports is registered for; the lower port is asked first, as Wireshark does. */
export function byPorts(ports: Uint16Array, a: number, b: number): number {
  const low = ports[a < b ? a : b]!;
  const high = ports[a < b ? b : a]!;
  // Port 20 carries FTP data only where nothing better is known.
  return low === FTP_DATA && high !== 0 ? high : low || high;
}

/** What a port is registered for, and what content calls it, where they are not the same word. */
const CARRIED: readonly (readonly [registered: string, recognised: readonly string[]])[] = [
  ['TPKT', ['RDP']],
  ['NBSS', ['SMB', 'SMB2']],
];
const CARRIERS: ReadonlyMap<number, readonly number[]> = new Map(
  CARRIED.map(([registered, recognised]) => [protocolId(registered), recognised.map(protocolId)]),
);

/** Whether a protocol recognised by content is the one that a port is registered for. */
export function sameService(registered: number, recognised: number): boolean {
  return registered === recognised || (CARRIERS.get(registered)?.includes(recognised) ?? false);
}

const KNOWN: ReadonlySet<string> = new Set([
  ...PORT_ROWS.map(([name]) => name),
  ...WITHOUT_PORT,
  ...CARRIED.flatMap(([, recognised]) => recognised),
]);

/**
 * The protocol id of a service that content tells.
 * @throws where its name is not spelled as the ports' table spells it: the two would be two protocols
 */
export function serviceId(name: string): number {
  if (KNOWN.has(name)) return protocolId(name);
  const near = [...KNOWN].find((known) => plain(known) === plain(name));
  const hint = near === undefined ? 'add it to PORT_ROWS, or to WITHOUT_PORT if it has no port' : `write '${near}'`;
  throw new Error(`A service is called '${name}', which ports.ts does not know: ${hint}.`);
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
