// Protocol names as the Protocol column shows them, interned to small ids.

const names: string[] = ['UNKNOWN'];
const ids = new Map<string, number>([['UNKNOWN', 0]]);

/**
 * @returns the id of a protocol name, the same for the life of the process; names are few (a table's, never a packet's)
 */
export function protocolId(name: string): number {
  const known = ids.get(name);
  if (known !== undefined) return known;
  if (names.length >= 65_535) return 0;
  ids.set(name, names.length);
  names.push(name);
  return names.length - 1;
}

export function protocolName(id: number): string {
  return names[id] ?? 'UNKNOWN';
}

/** All names, by id. */
export function protocolNames(): readonly string[] {
  return names;
}

const id = protocolId;

/** Names that the header decoder itself gives. */
export const P = {
  Unknown: 0,
  Ethernet: id('Ethernet'),
  VLAN: id('VLAN'),
  LLC: id('LLC'),
  STP: id('STP'),
  CDP: id('CDP'),
  ARP: id('ARP'),
  IPv4: id('IPv4'),
  IPv6: id('IPv6'),
  TCP: id('TCP'),
  UDP: id('UDP'),
  UDPLite: id('UDP-Lite'),
  ICMP: id('ICMP'),
  ICMPv6: id('ICMPv6'),
  SCTP: id('SCTP'),
  GRE: id('GRE'),
  ERSPAN: id('ERSPAN'),
  MPLS: id('MPLS'),
  PWACH: id('PW-ACH'),
  PPPoES: id('PPPoES'),
  PPPoED: id('PPPoED'),
  PPP: id('PPP'),
  CHDLC: id('CHDLC'),
  Null: id('NULL'),
  Raw: id('Raw'),
  SLL: id('SLL'),
  Wlan: id('802.11'),
  Netlink: id('Netlink'),
  NetlinkRoute: id('Netlink route'),
  VXLAN: id('VXLAN'),
  Geneve: id('Geneve'),
  GTP: id('GTP'),
  L2TP: id('L2TP'),
  TokenRing: id('Token-Ring'),
  ARCNET: id('ARCNET'),
  FDDI: id('FDDI'),
  DOCSIS: id('DOCSIS'),
  LAPD: id('LAPD'),
  HCI: id('HCI_CMD'),
  USB: id('USB'),
  Zigbee: id('IEEE 802.15.4'),
  CAN: id('CAN'),
  CANFD: id('CANFD'),
  GVRP: id('GVRP'),
  GMRP: id('GMRP'),
  BLE: id('LE LL'),
  NFLOG: id('NFLOG'),
  FrameRelay: id('FR'),
  SLARP: id('SLARP'),
  MPTCP: id('MPTCP'),
  AH: id('AH'),
  MIPv6: id('MIPv6'),
  NHRP: id('NHRP'),
  NSH: id('NSH'),
  MACSEC: id('MACSEC'),
  DDP: id('DDP'),
  ATM: id('ATM'),
  JuniperAtm1: id('Juniper ATM1'),
  M3UA: id('M3UA (RFC 4666)'),
  VNTag: id('VN-Tag'),
  MTP2: id('MTP2'),
  MTP3: id('MTP3'),
  IPMB: id('IPMB'),
  BACnet: id('BACnet'),
  PPP_LCP: id('PPP LCP'),
  PPP_PAP: id('PPP PAP'),
  PPP_CHAP: id('PPP CHAP'),
  PPP_IPCP: id('PPP IPCP'),
  PPP_IPV6CP: id('PPP IPV6CP'),
  PPP_CCP: id('PPP CCP'),
  PPP_Comp: id('PPP Comp'),
  PPP_LQR: id('PPP LQR'),
  PPP_MPLSCP: id('PPP MPLSCP'),
  PPP_CDPCP: id('PPP CDPCP'),
  PPP_MP: id('PPP MP'),
  PPP_VJ: id('PPP VJ'),
  PPP_CBCP: id('PPP CBCP'),
  PPP_OSI: id('PPP OSI'),
  PPP_OSINLCP: id('PPP OSINLCP'),
  PPP_ECP: id('PPP ECP'),
  PPP_MuxCP: id('PPP MuxCP'),
  PPP_BCP: id('PPP BCP'),
  EAP: id('EAP'),
  ETHERIP: id('ETHERIP'),
  L2TPv3: id('L2TPv3'),
  HSR: id('HSR'),
  TZSP: id('TZSP'),
  Capwap: id('CAPWAP-Data'),
  LWAPP: id('LWAPP'),
  Teredo: id('Teredo'),
  AYIYA: id('AYIYA'),
  LISP: id('LISP'),
  TRILL: id('TRILL'),
  Batman: id('BATADV_UNICAST'),
  AMT: id('AMT'),
  JMirror: id('Jmirror'),
  AVSP: id('AVSP'),
  CMD: id('CMD'),
  TTag: id('HBBAK'),
  RTag: id('IEEE 802.1CB'),
} as const;
