// The flow table (docs/detection.md, section 1): canonical key, hash chains over slots, endings by packet time.
import { accumulate } from './accumulate';
import { answered, isSyn, misfit, synAckBelongs, synBelongs } from './alike';
import { doubt, now, passed, see, silence } from './clock';
import * as clock from './clock';
import { closedDirection, findClosed, rememberAtMost, rememberClosed } from './closed';
import {
  CHECKPOINT_EVERY,
  CLASS_ESTABLISHED,
  CLASS_LINGER,
  CLASS_OTHER,
  CLASS_UDP,
  D_FIRST,
  D_LAST,
  D_NEXT_TIMED_CHECKPOINT,
  D_TOUCHED,
  END_CAPTURE,
  END_FIN,
  END_IDLE,
  END_NEW_SYN,
  END_RST,
  ESTABLISHED,
  FRAGMENT_FIRST,
  FRAGMENT_LATER,
  INITIATOR_LOW,
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_TCP,
  IPPROTO_UDP,
  KEY_WORDS,
  LINGERING,
  MIDSTREAM,
  REPLACED,
  RESET,
  SHARED,
  TCP_RST,
  TCP_SYN,
  U_CHECKPOINTS,
  U_CUT_PACKETS,
  U_DAMAGED,
  U_END_REASON,
  U_FIRST_PACKET,
  U_HASH,
  U_HOP_MAX2,
  U_HOP_MIN2,
  U_ICMP_ERRORS,
  U_LAST_PACKET,
  U_PACKETS2,
  U_PAYLOAD_PACKETS2,
  U_ROW,
  U_STATE,
  U_TIMEOUT_CLASS,
} from './generated/layout';
import { completed, created, firstFragment, joinFragment, tunnelAdd, tunnelRemove, tunnelResolve } from './host';
import { sentByInitiator } from './initiator';
import { icmpIsError, key, KEY, Key, keyOfPacket, quoted, QUOTED, quotedFlow, sameWords } from './key';
import { l } from './layers';
import { append, emptyLists, head, remove, touch } from './lists';
import { give, move, take } from './memory';
import { addBytes, giveBytes, makeSamples } from './samples';
import { sortByRow } from './sort';
import {
  capacity,
  chain,
  cleanHistograms,
  clear,
  endNanoseconds,
  endSeconds,
  grow,
  makeRoom,
  numbersOf,
  rowOf,
  stamp,
  startNanoseconds,
  startSeconds,
  wordsOf,
} from './state';
import { followTcp } from './tcp';

/** Open connections of the same addresses and ports at most. */
const MAX_ALIKE: i32 = 4;
const DAY: f64 = 86_400e9;
const CLOSED_REMEMBERED: i32 = 16_384;
const FEW_HEADS: i32 = 1024;

/** Set by `place`: 0 from the initiator, 1 from the responder. */
export let direction: i32 = 0;
/** Set by `place` where it returns -1: the row of the closed connection whose packet it is. */
export let lateRow: u32 = 0;
/** Set by `place`: the packet began its flow. */
export let isFirst: bool = false;
/** When the last packet came: nanoseconds of capture time, its own stamp unless that is in doubt. */
export let time: f64 = 0;
export let openFlows: i32 = 0;
let mostOpen: i32 = 0;

const limits = memory.data(8 * 4, 16);
let heads: usize = 0;
let headCount: i32 = 0;
let slots: i32 = 0;
/** Slots that were given back, the last first. */
let free: usize = 0;
let freeRoom: i32 = 0;
let freeCount: i32 = 0;
let due: f64 = Infinity;
/** Slot and row of the packet whose stamp lies far ahead. */
let doubtfulSlot: i32 = -1;
let doubtfulRow: u32 = 0;

/**
 * @param room open flows that are made room for at first
 * @param most open flows at once: beyond them the one idle longest ends
 * @param other @param established @param udp @param linger nanoseconds without a packet after which a flow is over
 */
