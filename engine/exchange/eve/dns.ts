// EVE's `dns`, version 3: a question and its answer are an event each.
import type { DnsQuestion, DnsRecord, DnsSaid } from '../talks/dns-message.ts';
import { dnsCodeName, dnsTypeName } from '../talks/dns-words.ts';
import { type EveEvent, eveText, type EveValue } from './event.ts';

const OPT = 41;

function question({ name, type }: DnsQuestion): EveValue {
  return { rrname: eveText(name), rrtype: dnsTypeName(type) };
}

function record(r: DnsRecord): EveValue[] {
  const base = { rrname: eveText(r.name), rrtype: dnsTypeName(r.type), ttl: r.ttl };
  if (r.type === OPT) return [];
  // Each string of a text is a record of its own.
  if (r.texts.length > 0) return r.texts.map((text) => ({ ...base, rdata: eveText(text) }));
  const known = r.text !== '' && !r.text.startsWith('<unknown');
  return [known ? { ...base, rdata: eveText(r.text) } : base];
}

/** @param place of the exchange in its flow */
export function dnsMembers(said: DnsSaid, place: number): EveEvent {
  const list = (records: readonly DnsRecord[]): readonly EveValue[] | undefined => {
    const told = records.flatMap(record);
    return told.length === 0 ? undefined : told;
  };
  const on = (bit: boolean): true | undefined => (bit ? true : undefined);
  const answer: EveEvent = !said.isAnswer
    ? {}
    : {
        flags: said.flags.toString(16),
        qr: true,
        aa: on(said.authoritative),
        tc: on(said.truncated),
        ra: on(said.recursionAvailable),
        rcode: dnsCodeName(said.rcode),
      };
  return {
    app_proto: 'dns',
    dns: {
      version: 3,
      type: said.isAnswer ? 'response' : 'request',
      tx_id: place,
      id: said.id,
      opcode: said.opcode,
      ...answer,
      rd: on(said.recursionDesired),
      z: on((said.z & 4) !== 0),
      queries: said.questions.length === 0 ? undefined : said.questions.map(question),
      answers: list(said.answers),
      authorities: list(said.authorities),
      additionals: list(said.additionals),
    },
  };
}
