// What is odd about the segments of one connection: its states (RFC 9293, 3.3.2), what each may be followed by, windows
// and timestamps, by the names that `stream-event` of rules has. Asked only where a rule asks for one of them.
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, TCP_URG } from '../../decode/index.ts';
import { before, notAfter, plus, type Segment } from './tcp-segment.ts';

type State =
  | 'none'
  | 'synSent'
  | 'synReceived'
  | 'established'
  | 'finWait1'
  | 'finWait2'
  | 'closing'
  | 'closeWait'
  | 'lastAck'
  | 'timeWait'
  | 'closed';

/** Ends that the states after a FIN give their own names to. */
const CLOSING: ReadonlySet<State> = new Set(['finWait1', 'finWait2', 'closing', 'closeWait', 'lastAck', 'timeWait']);
const MAX_ANSWERS = 5;
/** A timestamp that is older than this says nothing (RFC 7323, 5.5). */
const OLD_SECONDS = 24 * 86_400;

/** What one end has said. */
class End {
  first = 0;
  /** What it says next. */
  next = 0;
  /** Up to where the other end has taken it. */
  taken = 0;
  /** How much it may send beyond that, and the furthest that it ever might. */
  room = 0;
  limit = 0;
  scale = 0;
  stamp = 0;
  stampSeconds = 0;
  hasStamp = false;
  keepsAlive = false;
  /** One byte was sent into a window that was shut. */
  probes = false;
  /** The other end has reset the connection: what that end says now is odd. */
  wasReset = false;

  take(ack: number): void {
    if (before(this.taken, ack)) this.taken = ack;
  }

  grow(window: number): void {
    this.room = window * 2 ** this.scale;
    const limit = plus(this.taken, this.room);
    if (before(this.limit, limit)) this.limit = limit;
  }
}

/** A SYN+ACK that told another number than the first one. */
interface Answer {
  readonly seq: number;
  readonly ack: number;
  readonly window: number;
}

export class TcpWatch {
  private state: State = 'none';
  /** Before it was closed. */
  private stateBefore: State = 'none';
  /** Client and server. */
  private readonly ends: readonly [End, End] = [new End(), new End()];
  private readonly note: (event: string) => void;
  private stamps = false;
  /** Both ends asked for the connection at once. */
  private crossed = false;
  private confirmed = false;
  private readonly asked: number[] = [];
  private readonly answers: Answer[] = [];
  /** In line nothing is lost: what another end should have said first is odd. */
  private readonly inline: boolean;

  constructor(note: (event: string) => void, inline: boolean) {
    this.note = note;
    this.inline = inline;
  }

  private get opened(): boolean {
    return this.state !== 'none' && this.state !== 'synSent' && this.state !== 'synReceived';
  }

  segment(s: Segment): void {
    if ((s.flags & TCP_ACK) === 0 && s.ack !== 0) this.note('pkt_broken_ack');
    if (this.state === 'none') {
      this.begin(s);
      return;
    }
    if (!this.isAside(s)) this.dispatch(this.state, s);
    const receiver = this.ends[s.dir ^ 1]!;
    if (receiver.wasReset && (s.flags & TCP_RST) === 0) {
      this.note('suspected_rst_inject');
      receiver.wasReset = false;
    }
  }

  private begin(s: Segment): void {
    if ((s.flags & TCP_RST) !== 0) return this.note('rst_but_no_session');
    if ((s.flags & TCP_FIN) !== 0) return this.note('fin_but_no_session');
    if ((s.flags & (TCP_SYN | TCP_ACK)) !== TCP_SYN) return;
    const [client, server] = this.ends;
    this.state = 'synSent';
    client.first = s.seq;
    // What comes with it of fast open counts (RFC 7413).
    client.next = plus(s.end, 1);
    client.taken = s.seq;
    server.room = s.window;
    server.scale = s.scale ?? -1;
    this.stampOf(client, s);
    this.asked.push(s.seq);
  }