export function makeTable(room: i32, most: i32, other: f64, established: f64, udp: f64, linger: f64): void {
  mostOpen = most;
  makeRoom(room);
  makeSamples(room < 64 ? room : 64);
  headCount = FEW_HEADS;
  heads = take((<usize>headCount) << 2);
  memory.fill(heads, 0xff, (<usize>headCount) << 2);
  freeRoom = room;
  free = take((<usize>room) << 2);
  store<f64>(limits, other);
  store<f64>(limits, established, 8);
  store<f64>(limits, udp, 16);
  store<f64>(limits, linger, 24);
  emptyLists();
  rememberAtMost(min(CLOSED_REMEMBERED, room * 16));
}

function limitOf(list: i32): f64 {
  return load<f64>(limits + ((<usize>list) << 3));
}

function stateOf(slot: i32): u32 {
  return load<u32>(wordsOf(slot), U_STATE);
}

function setState(slot: i32, state: u32): void {
  store<u32>(wordsOf(slot), state, U_STATE);
}

function listOf(slot: i32): i32 {
  return load<u32>(wordsOf(slot), U_TIMEOUT_CLASS);
}

function touchedAt(slot: i32): f64 {
  return load<f64>(numbersOf(slot), D_TOUCHED);
}

/** A packet comes, of whatever kind: flows complete that its time has left behind. @param at its stamp */
export function advance(at: f64): void {
  time = see(at);
  if (silence) touchDoubtful();
  doubtfulSlot = -1;
  if (passed >= due) expire();
}

/** Nothing arrives, but time goes on. */
export function pass(at: f64): void {
  clock.pass(at);
  if (passed >= due) expire();
}

/** The stamp far ahead was right, so the flow of that packet was touched at that time. */
function touchDoubtful(): void {
  const slot = doubtfulSlot;
  if (slot < 0 || rowOf(slot) !== doubtfulRow) return;
  const list = listOf(slot);
  if (list === CLASS_LINGER || load<u32>(wordsOf(slot), U_END_REASON) > 0) return;
  store<f64>(numbersOf(slot), now, D_TOUCHED);
  touch(list, slot);
}

/** What is over, as slots: made for one sweep. */
let over: usize = 0;
let overRoom: i32 = 0;
let overCount: i32 = 0;

function noteOver(slot: i32): void {
  if (overCount === overRoom) {
    const room = overRoom === 0 ? 256 : overRoom * 2;
    over = overRoom === 0 ? take((<usize>room) << 3) : move(over, (<usize>overRoom) << 3, (<usize>room) << 3);
    overRoom = room;
  }
  store<u64>(over + ((<usize>overCount) << 3), ((<u64>rowOf(slot)) << 32) | <u64>slot);
  overCount++;
}

/** Closes what was noted, in the order of first packets. */
function closeNoted(atEnd: bool): void {
  sortByRow(over, overCount);
  const count = overCount;
  for (let i = 0; i < count; i++) {
    const slot = <i32>load<u32>(over + ((<usize>i) << 3));
    const closing = atEnd ? (stateOf(slot) & LINGERING) !== 0 : listOf(slot) === CLASS_LINGER;
    close(slot, closing ? closingReason(slot) : atEnd ? END_CAPTURE : END_IDLE);
  }
  overCount = 0;
}

function expire(): void {
  overCount = 0;
  for (let list = 0; list < 4; list++) {
    for (let slot = head(list); slot >= 0 && touchedAt(slot) + limitOf(list) <= passed; slot = head(list)) {
      remove(list, slot);
      noteOver(slot);
    }
  }
  closeNoted(false);
  due = Infinity;
  for (let list = 0; list < 4; list++) {
    const slot = head(list);
    if (slot >= 0) due = min(due, touchedAt(slot) + limitOf(list));
  }
}

