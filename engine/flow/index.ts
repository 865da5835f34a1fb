// The room where packets become flows: key, direction, endings, running statistics (docs/detection.md, section 1).
//
// `ingest.ts` is the way of a packet as far as headers tell. What needs payloads or other flows hears of it in order: a
// flow begins, a packet has payload, a checkpoint is reached, a flow is over (`listener.ts`). The way itself is gone by
// the kernel (`kernel/`, WebAssembly): here is its host.
//
// - The flow is found by eleven words of canonical key (`key.ts`, `kernel/key.ts`), hash chains over slots
//   (`kernel/table.ts`). Four idle lists, ordered by last touch, end flows by packet time (`timeouts.ts`,
//   `kernel/lists.ts`); no single wrong stamp moves that time far (`kernel/clock.ts`).
// - `state.ts` says where the running statistics of open flows stand, 1.7 KB a slot, recycled; `open-flows.ts` shows
//   the kernel's tables. What stays of a flow is a row of 126 bytes (`columns.ts`), with the VLAN ids of its packets;
//   VLAN tags keep flows apart only where that is asked for (`vlans.ts`).
// - Several connections may be open under one key (`alike.ts`): segments go where their numbers fit, and the older one
//   ends once the newer is answered, so that a port used again at once is seen and a forged SYN hides nothing. A RST
//   counts inside its receiver's window only (`kernel/tcp.ts`). Late packets of a closed connection stay its own
//   (`kernel/closed.ts`: 16,384 connections, 1 MB).
// - Who began a flow is told by flags, ports, ICMP types and DNS's answer bit (`kernel/initiator.ts`).
// - Fragments that come before the first one of their datagram wait for it (`waiting.ts`): their rows are there at
//   once, their flow when it is known.
// - A flow in a tunnel has the id of its first direction in its key. `tunnel-pairs.ts` pairs packets of the other
//   direction with it once, and they are known by their id from then on: TCP by sequence and acknowledgement numbers,
//   the nearest of several, so that a new id midway (a handover) goes on in the flow too; the rest as an answer between
//   the same outer endpoints, by the pair of ids that another flow showed, else by the same id where the id is the
//   network's (VXLAN, Geneve, GRE; those of GTP-U and L2TP are the receiver's), else to the oldest that waits. What
//   fits nothing is a flow of its own, so that two tenants stay two. At most 64 flows with the same inner addresses and
//   ports are looked at. Late segments of a closed connection in a tunnel are known in its first direction only.
// - `surroundings.ts` notes what the capture held around a flow's beginning (group K): tables of fixed size by host and
//   by pair, counts in windows of ten tenths, all by packet time.
export { Ingest, shownProtocol } from './ingest.ts';
export { kernelMemory, startKernel } from './kernel-file.ts';
export { type IngestListener, type IngestOptions, PayloadTime } from './listener.ts';
export { OpenFlows } from './open-flows.ts';
export { FlowColumns, type HeaderColumns, type LatePackets, OPEN } from './columns.ts';
export { communityId, ICMP_ANSWERS } from './community-id.ts';
export * from './state.ts';
export { AROUND, SURROUNDINGS, Surroundings } from './surroundings.ts';
export { DEFAULT_TIMEOUTS, type FlowTimeouts } from './timeouts.ts';
export { VLANS_KEPT, vlansOf } from './vlans.ts';
export { gradeOf } from './grade.ts';