  /** Keep-alives, probes and updates of windows are no part of what is said. */
  private isAside(s: Segment): boolean {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    const isPlain = (s.flags & (TCP_SYN | TCP_FIN | TCP_RST)) === 0;
    const known = this.opened || this.state === 'synReceived';
    if (!isPlain || !known) return false;
    if (s.length <= 1 && s.ack === other.taken && s.seq === plus(own.next, -1)) {
      own.keepsAlive = true;
      return true;
    }
    const answers = other.keepsAlive && s.length === 0 && s.ack === other.taken && s.seq === own.next;
    if (answers && s.window !== 0) {
      other.keepsAlive = false;
      return true;
    }
    own.keepsAlive = false;
    if (!this.opened) return false;
    return this.isOfWindow(s, own, other);
  }

  private isOfWindow(s: Segment, own: End, other: End): boolean {
    const window = s.window * 2 ** Math.max(0, other.scale);
    const bare = s.length === 0 && s.seq === own.next;
    const isLast = s.length === 0 && s.seq === plus(own.next, 1) && s.ack === plus(other.next, 1);
    if (isLast && (this.state === 'closeWait' || this.state === 'lastAck' || this.state === 'timeWait')) return false;
    if (bare && other.probes && window === 0 && s.ack === other.taken) return true;
    if (bare && s.ack === other.taken && window !== 0) return false;
    const shrinks = other.room - window;
    if (this.state !== 'closed' && shrinks > s.length && before(other.next, s.ack) && before(own.next, s.seq)) {
      const expected = (s.ack - other.taken) >>> 0;
      if (shrinks > expected + (window > 1024 ? 32 : 0)) {
        this.note('pkt_bad_window_update');
        return true;
      }
    }
    // An acknowledgement that a later one has overtaken.
    if (bare && before(s.ack, other.taken)) return true;
    if (s.length > 0 && notAfter(s.end, own.taken)) {
      this.note('pkt_spurious_retransmission');
      return notAfter(s.end, own.taken) && this.state === 'established';
    }
    return false;
  }

  private dispatch(state: State, s: Segment): void {
    switch (state) {
      case 'synSent':
        return this.whenAsked(s);
      case 'synReceived':
        return this.whenAnswered(s);
      case 'established':
        return this.whenOpen(s);
      case 'closed': {
        const sender = this.ends[s.dir];
        const receiver = this.ends[s.dir ^ 1]!;
        if ((s.flags & TCP_RST) === 0 && !sender.wasReset && receiver.wasReset) {
          this.state = this.stateBefore;
          this.dispatch(this.stateBefore, s);
        }
        return;
      }
      default:
        if (CLOSING.has(state)) this.whenClosing(state, s);
    }
  }

  // --- the handshake

  private whenAsked(s: Segment): void {
    const [client, server] = this.ends;
    const kind = s.flags & (TCP_SYN | TCP_ACK);
    if (kind === (TCP_SYN | TCP_ACK)) {
      if (s.dir === 1) this.answer(s);
      else this.answerCrossed(s);
      return;
    }
    if (s.dir === 1 && s.stamp !== null && !echoFits(client, s)) return this.note('pkt_invalid_timestamp');
    if ((s.flags & TCP_RST) !== 0) {
      this.resetAsked(s);
      return;
    }
    if ((s.flags & TCP_FIN) !== 0 || kind !== TCP_SYN) return;
    if (s.dir === 0) {
      if (!this.asked.includes(s.seq)) this.asked.push(s.seq);
      if (this.asked.length > MAX_ANSWERS * 2) this.asked.shift();
      return;
    }
    if (this.crossed) return;
    this.crossed = true;
    server.first = s.seq;
    server.next = plus(s.seq, 1);
    server.taken = s.seq;
    this.stampOf(server, s);
    client.room = s.window;
    client.scale = s.scale ?? -1;
  }

