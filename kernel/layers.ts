// What was found in one packet: one struct, written over for every packet. The host reads it by the same names
// (`engine/flow/kernel-layers.ts`); offsets count from the packet's first byte.
import { LAYERS_BYTES } from './generated/layout';

@unmanaged
export class Layers {
  macSource: i32;
  macDestination: i32;
  net: i32;
  sourceAt: i32;
  destinationAt: i32;
  ipProtocol: i32;
  hopLimit: i32;
  fragment: i32;
  fragmentId: u32;
  fragmentEnds: i32;
  tunnel: u32;
  idByReceiver: i32;
  outerNet: i32;
  outerSourceAt: i32;
  outerDestinationAt: i32;
  tunnels: i32;
  hasPorts: i32;
  sourcePort: i32;
  destinationPort: i32;
  transportAt: i32;
  payloadAt: i32;
  payloadLength: i32;
  payloadWire: u32;
  tcpFlags: i32;
  tcpSequence: u32;
  tcpAcknowledgement: u32;
  tcpWindow: u32;
  tcpOptionsAt: i32;
  tcpOptionsEnd: i32;
  icmpType: i32;
  icmpCode: i32;
  protocol: i32;
  damaged: i32;
  vlan: i32;
  vlanOuter: i32;
  network: i32;
  insideGtp: i32;
  ahead: i32;
  payloadNumber: i32;

  @inline
  reset(): void {
    this.macSource = -1;
    this.macDestination = -1;
    this.net = 0;
    this.ipProtocol = -1;
    this.fragment = 0;
    this.tunnel = 0;
    this.tunnels = 0;
    this.idByReceiver = 0;
    this.outerNet = 0;
    this.hasPorts = 0;
    this.payloadAt = 0;
    this.payloadLength = 0;
    this.payloadWire = 0;
    this.tcpFlags = 0;
    this.tcpSequence = 0;
    this.icmpType = 0;
    this.icmpCode = 0;
    this.damaged = 0;
    this.vlan = -1;
    this.vlanOuter = -1;
    this.network = 0;
    this.insideGtp = 0;
    this.ahead = 0;
  }
}

export const LAYERS: usize = memory.data(LAYERS_BYTES, 16);
export const l: Layers = changetype<Layers>(LAYERS);