/** Completes what is open, oldest first packet first. */
export function closeAll(): void {
  overCount = 0;
  for (let list = 0; list < 4; list++) {
    for (let slot = head(list); slot >= 0; slot = head(list)) {
      remove(list, slot);
      noteOver(slot);
    }
  }
  closeNoted(true);
  due = Infinity;
  if (overRoom > 0) give(over, (<usize>overRoom) << 3);
  overRoom = 0;
}

/**
 * Puts the decoded IP packet into its flow; `advance` comes first, for packets of all kinds.
 * @param at nanoseconds of capture time
 * @returns the slot; -1 for what comes late of a connection that is over
 */
export function place(at: f64, wire: u32, cut: bool, seconds: f64, nanoseconds: u32, packet: u32): i32 {
  if (l.fragment === FRAGMENT_FIRST) firstFragment();
  else if (l.fragment === FRAGMENT_LATER) joinFragment();
  keyOfPacket();
  isFirst = false;
  const tcp = l.ipProtocol === IPPROTO_TCP && l.hasPorts !== 0 && !l.damaged && l.fragment !== FRAGMENT_LATER;
  let slot = find(key, KEY);
  if (slot < 0 && key.inTunnel) {
    tunnelResolve(0);
    slot = find(key, KEY);
  }
  const known = slot >= 0;
  if (known && doubt > 0 && outdated(slot, tcp)) {
    complete(slot, listOf(slot) === CLASS_LINGER ? closingReason(slot) : END_IDLE);
    slot = find(key, KEY);
  }
  if (tcp && slot >= 0) slot = connection(slot);
  if (slot < 0) {
    const shared = known && find(key, KEY) >= 0;
    if (tcp) {
      const row = findClosed(now);
      if (row >= 0) {
        direction = closedDirection;
        lateRow = <u32>row;
        return -1;
      }
    }
    slot = create(at, seconds, nanoseconds, packet, tcp, shared);
  }
  if (doubt > 0) {
    doubtfulSlot = slot;
    doubtfulRow = rowOf(slot);
  }
  const dir = directionOf(slot);
  direction = dir;
  accumulate(slot, dir, at, wire, l.payloadWire);
  const u = wordsOf(slot);
  if (packet > load<u32>(u, U_LAST_PACKET)) store<u32>(u, packet, U_LAST_PACKET);
  if (l.damaged) store<u32>(u, load<u32>(u, U_DAMAGED) + 1, U_DAMAGED);
  if (cut) store<u32>(u, load<u32>(u, U_CUT_PACKETS) + 1, U_CUT_PACKETS);
  const hop = <u32>l.hopLimit;
  const own = u + ((<usize>dir) << 2);
  if (hop < load<u32>(own, U_HOP_MIN2)) store<u32>(own, hop, U_HOP_MIN2);
  if (hop > load<u32>(own, U_HOP_MAX2)) store<u32>(own, hop, U_HOP_MAX2);
  stamp(load<u32>(u, U_ROW), seconds, nanoseconds);
  if (l.payloadLength > 0 && !l.damaged) addBytes(slot, dir, l.payloadAt, l.payloadLength);
  const ends = tcp && follow(slot, dir, at);
  l.payloadNumber = load<u32>(u, U_PAYLOAD_PACKETS2) + load<u32>(u, U_PAYLOAD_PACKETS2 + 4);
  reschedule(slot, tcp, ends);
  countQuoted();
  return slot;
}

/** Whether the last packet brought an open flow to a checkpoint. @returns its packet count, else 0 */
export function checkpointOf(slot: i32): u32 {
  const u = wordsOf(slot);
  const packets = load<u32>(u, U_PACKETS2) + load<u32>(u, U_PACKETS2 + 4);
  const reached = load<u32>(u, U_CHECKPOINTS);
  if (reached < 3 && packets === 8 << (reached << 1)) {
    store<u32>(u, reached + 1, U_CHECKPOINTS);
    return packets;
  }
  const d = numbersOf(slot);
  if (time < load<f64>(d, D_NEXT_TIMED_CHECKPOINT)) return 0;
  store<f64>(d, time + CHECKPOINT_EVERY, D_NEXT_TIMED_CHECKPOINT);
  return packets > 1 ? packets : 0;
}