  private resetAsked(s: Segment): void {
    const [client, server] = this.ends;
    if (!this.resetFits(s)) return;
    if (s.dir === 0 && !(s.seq === client.first && s.window === 0 && s.ack === plus(client.first, 1))) return;
    (s.dir === 0 ? server : client).wasReset = true;
    this.close();
  }

  private answer(s: Segment): void {
    const [client, server] = this.ends;
    const asked = this.asked.find((seq) => s.ack === plus(seq, 1)) ?? null;
    const early = asked === null && before(plus(client.first, 1), s.ack) && notAfter(s.ack, client.next);
    if (asked === null && !early) return this.note('3whs_synack_with_wrong_ack');
    if (s.stamp !== null && !echoFits(client, s)) return this.note('pkt_invalid_timestamp');
    if (asked !== null) client.first = asked;
    client.next = s.ack;
    client.taken = s.ack;
    server.first = s.seq;
    server.next = server.taken = plus(s.seq, 1);
    this.stampOf(server, s);
    this.stamps = client.hasStamp && server.hasStamp;
    const scaled = s.scale !== null && server.scale >= 0;
    client.scale = scaled ? s.scale : 0;
    if (!scaled) server.scale = 0;
    client.room = s.window;
    client.limit = plus(client.taken, client.room);
    server.limit = plus(server.taken, server.room);
    this.crossed = false;
    this.state = 'synReceived';
  }

  private answerCrossed(s: Segment): void {
    const [client, server] = this.ends;
    if (!this.crossed) return this.note('3whs_synack_in_wrong_direction');
    if (s.ack !== plus(server.first, 1)) return this.note('4whs_synack_with_wrong_ack');
    if (s.seq !== client.first) return this.note('4whs_synack_with_wrong_syn');
    client.taken = client.next;
    server.taken = server.next;
    client.scale = Math.max(0, client.scale);
    server.scale = Math.max(0, server.scale);
    client.limit = plus(client.taken, client.room);
    server.limit = plus(server.taken, server.room);
    this.state = 'synReceived';
  }

  /** Takes resets and ends. @returns whether it was one, whatever came of it */
  private isEnding(s: Segment): boolean {
    if ((s.flags & TCP_RST) !== 0) {
      if (this.resetFits(s)) this.close();
      return true;
    }
    if ((s.flags & TCP_FIN) === 0) return false;
    if (this.stampFits(s)) this.fin(s);
    return true;
  }

  private whenAnswered(s: Segment): void {
    const [client, server] = this.ends;
    if (this.isEnding(s)) return;
    const kind = s.flags & (TCP_SYN | TCP_ACK);
    if (kind === (TCP_SYN | TCP_ACK)) {
      if (s.dir === 0) return this.note('3whs_synack_toserver_on_syn_recv');
      if (s.ack !== client.taken) return this.note('3whs_synack_resend_with_different_ack');
      if (s.seq !== server.first) this.another(s);
      return;
    }
    if (kind === TCP_SYN) {
      if (s.dir === 1) this.note('3whs_syn_toclient_on_syn_recv');
      else if (s.seq !== client.first) this.note('3whs_syn_resend_diff_seq_on_syn_recv');
      return;
    }
    if (kind === TCP_ACK) this.handshake(s);
  }

  private another({ seq, ack, window }: Segment): void {
    if (this.answers.some((a) => a.seq === seq && a.ack === ack && a.window === window)) return;
    if (this.answers.length >= MAX_ANSWERS) return this.note('3whs_synack_flood');
    this.answers.push({ seq, ack, window });
  }

