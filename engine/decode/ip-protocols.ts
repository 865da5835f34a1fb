// IP protocols and extension headers by the names of netinet/in.h (iana.org/assignments/protocol-numbers).

/** Hop-by-hop options. */
export const IPPROTO_HOPOPTS = 0;
export const IPPROTO_ICMP = 1;
export const IPPROTO_IGMP = 2;
export const IPPROTO_GGP = 3;
/** IPv4 in IP. */
export const IPPROTO_IPIP = 4;
export const IPPROTO_TCP = 6;
export const IPPROTO_EGP = 8;
export const IPPROTO_IGRP = 9;
export const IPPROTO_UDP = 17;
export const IPPROTO_HMP = 20;
/** Xerox's internet datagrams. */
export const IPPROTO_IDP = 22;
export const IPPROTO_RDP = 27;
export const IPPROTO_DCCP = 33;
export const IPPROTO_XTP = 36;
/** IPv6 in IP. */
export const IPPROTO_IPV6 = 41;
export const IPPROTO_ROUTING = 43;
export const IPPROTO_FRAGMENT = 44;
export const IPPROTO_RSVP = 46;
export const IPPROTO_GRE = 47;
export const IPPROTO_ESP = 50;
export const IPPROTO_AH = 51;
export const IPPROTO_NHRP = 54;
export const IPPROTO_MOBILE = 55;
export const IPPROTO_SKIP = 57;
export const IPPROTO_ICMPV6 = 58;
/** Nothing follows. */
export const IPPROTO_NONE = 59;
export const IPPROTO_DSTOPTS = 60;
/** Mobile IPv6 before it had a number of its own. */
export const IPPROTO_MIPV6_OLD = 62;
export const IPPROTO_ND = 77;
export const IPPROTO_VMTP = 81;
export const IPPROTO_TTP = 84;
export const IPPROTO_EIGRP = 88;
export const IPPROTO_OSPF = 89;
export const IPPROTO_ETHERIP = 97;
export const IPPROTO_ENCAP = 98;
export const IPPROTO_PIM = 103;
export const IPPROTO_IPCOMP = 108;
export const IPPROTO_VRRP = 112;
export const IPPROTO_PGM = 113;
export const IPPROTO_L2TP = 115;
export const IPPROTO_STP = 118;
export const IPPROTO_SMP = 121;
export const IPPROTO_PTP = 123;
export const IPPROTO_ISIS = 124;
export const IPPROTO_SCTP = 132;
/** Mobility header. */
export const IPPROTO_MH = 135;
export const IPPROTO_UDPLITE = 136;
export const IPPROTO_MPLS = 137;
export const IPPROTO_MANET = 138;
export const IPPROTO_HIP = 139;
export const IPPROTO_SHIM6 = 140;
export const IPPROTO_WESP = 141;
/** A frame in IP (RFC 8986, 4.9). */
export const IPPROTO_ETHERNET = 143;
