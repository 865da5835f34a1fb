// Whether a peer lies outside the initiator's own network: laboratories have command servers on private addresses.
import type { FlowLook } from './rule.ts';

const PRIVATE = /^(10|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;

/** The peer is public, or both are private IPv4 addresses of different /16 networks. */
export function isForeign(flow: Pick<FlowLook, 'peerPublic' | 'initiatorText' | 'responderText'>): boolean {
  if (flow.peerPublic) return true;
  const { initiatorText: from, responderText: to } = flow;
  return PRIVATE.test(from) && PRIVATE.test(to) && network(from) !== network(to);
}

function network(address: string): string {
  return address.split('.', 2).join('.');
}