  private handshake(s: Segment): void {
    const [client, server] = this.ends;
    const chosen = this.answers.find((a) => s.ack === plus(a.seq, 1) && s.seq === a.ack);
    if (chosen !== undefined) {
      server.first = chosen.seq;
      server.next = server.taken = plus(chosen.seq, 1);
      client.room = chosen.window;
      client.limit = plus(client.taken, client.room);
      server.limit = plus(server.taken, server.room);
    }
    if (!this.stampFits(s)) return;
    if (this.crossed && s.dir === 1) {
      if (s.seq !== server.next) return this.note('4whs_wrong_seq');
      if (!this.ackFits(client, s)) return this.note('4whs_invalid_ack');
      return this.establish(s);
    }
    if (s.dir === 1) return this.earlyAnswer(s);
    if (s.ack === server.next && (s.seq === client.next || this.isAhead(s))) return this.establish(s);
    this.note(s.seq === client.next ? '3whs_right_seq_wrong_ack_evasion' : '3whs_wrong_seq_wrong_ack');
  }

  /** Segments of the client before this one were lost. */
  private isAhead(s: Segment): boolean {
    const [client] = this.ends;
    return before(client.next, s.seq) && notAfter(s.seq, client.limit);
  }

  /** The server speaks although the client has not said that it heard it. */
  private earlyAnswer(s: Segment): void {
    const [client, server] = this.ends;
    const fits = s.ack === client.taken && s.seq === server.next;
    if (this.inline) return this.note(fits && s.length > 0 ? '3whs_ack_data_inject' : '3whs_ack_in_wrong_dir');
    if (fits) return this.establish(s);
    if (before(client.next, s.seq) && before(client.taken, s.ack)) {
      client.taken = client.next = s.ack;
      return this.establish(s);
    }
    this.note('3whs_wrong_seq_wrong_ack');
  }

  private establish(s: Segment): void {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    this.state = 'established';
    own.next = s.end;
    other.take(s.ack);
    other.grow(s.window);
    this.keepStamp(own, s);
  }

  // --- open

  private whenOpen(s: Segment): void {
    if (this.isEnding(s)) return;
    const kind = s.flags & (TCP_SYN | TCP_ACK);
    if (kind === (TCP_SYN | TCP_ACK)) return this.lateAnswer(s);
    if (kind === TCP_SYN) {
      const { first } = this.ends[0];
      if (s.dir === 1) return this.note('est_syn_toclient');
      return this.note(s.seq === first ? 'est_syn_resend' : 'est_syn_resend_diff_seq');
    }
    if ((s.flags & (TCP_ACK | TCP_URG)) === 0 || !this.stampFits(s)) return;
    if (s.dir === 0) this.confirmed = true;
    this.talk(s);
  }

  private lateAnswer(s: Segment): void {
    const [client, server] = this.ends;
    if (s.dir === 0) return this.note('est_synack_toserver');
    if (s.ack !== client.taken) return this.note('est_synack_resend_with_different_ack');
    if (s.seq !== server.first) return this.note('est_synack_resend_with_diff_seq');
    if (this.confirmed) this.note('est_synack_resend');
  }

  private talk(s: Segment): void {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    if ((s.flags & TCP_ACK) !== 0) {
      if (other.probes && s.ack === plus(other.next, 1)) this.note('est_ack_zwp_data');
      else if (!this.ackFits(other, s)) return this.note('est_invalid_ack');
    }
    other.probes = false;
    const unseen = before(own.next, own.taken) && before(own.next, s.end);
    if (before(s.end, own.taken) && !unseen) return this.note('est_pkt_before_last_ack');
    if (s.length === 1 && s.seq === own.next && own.room === 0) {
      own.probes = true;
      return;
    }
    if (notAfter(own.next, s.end)) own.next = s.end;
    if (before(own.limit, s.end)) return this.note('est_packet_out_of_window');
    this.hear(s, own, other);
  }

  private hear(s: Segment, own: End, other: End): void {
    if ((s.flags & TCP_ACK) !== 0) other.take(s.ack);
    other.grow(s.window);
    this.keepStamp(own, s);
  }

  // --- the end

