// What the decoder found in one packet. One object, written over for every packet; offsets point into the read buffer.

export const NET_NONE = 0;
export const NET_IP4 = 4;
export const NET_IP6 = 6;
/** Neither IP nor MAC: the addresses are texts set by the link layer (`linkSource`, `linkDestination`). */
export const ADDRESS_NONE = 0;
export const ADDRESS_MAC = 1;

export const FRAGMENT_NONE = 0;
export const FRAGMENT_FIRST = 1;
export const FRAGMENT_LATER = 2;

export const TCP_FIN = 1;
export const TCP_SYN = 2;
export const TCP_RST = 4;
export const TCP_PSH = 8;
export const TCP_ACK = 16;
export const TCP_URG = 32;

/** Kinds of TCP options (iana.org/assignments/tcp-parameters). */
export const TCPOPT_EOL = 0;
export const TCPOPT_NOP = 1;
export const TCPOPT_MAXSEG = 2;
export const TCPOPT_WINDOW = 3;
export const TCPOPT_SACK_PERMITTED = 4;
export const TCPOPT_TIMESTAMP = 8;
export const TCPOPT_MPTCP = 30;

export class Layers {
  /** Link-layer addresses: offsets, or -1. */
  macSource = -1;
  macDestination = -1;
  /** Innermost network layer: NET_*. */
  net = NET_NONE;
  sourceAt = 0;
  destinationAt = 0;
  /** IP protocol after extension headers, -1 without IP. */
  ipProtocol = -1;
  hopLimit = 0;
  fragment = FRAGMENT_NONE;
  fragmentId = 0;
  /** The last of its fragments, as far as its own header says. */
  fragmentEnds = false;
  /** Tunnel id of the innermost tunnel: VNI, GRE key, TEID; 0 without one. */
  tunnel = 0;
  /** The tunnel's receiver chooses its id, so that the two directions differ (GTP, L2TP). */
  idByReceiver = false;
  /** IP header around the innermost one: NET_*, and where its addresses are. */
  outerNet = NET_NONE;
  outerSourceAt = 0;
  outerDestinationAt = 0;
  /** Nesting of tunnels met on the way, for display only. */
  tunnels = 0;
  hasPorts = false;
  sourcePort = 0;
  destinationPort = 0;
  /** Transport header and the captured bytes of its datagram: `transportAt..end`. */
  transportAt = 0;
  payloadAt = 0;
  /** Payload bytes captured, and as the IP length says they were sent. */
  payloadLength = 0;
  payloadWire = 0;
  tcpFlags = 0;
  tcpSequence = 0;
  tcpAcknowledgement = 0;
  tcpWindow = 0;
  tcpOptionsAt = 0;
  tcpOptionsEnd = 0;
  icmpType = 0;
  icmpCode = 0;
  /** Protocol id for the Protocol column, as far as headers tell. */
  protocol = 0;
  /** Headers were cut short or contradict themselves. */
  damaged = false;
  /** Ids of the innermost VLAN tag and of the one around it, -1 without. */
  vlan = -1;
  vlanOuter = -1;
  /** Set by ingest: number of the packet's VLAN tags where they keep flows apart, else 0. */
  network = 0;
  /** Protocol name given by an outer GTP layer, which Wireshark prints around the inner name. */
  insideGtp = false;
  /** Set by the flow table: bytes by which a TCP payload is ahead of what was expected, negative when it came again. */
  ahead = 0;
  /** Set by the flow table: how many packets of the flow had payload so far, this one included. */
  payloadNumber = 0;

  reset(): void {
    this.macSource = -1;
    this.macDestination = -1;
    this.net = NET_NONE;
    this.ipProtocol = -1;
    this.fragment = FRAGMENT_NONE;
    this.tunnel = 0;
    this.tunnels = 0;
    this.idByReceiver = false;
    this.outerNet = NET_NONE;
    this.hasPorts = false;
    this.payloadAt = 0;
    this.payloadLength = 0;
    this.payloadWire = 0;
    this.tcpFlags = 0;
    this.tcpSequence = 0;
    this.icmpType = 0;
    this.icmpCode = 0;
    this.damaged = false;
    this.vlan = -1;
    this.vlanOuter = -1;
    this.network = 0;
    this.insideGtp = false;
    this.ahead = 0;
  }
}
