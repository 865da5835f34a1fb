// Idle lists: one doubly linked list a timeout, ordered by last touch, so that expiry looks at heads only.

/**
 * How flows are told apart: seconds without a packet after which a flow is over, and what else does; written into every
 * export.
 */
export interface FlowTimeouts {
  readonly tcpEstablished: number;
  readonly udp: number;
  readonly other: number;
  readonly linger: number;
  /** VLAN tags keep flows apart: two tenants that use the same addresses are two. */
  readonly vlan?: boolean;
}
export const DEFAULT_TIMEOUTS: FlowTimeouts = { tcpEstablished: 300, udp: 60, other: 120, linger: 2 };

export const CLASS_OTHER = 0;
export const CLASS_ESTABLISHED = 1;
export const CLASS_UDP = 2;
export const CLASS_LINGER = 3;