  private fin(s: Segment): void {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    if (!this.ackFits(other, s)) return this.note('fin_invalid_ack');
    if (before(s.seq, own.taken) || before(own.limit, s.end)) return this.note('fin_out_of_window');
    if ((s.flags & TCP_SYN) !== 0) return this.note('fin_syn');
    this.state = s.dir === 0 ? 'closeWait' : 'finWait1';
    own.next = s.dir === 0 ? s.end : plus(s.end, 1);
    if (before(other.next, s.ack)) other.next = s.ack;
    this.hear(s, own, other);
  }

  private whenClosing(state: State, s: Segment): void {
    if ((s.flags & TCP_RST) !== 0) {
      if (this.resetFits(s)) this.close();
      return;
    }
    if ((s.flags & TCP_FIN) !== 0) {
      if (state === 'finWait1' || state === 'finWait2' || state === 'closeWait') this.secondFin(state, s);
      return;
    }
    if ((s.flags & TCP_SYN) !== 0) return this.note('shutdown_syn_resend');
    if ((s.flags & TCP_ACK) === 0 || !this.stampFits(s)) return;
    this.closingAck(state, s);
  }

  private secondFin(state: 'finWait1' | 'finWait2' | 'closeWait', s: Segment): void {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    if (!this.stampFits(s)) return;
    const [wrong, invalid] = {
      finWait1: ['fin1_fin_wrong_seq', 'fin1_invalid_ack'] as const,
      finWait2: ['fin2_fin_wrong_seq', 'fin2_invalid_ack'] as const,
      closeWait: ['closewait_fin_out_of_window', 'closewait_invalid_ack'] as const,
    }[state];
    const again = s.seq === plus(own.next, -1) && s.ack === other.taken;
    const repeated = this.repeats(s, own) || again;
    const first = state === 'finWait1' ? plus(own.next, -1) : own.next;
    const outside = before(s.seq, first) || before(plus(own.taken, own.room), s.seq);
    if (!repeated && outside) return this.note(wrong);
    if (!this.ackFits(other, s)) return this.note(invalid);
    if (!repeated) {
      if (state === 'closeWait') this.state = s.dir === 1 ? 'lastAck' : state;
      else this.state = state === 'finWait1' && (s.flags & TCP_ACK) === 0 ? 'closing' : 'timeWait';
      if (s.seq === own.next) own.next = s.dir === 1 && state !== 'closeWait' ? plus(s.end, 1) : s.end;
    }
    if (before(other.next, s.ack)) other.next = s.ack;
    this.hear(s, own, other);
  }

  private closingAck(state: State, s: Segment): void {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    const repeated = this.repeats(s, own);
    const odd = this.closingOddity(state, s, own, other, repeated);
    if (odd !== null) return this.note(odd);
    if (!repeated) {
      const done = state === 'lastAck' ? s.dir === 0 && !before(s.seq, own.next) : state === 'timeWait';
      if (done) this.close();
      else if (state === 'closing') this.state = 'timeWait';
      else if (state === 'finWait1' && !before(s.ack, other.next)) this.state = 'finWait2';
    }
    if (before(other.next, s.ack)) other.next = s.ack;
    if (s.seq === own.next) own.next = s.end;
    this.hear(s, own, other);
  }

  private closingOddity(state: State, s: Segment, own: End, other: End, repeated: boolean): string | null {
    const fits = this.ackFits(other, s);
    const outside = before(own.limit, s.end);
    switch (state) {
      case 'finWait1':
        if (!fits) return 'fin1_invalid_ack';
        return !repeated && outside && !before(s.ack, other.next) ? 'fin1_ack_wrong_seq' : null;
      case 'finWait2':
        if (!fits) return 'fin2_invalid_ack';
        return !repeated && outside ? 'fin2_ack_wrong_seq' : null;
      case 'closing':
        if (s.seq !== own.next) return 'closing_ack_wrong_seq';
        return fits ? null : 'closing_invalid_ack';
      case 'closeWait':
        if (s.length > 0 && notAfter(s.end, own.taken)) return 'closewait_pkt_before_last_ack';
        if (before(plus(own.taken, own.room), s.seq)) return 'closewait_ack_out_of_window';
        return fits ? null : 'closewait_invalid_ack';
      case 'lastAck':
        return s.dir === 1 ? null : lastAckOddity(s, own, fits, repeated);
      default:
        return timeWaitOddity(s, own, fits, repeated);
    }
  }

