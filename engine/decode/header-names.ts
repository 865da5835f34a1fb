// Names of protocols that headers alone tell and that are not decoded further, as Wireshark's Protocol column has them.
import { u16 } from '../read/index.ts';
import * as E from './ether-types.ts';
import * as IP from './ip-protocols.ts';
import { P, protocolId as id } from './protocol-ids.ts';

const ETHER_NAMES: readonly (readonly [number, string])[] = [
  [E.ETHERTYPE_0027, 'Ethernet'],
  [E.ETHERTYPE_IP4, 'IPv4'],
  [E.ETHERTYPE_ARP, 'ARP'],
  [E.ETHERTYPE_WOL, 'WOL'],
  [E.ETHERTYPE_VINES_IP, 'Vines IP'],
  [E.ETHERTYPE_CDP, 'CDP'],
  [E.ETHERTYPE_CISCO_NHRP, 'NHRP'],
  [E.ETHERTYPE_VTP, 'VTP'],
  [E.ETHERTYPE_DTP, 'DTP'],
  [E.ETHERTYPE_MSRP, 'MSRP'],
  [E.ETHERTYPE_AVTP, 'IEEE1722'],
  [E.ETHERTYPE_TRILL, 'TRILL'],
  [E.ETHERTYPE_BATMAN, 'BATMAN'],
  [E.ETHERTYPE_MOP_DL, 'MOP DL'],
  [E.ETHERTYPE_MOP_RC, 'MOP RC'],
  [E.ETHERTYPE_DEC_DNA, 'DEC DNA'],
  [E.ETHERTYPE_DEC_CUSTOMER, 'Ethernet'],
  [E.ETHERTYPE_RARP, 'RARP'],
  [E.ETHERTYPE_ATALK, 'DDP'],
  [E.ETHERTYPE_AARP, 'AARP'],
  [E.ETHERTYPE_VLAN, 'VLAN'],
  [E.ETHERTYPE_IPX, 'IPX'],
  [E.ETHERTYPE_IP6, 'IPv6'],
  [E.ETHERTYPE_MAC_CONTROL, 'MAC CTRL'],
  [E.ETHERTYPE_SLOW, 'LACP'],
  [E.ETHERTYPE_COBRANET, 'CobraNet'],
  [E.ETHERTYPE_CISCO_MPLS, 'MPLS'],
  [E.ETHERTYPE_MPLS_MULTICAST, 'MPLS'],
  [E.ETHERTYPE_PPPOE_DISCOVERY, 'PPPoED'],
  [E.ETHERTYPE_MS_NLB, 'MS NLB'],
  [E.ETHERTYPE_JUMBO_LLC, 'LLC'],
  [E.ETHERTYPE_HOMEPLUG, 'HomePlug'],
  [E.ETHERTYPE_EAPOL, 'EAPOL'],
  [E.ETHERTYPE_PROFINET, 'PN-PTCP'],
  [E.ETHERTYPE_AOE, 'AoE'],
  [E.ETHERTYPE_ETHERCAT, 'ECATF'],
  [E.ETHERTYPE_POWERLINK, 'EPL'],
  [E.ETHERTYPE_GOOSE, 'GOOSE'],
  [E.ETHERTYPE_SAMPLED_VALUES, 'IEC61850 Sampled Values'],
  [E.ETHERTYPE_TIPC, 'TIPC'],
  [E.ETHERTYPE_LLDP, 'LLDP'],
  [E.ETHERTYPE_SERCOS, 'SERCOS III'],
  [E.ETHERTYPE_LLTD, 'LLTD'],
  [E.ETHERTYPE_WSMP, 'WSMP'],
  [E.ETHERTYPE_HOMEPLUG_AV, 'HomePlug AV'],
  [E.ETHERTYPE_MACSEC, 'MACSEC'],
  [E.ETHERTYPE_PBB, 'IEEE 802.1ah'],
  [E.ETHERTYPE_MVRP, 'MVRP'],
  [E.ETHERTYPE_MMRP, 'MMRP'],
  [E.ETHERTYPE_PTP, 'PTPv2'],
  [E.ETHERTYPE_PRP, 'PRP'],
  [E.ETHERTYPE_CFM, 'CFM'],
  [E.ETHERTYPE_FCOE, 'FCoE'],
  [E.ETHERTYPE_MEDIAXTREME, 'MEDIAXTREME'],
  [E.ETHERTYPE_FIP, 'FIP'],
  [E.ETHERTYPE_ROCE, 'RRoCE'],
  [E.ETHERTYPE_VNTAG, 'VN-Tag'],
  [E.ETHERTYPE_HSR, 'HSR'],
  [E.ETHERTYPE_GEONETWORKING, 'GEONW'],
  [E.ETHERTYPE_NSH, 'NSH'],
  [E.ETHERTYPE_LOOPBACK, 'LOOP'],
  [E.ETHERTYPE_ACI_GLEAN, 'ACIGLEAN'],
  [E.ETHERTYPE_6LOWPAN, '6LoWPAN'],
];
const ETHER_IDS = new Map<number, number>(ETHER_NAMES.map(([type, name]) => [type, id(name)]));

