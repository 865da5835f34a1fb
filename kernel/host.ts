// What the kernel asks of its host, by the name under which the host gives it. `l` holds the packet.

/** There is no more memory: throws. */
export declare function full(): void;
/** Tables have moved: the host's views are to be made anew. */
export declare function moved(): void;
/** A packet that `decode` does not know: fills `l`. */
export declare function decodeElsewhere(): void;
/** A packet without a flow. */
export declare function alone(marks: i32): void;
/** A later fragment. @returns 1 where it is held back until its first one comes; then its row is there */
export declare function hold(marks: i32): i32;
/** A first fragment: its ports are remembered, and what waited for it is taken. */
export declare function firstFragment(): void;
/** A later fragment is given the ports of its first one. */
export declare function joinFragment(): void;
/** @returns the number of the packet's VLAN tags, where they keep flows apart */
export declare function vlanNetwork(): i32;
export declare function noteVlans(row: u32, outer: i32, inner: i32): void;
/** Has the key of a packet in a tunnel be that of the flow whose other direction it is. @param asks only asks */
export declare function tunnelResolve(asks: i32): void;
export declare function tunnelAdd(slot: i32): void;
export declare function tunnelRemove(slot: i32): void;
/** A row for a flow that begins; `l` is its first packet. @param swapped it was sent by the responder */
export declare function created(swapped: i32): u32;
/** @param at when its first packet came, nanoseconds of capture time */
export declare function began(slot: i32, row: u32, at: f64): void;
/** A row for the packet. */
export declare function row(owner: u32, protocol: i32, marks: i32): void;
/** A packet with something to look at. @param dir @param whole @param marks those of its row @param at when it came */
export declare function payload(slot: i32, dir: i32, whole: i32, marks: i32, at: f64): void;
export declare function checkpoint(slot: i32, row: u32, packets: u32): void;
/** A packet of a connection that is over. */
export declare function late(row: u32, dir: i32): void;
/** A flow is over. @param reason index into END_REASONS */
export declare function completed(slot: i32, row: u32, reason: i32): void;