  private close(): void {
    this.stateBefore = this.state;
    this.state = 'closed';
  }

  // --- what a segment says of others

  private repeats(s: Segment, own: End): boolean {
    if (s.length === 0 || before(own.next, s.end)) return false;
    this.note('pkt_retransmission');
    return true;
  }

  /** Whether what a segment acknowledges may have been said. @param other who said it */
  private ackFits(other: End, s: Segment): boolean {
    if ((s.flags & TCP_ACK) === 0) return true;
    const old = before(s.ack, other.taken);
    if (old && (other.room === 0 || !before(s.ack, plus(other.taken, -other.room)))) return true;
    if (!old && (s.ack === other.taken || notAfter(s.ack, other.limit))) return true;
    const refuses = this.state === 'synSent' && s.dir === 1 && (s.flags & TCP_RST) !== 0;
    if (refuses && this.asked.some((seq) => s.ack === plus(seq, 1))) return true;
    this.note('pkt_invalid_ack');
    return false;
  }

  /** A reset counts where it stands at the place that comes next (RFC 9293, 3.5.3), as most systems take it. */
  private resetFits(s: Segment): boolean {
    const own = this.ends[s.dir];
    const other = this.ends[s.dir ^ 1]!;
    if (this.stamps && !this.stampFits(s)) return false;
    if (s.length > 0) this.note('rst_with_data');
    if (s.ack !== 0 && !this.ackFits(other, s)) {
      this.note('rst_invalid_ack');
      return false;
    }
    if (s.signed) other.wasReset = true;
    return s.seq === own.next || this.state === 'synSent';
  }

  private stampOf(end: End, s: Segment): void {
    end.hasStamp = s.stamp !== null;
    end.stamp = s.stamp ?? 0;
    end.stampSeconds = s.seconds;
  }

  /** Protection against wrapped numbers (RFC 7323, 5): a timestamp does not go back. */
  private stampFits(s: Segment): boolean {
    const own = this.ends[s.dir];
    if (!this.stamps || s.stamp === null) return true;
    const old = s.seconds > own.stampSeconds + OLD_SECONDS;
    const unset = own.stamp === 0 && s.seq === own.next;
    if (unset || !before(s.stamp, own.stamp) || (old && s.seq === own.next)) return true;
    this.note('pkt_invalid_timestamp');
    return false;
  }

  private keepStamp(own: End, s: Segment): void {
    if (!this.stamps || s.stamp === null) return;
    // Of segments that were sent later none counts before those that came first are there (RFC 7323, 4.3).
    if (notAfter(s.seq, own.taken) && (!before(s.stamp, own.stamp) || own.stamp === 0)) own.stamp = s.stamp;
    own.stampSeconds = s.seconds;
  }
}

/** Whether an answer repeats the timestamp that was asked with. */
function echoFits(client: End, s: Segment): boolean {
  if (s.echo === 0) return true;
  return client.hasStamp && (client.stamp === 0 || s.echo === client.stamp);
}

function lastAckOddity(s: Segment, own: End, fits: boolean, repeated: boolean): string | null {
  if (!fits) return 'lastack_invalid_ack';
  return repeated || notAfter(s.seq, plus(own.next, 1)) ? null : 'lastack_ack_wrong_seq';
}

function timeWaitOddity(s: Segment, own: End, fits: boolean, repeated: boolean): string | null {
  const other = plus(own.next, s.dir === 0 ? 1 : -1);
  const rest = s.dir === 1 && s.length > 0 && s.seq === own.taken;
  if (!repeated && s.seq !== own.next && s.seq !== other && !rest) return 'timewait_ack_wrong_seq';
  return fits ? null : 'timewait_invalid_ack';
}