function closingReason(slot: i32): i32 {
  const state = stateOf(slot);
  if (!(state & LINGERING) || state & REPLACED) return END_NEW_SYN;
  return state & RESET ? END_RST : END_FIN;
}

/**
 * Whether a packet in doubt, far ahead in time, ends the flow that it has the key of: by its own stamp the flow was
 * silent too long. A TCP segment a day or more ahead goes on with its connection: a wrong stamp is likelier than a
 * connection that old.
 */
function outdated(slot: i32, tcp: bool): bool {
  if (now + doubt - touchedAt(slot) < limitOf(listOf(slot))) return false;
  return !tcp || (l.tcpFlags & TCP_SYN) !== 0 || doubt < DAY;
}

function follow(slot: i32, dir: i32, at: f64): bool {
  const before = stateOf(slot);
  const ends = followTcp(slot, dir, at);
  if (before & SHARED && !answered(before) && answered(stateOf(slot))) replaceOlder(slot);
  // A connection that was taken for replaced goes on with new data, so it is still alive.
  if (before & REPLACED && l.payloadWire > 0 && l.ahead >= 0) setState(slot, stateOf(slot) & ~REPLACED);
  return ends || (stateOf(slot) & REPLACED) !== 0;
}

function directionOf(slot: i32): i32 {
  return (key.sourceLow !== 0) === ((stateOf(slot) & INITIATOR_LOW) !== 0) ? 0 : 1;
}

/** The open connection of this key that a segment belongs to. @returns -1 when it begins another one */
function connection(found: i32): i32 {
  const shared = (stateOf(found) & SHARED) !== 0;
  if (l.tcpFlags & TCP_SYN && !(l.tcpFlags & TCP_RST)) {
    const syn = isSyn();
    for (let slot = shared ? find(key, KEY) : found; slot >= 0; slot = shared ? nextAlike(slot) : -1) {
      const dir = directionOf(slot);
      if (syn ? synBelongs(slot, dir) : synAckBelongs(slot, dir)) return slot;
    }
    standAside();
    return -1;
  }
  return shared ? closest() : found;
}

/** Of several connections with the same key, the one whose numbers are nearest; the newest of equals. */
function closest(): i32 {
  let best = -1;
  let least: f64 = Infinity;
  let count = 0;
  for (let slot = find(key, KEY); slot >= 0; slot = nextAlike(slot)) {
    count++;
    const far = misfit(slot, directionOf(slot));
    if (far > least || (far === least && rowOf(slot) < rowOf(best))) continue;
    least = far;
    best = slot;
  }
  if (count === 1) setState(best, stateOf(best) & ~SHARED);
  return best;
}

/** A new connection comes beside those that have its key: what was never answered ends. */
function standAside(): void {
  let spare = -1;
  let count = 0;
  for (let slot = find(key, KEY); slot >= 0; slot = nextAlike(slot)) {
    setState(slot, stateOf(slot) | SHARED);
    count++;
    if (spare < 0 || dearer(spare, slot)) spare = slot;
    if (!answered(stateOf(slot))) replace(slot);
  }
  if (count >= MAX_ALIKE) complete(spare, closingReason(spare));
}

function lives(slot: i32): bool {
  return (stateOf(slot) & (ESTABLISHED | LINGERING)) === ESTABLISHED;
}

/** Which of two gives way to a further one is not the one that lives, else the older. */
function dearer(one: i32, other: i32): bool {
  return lives(one) === lives(other) ? rowOf(other) < rowOf(one) : lives(one);
}