/** Numbers that nobody named are shown as Wireshark shows them. */
function numberName(type: number): string {
  return `0x${type.toString(16).padStart(4, '0')}`;
}

/** What the first bytes of a frame of this EtherType make of its name. @returns null where they say nothing */
type NameByContent = (buf: Uint8Array, at: number, end: number, type: number) => string | number | null;

const ETHER_CONTENT = new Map<number, NameByContent>([
  [E.ETHERTYPE_SLOW, (buf, at, end) => (at < end ? (SLOW_PROTOCOLS[buf[at]!] ?? 'Slow Protocols') : null)],
  [E.ETHERTYPE_PROFINET, (buf, at, end) => (at + 2 <= end ? profinetName(u16(buf, at)) : null)],
  [E.ETHERTYPE_PTP, (buf, at, end) => (at + 2 <= end && (buf[at + 1]! & 15) === 1 ? 'PTPv1' : null)],
  [E.ETHERTYPE_OSI, cisco],
  [E.ETHERTYPE_OSI_SHORT, cisco],
  [E.ETHERTYPE_ARP, (buf, at, end) => (at + 8 <= end ? arpName(u16(buf, at + 6)) : null)],
  [E.ETHERTYPE_REALTEK, (buf, at, end) => (at < end && buf[at] === REALTEK_LOOP ? 'RLDP' : null)],
  [E.ETHERTYPE_EAPOL, (buf, at, end) => (at + 2 <= end && buf[at + 1] === 0 ? 'EAP' : null)],
]);

/**
 * @returns the protocol id of an EtherType whose contents are not decoded further; unknown ones are shown as their
 * number
 */
export function etherProtocol(type: number, buf: Uint8Array, at: number, end: number): number {
  const told = ETHER_CONTENT.get(type)?.(buf, at, end, type) ?? null;
  if (told !== null) return typeof told === 'number' ? told : id(told);
  return ETHER_IDS.get(type) ?? id(numberName(type));
}

/** Subtypes of slow protocols (IEEE 802.3, annex 57B). */
const SLOW_PROTOCOLS: Record<number, string> = { 1: 'LACP', 2: 'MARKER', 3: 'OAM', 10: 'ESMC' };
/** Realtek's loop detection, the first byte behind its EtherType. */
const REALTEK_LOOP = 0x23;

/** PROFINET by its frame id (IEC 61158-6-10). */
function profinetName(frame: number): string {
  if (frame >= 0xfefc && frame <= 0xfeff) return 'PN-DCP';
  if (frame < 0x100 || (frame >= 0xff00 && frame <= 0xff43)) return 'PN-PTCP';
  return frame >= 0xfe00 ? 'PN-AL' : 'PNIO';
}

/** OSI as Cisco writes it: a byte of 3 may stand before the discriminator. */
function cisco(buf: Uint8Array, at: number, end: number, type: number): number | null {
  return at < end ? osiName(buf, buf[at] === 3 ? at + 1 : at, end, numberName(type)) : null;
}

