// Protocol names as the Protocol column shows them, interned to small ids; and what headers alone tell of them.
import { u16 } from '../read/index.ts';

const names: string[] = ['UNKNOWN'];
const ids = new Map<string, number>([['UNKNOWN', 0]]);

/** @returns the id of a protocol name, the same for the life of the process; names are few (a table's, never a packet's) */
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

const ETHER_TYPES: Record<number, string> = {
  0x0806: 'ARP',
  0x8035: 'RARP',
  0x8863: 'PPPoED',
  0x888e: 'EAPOL',
  0x88cc: 'LLDP',
  0x88f7: 'PTPv2',
  0x8892: 'PN-PTCP',
  0x88a4: 'ECATF',
  0x88e5: 'MACSEC',
  0x8902: 'CFM',
  0x9000: 'LOOP',
  0x8809: 'LACP',
  0x8137: 'IPX',
  0x88b8: 'GOOSE',
  0x88ba: 'IEC61850 Sampled Values',
  0x6002: 'MOP RC',
  0x6001: 'MOP DL',
  0x6003: 'DEC DNA',
  0x0842: 'WOL',
  0x894f: 'NSH',
  0x8906: 'FCoE',
  0x8914: 'FIP',
  0x88d9: 'LLTD',
  0x809b: 'DDP',
  0x80f3: 'AARP',
  0x8848: 'MPLS',
  0x8808: 'MAC CTRL',
  0x88ca: 'TIPC',
  0x8915: 'RRoCE',
  0x88a2: 'AoE',
  0x88e1: 'HomePlug AV',
  0x887b: 'HomePlug',
  0x8912: 'MEDIAXTREME',
  0x22f0: 'IEEE1722',
  0x22f3: 'TRILL',
  0x88dc: 'WSMP',
  0x8947: 'GEONW',
  0x88e7: 'IEEE 802.1ah',
  0x0bad: 'Vines IP',
  0x86dd: 'IPv6',
  0x0800: 'IPv4',
  0x0027: 'Ethernet',
  0x8100: 'VLAN',
  0xa0ed: '6LoWPAN',
  0x8926: 'VN-Tag',
  0x8819: 'CobraNet',
  0x88cd: 'SERCOS III',
  0x8100f: 'VLAN',
  0x4305: 'BATMAN',
  0x99fe: 'ACIGLEAN',
  0x8870: 'LLC',
  0x88f5: 'MVRP',
  0x88f6: 'MMRP',
  0x88fb: 'PRP',
  0x892f: 'HSR',
  0x6006: 'Ethernet',
  0x88ab: 'EPL',
  0x886f: 'MS NLB',
  0x2001: 'NHRP',
  0x88b5: '0x88b5',
  0x88b6: '0x88b6',
  0x8889: '0x8889',
  0x22ea: 'MSRP',
  0x8840: 'MPLS',
  0x2000: 'CDP',
  0x2004: 'DTP',
  0x2003: 'VTP',
};
const ETHER_IDS = new Map<number, number>(Object.entries(ETHER_TYPES).map(([type, name]) => [Number(type), id(name)]));

/** @returns the protocol id of an EtherType whose contents are not decoded further; unknown ones are shown as their number */
export function etherProtocol(type: number, buf: Uint8Array, at: number, end: number): number {
  if (type === 0x8809 && at < end)
    return id(
      buf[at] === 1
        ? 'LACP'
        : buf[at] === 2
          ? 'MARKER'
          : buf[at] === 3
            ? 'OAM'
            : buf[at] === 10
              ? 'ESMC'
              : 'Slow Protocols',
    );
  if (type === 0x8892 && at + 2 <= end) {
    const frame = u16(buf, at);
    return id(
      frame >= 0xfefc && frame <= 0xfeff
        ? 'PN-DCP'
        : frame < 0x100 || (frame >= 0xff00 && frame <= 0xff43)
          ? 'PN-PTCP'
          : frame >= 0xfe00
            ? 'PN-AL'
            : 'PNIO',
    );
  }
  if (type === 0x88f7 && at + 2 <= end && (buf[at + 1]! & 15) === 1) return id('PTPv1');
  if ((type === 0xfefe || type === 0x00fe) && at < end)
    return osiName(buf, buf[at] === 3 ? at + 1 : at, end, `0x${type.toString(16).padStart(4, '0')}`);
  if (type === 0x0806 && at + 8 <= end) return arpName(u16(buf, at + 6));
  if (type === 0x8899 && at < end && buf[at] === 0x23) return id('RLDP');
  if (type === 0x888e && at + 2 <= end) return id(buf[at + 1] === 0 ? 'EAP' : 'EAPOL');
  return ETHER_IDS.get(type) ?? id(`0x${type.toString(16).padStart(4, '0')}`);
}

/** Wireshark names ARP by its operation (RFC 903; RFC 2390, 4). */
function arpName(operation: number): number {
  if (operation === 3 || operation === 4) return id('RARP');
  return operation === 8 || operation === 9 ? id('Inverse ARP') : P.ARP;
}

