// EtherTypes by the names of libpcap's ethertype.h and Wireshark's etypes.h (numbers of IEEE and IANA).

/** Below it the field is a length (IEEE 802.3, 3.2.6). */
export const ETHERTYPE_FIRST = 0x0600;

/** A frame, met behind GRE. */
export const ETHERTYPE_0027 = 0x0027;
/** OSI network layer protocols as Cisco writes them behind GRE and HDLC, in two spellings. */
export const ETHERTYPE_OSI_SHORT = 0x00fe;
export const ETHERTYPE_IP4 = 0x0800;
export const ETHERTYPE_ARP = 0x0806;
export const ETHERTYPE_WOL = 0x0842;
export const ETHERTYPE_VINES_IP = 0x0bad;
export const ETHERTYPE_CDP = 0x2000;
export const ETHERTYPE_CISCO_NHRP = 0x2001;
export const ETHERTYPE_VTP = 0x2003;
export const ETHERTYPE_DTP = 0x2004;
export const ETHERTYPE_MSRP = 0x22ea;
export const ETHERTYPE_ERSPAN_III = 0x22eb;
export const ETHERTYPE_AVTP = 0x22f0;
export const ETHERTYPE_TRILL = 0x22f3;
/** Centrino's 802.11 frames. */
export const ETHERTYPE_CENTRINO = 0x2452;
export const ETHERTYPE_BATMAN = 0x4305;
export const ETHERTYPE_MOP_DL = 0x6001;
export const ETHERTYPE_MOP_RC = 0x6002;
export const ETHERTYPE_DEC_DNA = 0x6003;
export const ETHERTYPE_DEC_CUSTOMER = 0x6006;
/**
 * MikroTik's Ethernet over IP: version 1 of GRE, the key holds the payload's length and, little-endian, the tunnel's
 * id.
 */
export const ETHERTYPE_EOIP = 0x6400;
export const ETHERTYPE_TRANSPARENT_ETHERNET = 0x6558;
export const ETHERTYPE_RAW_FRAME_RELAY = 0x6559;
export const ETHERTYPE_RARP = 0x8035;
export const ETHERTYPE_ATALK = 0x809b;
/** IBM's SNA: a header of 3 bytes, then LLC. */
export const ETHERTYPE_IBM_SNA = 0x80d5;
export const ETHERTYPE_AARP = 0x80f3;
export const ETHERTYPE_VLAN = 0x8100;
export const ETHERTYPE_IPX = 0x8137;
/** Aruba's and HP ProCurve's 802.11 frames over GRE: sixteen apart, one a queue. */
export const ETHERTYPE_ARUBA_FIRST = 0x8200;
export const ETHERTYPE_ARUBA_LAST = 0x8370;
export const ETHERTYPE_IP6 = 0x86dd;
export const ETHERTYPE_MAC_CONTROL = 0x8808;
export const ETHERTYPE_SLOW = 0x8809;
export const ETHERTYPE_PPP = 0x880b;
export const ETHERTYPE_COBRANET = 0x8819;
export const ETHERTYPE_WCCP = 0x883e;
export const ETHERTYPE_CISCO_MPLS = 0x8840;
export const ETHERTYPE_MPLS = 0x8847;
export const ETHERTYPE_MPLS_MULTICAST = 0x8848;
export const ETHERTYPE_PPPOE_DISCOVERY = 0x8863;
export const ETHERTYPE_PPPOE_SESSION = 0x8864;
export const ETHERTYPE_MS_NLB = 0x886f;
/** LLC in frames longer than 802.3 allows. */
export const ETHERTYPE_JUMBO_LLC = 0x8870;
export const ETHERTYPE_HOMEPLUG = 0x887b;
export const ETHERTYPE_EAPOL = 0x888e;
export const ETHERTYPE_PROFINET = 0x8892;
export const ETHERTYPE_REALTEK = 0x8899;
export const ETHERTYPE_AOE = 0x88a2;
export const ETHERTYPE_ETHERCAT = 0x88a4;
export const ETHERTYPE_QINQ = 0x88a8;
export const ETHERTYPE_POWERLINK = 0x88ab;
export const ETHERTYPE_GOOSE = 0x88b8;
export const ETHERTYPE_SAMPLED_VALUES = 0x88ba;
export const ETHERTYPE_LWAPP = 0x88bb;
export const ETHERTYPE_ERSPAN = 0x88be;
export const ETHERTYPE_TIPC = 0x88ca;
export const ETHERTYPE_LLDP = 0x88cc;
export const ETHERTYPE_SERCOS = 0x88cd;
export const ETHERTYPE_LLTD = 0x88d9;
export const ETHERTYPE_WSMP = 0x88dc;
/** VMware Lab Manager: 22 bytes, then another EtherType. */
export const ETHERTYPE_VMLAB = 0x88de;
export const ETHERTYPE_HOMEPLUG_AV = 0x88e1;
export const ETHERTYPE_MACSEC = 0x88e5;
/** MAC-in-MAC (IEEE 802.1ah). */
export const ETHERTYPE_PBB = 0x88e7;
export const ETHERTYPE_MVRP = 0x88f5;
export const ETHERTYPE_MMRP = 0x88f6;
export const ETHERTYPE_PTP = 0x88f7;
export const ETHERTYPE_PRP = 0x88fb;
export const ETHERTYPE_CFM = 0x8902;
/** Cisco's FabricPath. */
export const ETHERTYPE_FABRICPATH = 0x8903;
export const ETHERTYPE_FCOE = 0x8906;
export const ETHERTYPE_CISCO_METADATA = 0x8909;
export const ETHERTYPE_MEDIAXTREME = 0x8912;
export const ETHERTYPE_FIP = 0x8914;
export const ETHERTYPE_ROCE = 0x8915;
export const ETHERTYPE_VNTAG = 0x8926;
export const ETHERTYPE_HSR = 0x892f;
/** IEEE 802.1BR. */
export const ETHERTYPE_ETAG = 0x893f;
export const ETHERTYPE_GEONETWORKING = 0x8947;
export const ETHERTYPE_NSH = 0x894f;
export const ETHERTYPE_TTAG = 0x8988;
export const ETHERTYPE_LOOPBACK = 0x9000;
/** Tags of two tags before IEEE 802.1ad. */
export const ETHERTYPE_QINQ_OLD = 0x9100;
export const ETHERTYPE_QINQ_OLD_2 = 0x9200;
export const ETHERTYPE_ACI_GLEAN = 0x99fe;
export const ETHERTYPE_6LOWPAN = 0xa0ed;
/** LWAPP before it had a number of its own. */
export const ETHERTYPE_LWAPP_OLD = 0xbbbb;
export const ETHERTYPE_ARISTA_TIMESTAMP = 0xd28b;
/** Extreme Networks' extra header of 38 bytes, then a frame. */
export const ETHERTYPE_EXTREME = 0xe555;
/** IEEE 802.1CB, 7.8. */
export const ETHERTYPE_RTAG = 0xf1c1;
export const ETHERTYPE_OSI = 0xfefe;