/** A connection was answered: older ones with its key end. */
function replaceOlder(than: i32): void {
  const from = wordsOf(than);
  const hash = load<u32>(from, U_HASH);
  const row = rowOf(than);
  for (let slot = firstOf(hash); slot >= 0; slot = nextOf(slot)) {
    const u = wordsOf(slot);
    if (load<u32>(u, U_HASH) === hash && rowOf(slot) < row && sameWords(u, from)) replace(slot);
  }
}

function replace(slot: i32): void {
  if (listOf(slot) === CLASS_LINGER) return;
  setState(slot, stateOf(slot) | REPLACED);
  store<f64>(numbersOf(slot), now, D_TOUCHED);
  moveTo(CLASS_LINGER, slot);
}

function bucketAt(hash: u32): usize {
  return heads + ((<usize>(hash & (headCount - 1))) << 2);
}

function firstOf(hash: u32): i32 {
  return load<i32>(bucketAt(hash));
}

function nextOf(slot: i32): i32 {
  return load<i32>(chain + ((<usize>slot) << 2));
}

function find(k: Key, at: usize): i32 {
  return along(firstOf(k.hash), k.hash, at);
}

/** The next open flow with the packet's key. */
function nextAlike(slot: i32): i32 {
  return along(nextOf(slot), key.hash, KEY);
}

function along(from: i32, hash: u32, at: usize): i32 {
  for (let slot = from; slot >= 0; slot = nextOf(slot)) {
    const u = wordsOf(slot);
    if (load<u32>(u, U_HASH) === hash && sameWords(u, at)) return slot;
  }
  return -1;
}

/** Ends the flow that was touched longest ago. */
function endOldest(): void {
  let oldest = -1;
  for (let list = 0; list < 4; list++) {
    const slot = head(list);
    if (slot < 0 || (oldest >= 0 && touchedAt(slot) >= touchedAt(oldest))) continue;
    oldest = slot;
  }
  complete(oldest, listOf(oldest) === CLASS_LINGER ? closingReason(oldest) : END_IDLE);
}

function create(at: f64, seconds: f64, nanoseconds: u32, packet: u32, tcp: bool, shared: bool): i32 {
  if (openFlows >= mostOpen) endOldest();
  const slot = freeCount > 0 ? load<i32>(free + ((<usize>(freeCount -= 1)) << 2)) : newSlot();
  clear(slot);
  const u = wordsOf(slot);
  memory.copy(u, KEY, (<usize>KEY_WORDS) << 2);
  store<u32>(u, key.hash, U_HASH);
  const bucket = bucketAt(key.hash);
  store<i32>(chain + ((<usize>slot) << 2), load<i32>(bucket));
  store<i32>(bucket, slot);
  openFlows++;
  if (key.inTunnel) tunnelAdd(slot);
  const fromInitiator = sentByInitiator();
  store<u32>(
    u,
    ((key.sourceLow !== 0) === fromInitiator ? INITIATOR_LOW : 0) |
      (shared ? SHARED : 0) |
      (tcp && (l.tcpFlags & TCP_SYN) === 0 ? MIDSTREAM : 0),
    U_STATE,
  );
  const row = created(fromInitiator ? 0 : 1);
  store<u32>(u, row, U_ROW);
  store<u32>(u, packet, U_FIRST_PACKET);
  store<f64>(startSeconds + ((<usize>row) << 3), seconds);
  store<f64>(endSeconds + ((<usize>row) << 3), seconds);
  store<u32>(startNanoseconds + ((<usize>row) << 2), nanoseconds);
  store<u32>(endNanoseconds + ((<usize>row) << 2), nanoseconds);
  const d = numbersOf(slot);
  store<f64>(d, at, D_FIRST);
  store<f64>(d, at, D_LAST);
  store<f64>(d, time + CHECKPOINT_EVERY, D_NEXT_TIMED_CHECKPOINT);
  const list =
    l.ipProtocol === IPPROTO_UDP || l.ipProtocol === IPPROTO_ICMP || l.ipProtocol === IPPROTO_ICMPV6
      ? CLASS_UDP
      : CLASS_OTHER;
  store<u32>(u, list, U_TIMEOUT_CLASS);
  store<f64>(d, now, D_TOUCHED);
  append(list, slot);
  due = min(due, now + limitOf(list));
  isFirst = true;
  return slot;
}