/** Wireshark names ARP by its operation (RFC 903; RFC 2390, 4). */
function arpName(operation: number): string {
  if (operation === 3 || operation === 4) return 'RARP';
  return operation === 8 || operation === 9 ? 'Inverse ARP' : 'ARP';
}

const IP_NAMES: readonly (readonly [number, string])[] = [
  [IP.IPPROTO_IGMP, 'IGMP'],
  [IP.IPPROTO_GGP, 'GGP'],
  [IP.IPPROTO_EGP, 'EGP'],
  [IP.IPPROTO_IGRP, 'IGRP'],
  [IP.IPPROTO_HMP, 'HMP'],
  [IP.IPPROTO_IDP, 'XNS-IDP'],
  [IP.IPPROTO_RDP, 'RDP'],
  [IP.IPPROTO_DCCP, 'DCCP'],
  [IP.IPPROTO_XTP, 'XTP'],
  [IP.IPPROTO_RSVP, 'RSVP'],
  [IP.IPPROTO_ESP, 'ESP'],
  [IP.IPPROTO_AH, 'AH'],
  [IP.IPPROTO_NHRP, 'NHRP'],
  [IP.IPPROTO_MOBILE, 'Mobile IP'],
  [IP.IPPROTO_SKIP, 'SKIP'],
  [IP.IPPROTO_MIPV6_OLD, 'MIPv6'],
  [IP.IPPROTO_ND, 'ND'],
  [IP.IPPROTO_VMTP, 'VMTP'],
  [IP.IPPROTO_TTP, 'TTP'],
  [IP.IPPROTO_EIGRP, 'EIGRP'],
  [IP.IPPROTO_OSPF, 'OSPF'],
  [IP.IPPROTO_ETHERIP, 'ETHERIP'],
  [IP.IPPROTO_ENCAP, 'ENCAP'],
  [IP.IPPROTO_PIM, 'PIM'],
  [IP.IPPROTO_IPCOMP, 'IPComp'],
  [IP.IPPROTO_VRRP, 'VRRP'],
  [IP.IPPROTO_PGM, 'PGM'],
  [IP.IPPROTO_L2TP, 'L2TPv3'],
  [IP.IPPROTO_STP, 'STP'],
  [IP.IPPROTO_SMP, 'SMP'],
  [IP.IPPROTO_PTP, 'PTP'],
  [IP.IPPROTO_ISIS, 'ISIS'],
  [IP.IPPROTO_MH, 'MIPv6'],
  [IP.IPPROTO_UDPLITE, 'UDP-Lite'],
  [IP.IPPROTO_MANET, 'manet'],
  [IP.IPPROTO_HIP, 'HIP'],
  [IP.IPPROTO_SHIM6, 'SHIM6'],
  [IP.IPPROTO_WESP, 'WESP'],
];
const IP_IDS = new Map<number, number>(IP_NAMES.map(([number, name]) => [number, id(name)]));

/** @returns the protocol id of an IP protocol that is not decoded further */
export function ipProtocolName(protocol: number, six: boolean, buf: Uint8Array, at: number, end: number): number {
  if (protocol === IP.IPPROTO_IGMP && at < end) return id(groupName(buf, at, end));
  if (protocol === IP.IPPROTO_PIM && at < end) return id(buf[at]! >> 4 === 1 ? 'PIMv1' : 'PIMv2');
  return IP_IDS.get(protocol) ?? (six ? P.IPv6 : P.IPv4);
}

/** IGMP by its message type and length (RFC 3376, 4 and 7.1; DVMRP is 0x13). */
function groupName(buf: Uint8Array, at: number, end: number): string {
  switch (buf[at]) {
    case 0x11:
      if (end - at >= 12) return 'IGMPv3';
      return at + 1 < end && buf[at + 1] === 0 ? 'IGMPv1' : 'IGMPv2';
    case 0x22:
      return 'IGMPv3';
    case 0x12:
      return 'IGMPv1';
    case 0x16:
    case 0x17:
      return 'IGMPv2';
    case 0x13:
      return 'DVMRP';
    default:
      return 'IGMP';
  }
}