const IP_PROTOCOLS: Record<number, string> = {
  2: 'IGMP',
  3: 'GGP',
  8: 'EGP',
  9: 'IGRP',
  27: 'RDP',
  33: 'DCCP',
  36: 'XTP',
  46: 'RSVP',
  50: 'ESP',
  51: 'AH',
  54: 'NHRP',
  57: 'SKIP',
  77: 'ND',
  84: 'TTP',
  88: 'EIGRP',
  89: 'OSPF',
  97: 'ETHERIP',
  98: 'ENCAP',
  103: 'PIM',
  108: 'IPComp',
  112: 'VRRP',
  113: 'PGM',
  115: 'L2TPv3',
  124: 'ISIS',
  136: 'UDP-Lite',
  138: 'manet',
  139: 'HIP',
  140: 'SHIM6',
  141: 'WESP',
  20: 'HMP',
  118: 'STP',
  123: 'PTP',
  135: 'MIPv6',
  121: 'SMP',
  81: 'VMTP',
  22: 'XNS-IDP',
  55: 'Mobile IP',
  62: 'MIPv6',
};
const IP_IDS = new Map<number, number>(
  Object.entries(IP_PROTOCOLS).map(([number, name]) => [Number(number), id(name)]),
);

/** @returns the protocol id of an IP protocol that is not decoded further */
export function ipProtocolName(protocol: number, net: number, buf: Uint8Array, at: number, end: number): number {
  if (protocol === 2 && at < end) {
    const type = buf[at]!;
    if (type === 0x11) return id(end - at >= 12 ? 'IGMPv3' : at + 1 < end && buf[at + 1] === 0 ? 'IGMPv1' : 'IGMPv2');
    if (type === 0x22) return id('IGMPv3');
    if (type === 0x12) return id('IGMPv1');
    if (type === 0x16 || type === 0x17) return id('IGMPv2');
    if (type === 0x13) return id('DVMRP');
    return id('IGMP');
  }
  if (protocol === 103 && at < end) return id(buf[at]! >> 4 === 1 ? 'PIMv1' : 'PIMv2');
  if (protocol === 112 && at < end && buf[at]! >> 4 === 3) return id('VRRP');
  return IP_IDS.get(protocol) ?? (net === 6 ? P.IPv6 : P.IPv4);
}

/** OSI network layer protocols by their discriminator (ISO/IEC TR 9577); IS-IS also by PDU type. */
export function osiName(buf: Uint8Array, at: number, end: number, fallback = 'OSI'): number {
  if (at >= end) return id('OSI');
  if (buf[at] === 0x81) return id('CLNP');
  if (buf[at] === 0x82) return id('ESIS');
  if (buf[at] === 0xcc) return P.IPv4;
  if (buf[at] !== 0x83) return id(fallback);
  const type = at + 4 < end ? buf[at + 4]! & 31 : 0;
  if (type === 15 || type === 16 || type === 17) return id('ISIS HELLO');
  if (type === 18 || type === 20) return id('ISIS LSP');
  if (type === 24 || type === 25) return id('ISIS CSNP');
  return id(type === 26 || type === 27 ? 'ISIS PSNP' : 'ISIS');
}

const LLC_SAPS: Record<number, string> = {
  0x42: 'STP',
  0xf0: 'NetBIOS',
  0xfe: 'ISIS',
  0xe0: 'IPX',
  0xff: 'IPX',
  0x98: 'ARP',
  0x04: 'SNA',
  0x08: 'SNA',
  0xbc: 'Vines IP',
  0xfc: 'RPL',
  0x7f: 'LLC',
  0x10: 'NetWare Bindery',
};
const SNAP_CISCO: Record<number, string> = {
  0x2000: 'CDP',
  0x2003: 'VTP',
  0x2004: 'DTP',
  0x010b: 'STP',
  0x0111: 'UDLD',
  0x010c: 'VLAN Bridge',
  0x0104: 'PAgP',
  0x0102: 'DRiP',
  0x200a: 'STP Uplink Fast',
};

/** @param oui the SNAP organisation, -1 for plain LLC, whose `type` is then the source SAP */
export function llcProtocol(dsap: number, oui: number, type: number, buf?: Uint8Array, at = 0, end = 0): number {
  if (oui === 0x00000c) return id(SNAP_CISCO[type] ?? 'LLC');
  if (oui === 0x00e02b && type === 0xbb) return id('EDP');
  if (oui === 0x080007 && type === 0x809b) return id('DDP');
  if (oui === 0x00e052) return id('FDP');
  if (oui === 0x000081 || oui === 0x00000e) return id(oui === 0x000081 ? 'SONMP' : 'LLC');
  if (oui >= 0) return P.LLC;
  if (dsap === 0xfe && buf && end - at > 3) return osiName(buf, at + 3, end);
  if (dsap === 0x42 && buf && end - at > 3 && buf[at + 2] !== 3) return P.LLC;
  return dsap in LLC_SAPS ? id(LLC_SAPS[dsap]!) : P.LLC;
}