function reschedule(slot: i32, tcp: bool, ends: bool): void {
  const list = listOf(slot);
  if (list === CLASS_LINGER) {
    // A lingering flow keeps lingering unless its connection turned out to be alive.
    if (ends || !tcp) return;
    setState(slot, stateOf(slot) & ~LINGERING);
  }
  store<f64>(numbersOf(slot), now, D_TOUCHED);
  const before = list === CLASS_LINGER ? CLASS_OTHER : list;
  const lasting = tcp && stateOf(slot) & ESTABLISHED ? CLASS_ESTABLISHED : before;
  const target = ends ? CLASS_LINGER : lasting;
  if (target === list) touch(list, slot);
  else moveTo(target, slot);
}

function moveTo(target: i32, slot: i32): void {
  if (target === CLASS_LINGER) setState(slot, stateOf(slot) | LINGERING);
  remove(listOf(slot), slot);
  append(target, slot);
  store<u32>(wordsOf(slot), target, U_TIMEOUT_CLASS);
  due = min(due, now + limitOf(target));
}

function complete(slot: i32, reason: i32): void {
  remove(listOf(slot), slot);
  close(slot, reason);
}

function close(slot: i32, reason: i32): void {
  store<u32>(wordsOf(slot), reason + 1, U_END_REASON);
  completed(slot, rowOf(slot), reason);
  if (stateOf(slot) & LINGERING) rememberClosed(slot, now);
  unlink(slot);
  if ((load<u32>(wordsOf(slot), 40) & 0x1800) !== 0) tunnelRemove(slot);
  openFlows--;
  cleanHistograms(slot);
  giveBytes(slot, 0);
  giveBytes(slot, 1);
  if (freeCount === freeRoom) {
    free = move(free, (<usize>freeRoom) << 2, (<usize>freeRoom) << 3);
    freeRoom <<= 1;
  }
  store<i32>(free + ((<usize>freeCount) << 2), slot);
  freeCount++;
}

function unlink(slot: i32): void {
  let at = bucketAt(load<u32>(wordsOf(slot), U_HASH));
  while (load<i32>(at) !== slot) at = chain + ((<usize>load<i32>(at)) << 2);
  store<i32>(at, nextOf(slot));
}

function newSlot(): i32 {
  const slot = slots++;
  if (slot === capacity) grow();
  if (openFlows * 2 > headCount) rehash();
  return slot;
}

function rehash(): void {
  const old = heads;
  const count = headCount;
  headCount = count * 4;
  heads = take((<usize>headCount) << 2);
  memory.fill(heads, 0xff, (<usize>headCount) << 2);
  for (let i = 0; i < count; i++) {
    let slot = load<i32>(old + ((<usize>i) << 2));
    while (slot >= 0) {
      const next = nextOf(slot);
      const bucket = bucketAt(load<u32>(wordsOf(slot), U_HASH));
      store<i32>(chain + ((<usize>slot) << 2), load<i32>(bucket));
      store<i32>(bucket, slot);
      slot = next;
    }
  }
  give(old, (<usize>count) << 2);
}

/** Counts an ICMP error on the open flow that it quotes, if there is one. */
function countQuoted(): void {
  if (!icmpIsError() || !quotedFlow()) return;
  if (quoted.inTunnel) tunnelResolve(1);
  const slot = find(quoted, QUOTED);
  if (slot < 0) return;
  const u = wordsOf(slot);
  store<u32>(u, load<u32>(u, U_ICMP_ERRORS) + 1, U_ICMP_ERRORS);
}