/** Discriminators of OSI network layer protocols (ISO/IEC TR 9577). */
export const NLPID_CLNP = 0x81;
export const NLPID_ESIS = 0x82;
export const NLPID_ISIS = 0x83;
export const NLPID_IP4 = 0xcc;

/** Names of IS-IS PDUs by type (ISO/IEC 10589, 9). */
const ISIS_PDUS: Record<number, string> = {
  15: 'ISIS HELLO',
  16: 'ISIS HELLO',
  17: 'ISIS HELLO',
  18: 'ISIS LSP',
  20: 'ISIS LSP',
  24: 'ISIS CSNP',
  25: 'ISIS CSNP',
  26: 'ISIS PSNP',
  27: 'ISIS PSNP',
};

/** OSI network layer protocols by their discriminator; IS-IS also by PDU type. */
export function osiName(buf: Uint8Array, at: number, end: number, fallback = 'OSI'): number {
  if (at >= end) return id('OSI');
  switch (buf[at]) {
    case NLPID_CLNP:
      return id('CLNP');
    case NLPID_ESIS:
      return id('ESIS');
    case NLPID_IP4:
      return P.IPv4;
    case NLPID_ISIS:
      return id(ISIS_PDUS[at + 4 < end ? buf[at + 4]! & 31 : 0] ?? 'ISIS');
    default:
      return id(fallback);
  }
}

/** Service access points of LLC (IEEE 802.2; Wireshark's llc.h). */
export const SAP_STP = 0x42;
export const SAP_IP = 0x06;
export const SAP_SNAP = 0xaa;
const SAP_OSI = 0xfe;
const SAP_NAMES: Record<number, string> = {
  [SAP_STP]: 'STP',
  0xf0: 'NetBIOS',
  [SAP_OSI]: 'ISIS',
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

/** Organisations that name protocols of their own in SNAP headers. */
export const OUI_ETHERNET = 0x000000;
export const OUI_CISCO_90 = 0x0000f8;
export const OUI_BRIDGED = 0x0080c2;
const OUI_CISCO = 0x00000c;
const OUI_EXTREME = 0x00e02b;
const OUI_APPLE = 0x080007;
const OUI_FOUNDRY = 0x00e052;
const OUI_BAY = 0x000081;
const CISCO_NAMES: Record<number, string> = {
  [E.ETHERTYPE_CDP]: 'CDP',
  [E.ETHERTYPE_VTP]: 'VTP',
  [E.ETHERTYPE_DTP]: 'DTP',
  0x010b: 'STP',
  0x0111: 'UDLD',
  0x010c: 'VLAN Bridge',
  0x0104: 'PAgP',
  0x0102: 'DRiP',
  0x200a: 'STP Uplink Fast',
};

/** @returns the protocol id of what follows a SNAP header of this organisation */
export function snapProtocol(oui: number, type: number): number {
  switch (oui) {
    case OUI_CISCO:
      return id(CISCO_NAMES[type] ?? 'LLC');
    case OUI_EXTREME:
      return type === 0xbb ? id('EDP') : P.LLC;
    case OUI_APPLE:
      return type === E.ETHERTYPE_ATALK ? id('DDP') : P.LLC;
    case OUI_FOUNDRY:
      return id('FDP');
    case OUI_BAY:
      return id('SONMP');
    default:
      return P.LLC;
  }
}

/** @returns the protocol id of plain LLC by the service access point that it is for */
export function llcProtocol(buf: Uint8Array, at: number, end: number): number {
  const sap = buf[at]!;
  if (sap === SAP_OSI && end - at > 3) return osiName(buf, at + 3, end);
  if (sap === SAP_STP && end - at > 3 && buf[at + 2] !== 3) return P.LLC;
  return sap in SAP_NAMES ? id(SAP_NAMES[sap]!) : P.LLC;
}
