// dns.log (Zeek: base/protocols/dns). A line a question with its answer.
import { byteText } from '../talks/byte-text.ts';
import type { DnsRecord, DnsSaid } from '../talks/dns-message.ts';
import type { DnsExchange } from '../talks/dns-reader.ts';
import { dnsClassName, dnsCodeName, dnsOpcodeName, dnsTypeName } from '../talks/dns-words.ts';
import { between } from '../talks/stamp.ts';
import type { TalkEnds } from '../talks/walk.ts';
import type { Column } from './column.ts';
import { endColumns, transportWord } from './ends.ts';

export interface DnsLine {
  readonly ends: TalkEnds;
  readonly exchange: DnsExchange;
}

/** Opcodes that Zeek keeps a line of: query, notify, update. */
const LOGGED: ReadonlySet<number> = new Set([0, 4, 5]);
const OPT = 41;

/** @returns whether Zeek has a line for it */
export function isLogged({ question, answer }: DnsExchange): boolean {
  return LOGGED.has((question ?? answer)!.opcode);
}

/** What the question itself asks; an answer alone does not tell it. */
function asked({ exchange: { question } }: DnsLine): DnsSaid['questions'][number] | null {
  return question?.questions[0] ?? null;
}

function last({ exchange: { question, answer } }: DnsLine): DnsSaid {
  return (answer ?? question)!;
}

const answersOf = ({ exchange }: DnsLine): DnsSaid['answers'] =>
  exchange.answer === null ? [] : exchange.answer.answers.filter((r) => r.text !== '' && r.type !== OPT);

/** Of an answer alone whose its first record is. */
function queryOf(line: DnsLine): string | null {
  const name = asked(line)?.name ?? line.exchange.answer?.answers[0]?.name ?? null;
  return name === null ? null : small(name);
}

/** Null without records: a reply of none tells no time. */
function roundTrip(line: DnsLine): number | null {
  const { question, answered, at } = line.exchange;
  if (question === null || answered === null || answersOf(line).length === 0) return null;
  const ns = between(at, answered);
  return ns > 0 ? ns : null;
}

function rejected({ exchange: { answer } }: DnsLine): boolean {
  return answer !== null && answer.rcode !== 0 && answer.counted === 0;
}

/** Names are compared in small letters, as Zeek writes them. */
function small(name: string): string {
  return byteText(name.replace(/[A-Z]/g, (c) => c.toLowerCase()));
}

/** Texts are anybody's, all else is names. */
function answerText({ text, texts }: DnsRecord): string {
  return texts.length > 0 || /^[A-Z<]/.test(text) ? byteText(text) : small(text);
}

export const DNS: readonly Column<DnsLine>[] = [
  { name: 'ts', type: 'time', of: ({ exchange }) => exchange.at },
  ...endColumns<DnsLine>(),
  { name: 'proto', type: 'enum', of: ({ ends }) => transportWord(ends.ipProtocol) },
  { name: 'trans_id', type: 'count', of: (line) => last(line).id },
  { name: 'rtt', type: 'interval', of: roundTrip },
  { name: 'query', type: 'string', of: queryOf },
  { name: 'qclass', type: 'count', of: (line) => asked(line)?.class ?? null },
  {
    name: 'qclass_name',
    type: 'string',
    of: (line) => (asked(line) === null ? null : dnsClassName(asked(line)!.class)),
  },
  { name: 'qtype', type: 'count', of: (line) => asked(line)?.type ?? null },
  { name: 'qtype_name', type: 'string', of: (line) => (asked(line) === null ? null : dnsTypeName(asked(line)!.type)) },
  { name: 'rcode', type: 'count', of: ({ exchange: { answer } }) => answer?.rcode ?? null },
  {
    name: 'rcode_name',
    type: 'string',
    of: ({ exchange: { answer } }) => (answer === null ? null : dnsCodeName(answer.rcode)),
  },
  { name: 'AA', type: 'bool', of: (line) => answersOf(line).length > 0 && line.exchange.answer!.authoritative },
  { name: 'TC', type: 'bool', of: ({ exchange }) => exchange.question?.truncated ?? false },
  { name: 'RD', type: 'bool', of: ({ exchange }) => exchange.question?.recursionDesired ?? false },
  { name: 'RA', type: 'bool', of: (line) => answersOf(line).length > 0 && line.exchange.answer!.recursionAvailable },
  { name: 'Z', type: 'count', of: ({ exchange }) => exchange.question?.z ?? 0 },
  {
    name: 'answers',
    type: 'vector[string]',
    of: (line) => (answersOf(line).length === 0 ? null : answersOf(line).map(answerText)),
  },
  {
    name: 'TTLs',
    type: 'vector[interval]',
    of: (line) => (answersOf(line).length === 0 ? null : answersOf(line).map((r) => r.ttl * 1e9)),
  },
  { name: 'rejected', type: 'bool', of: rejected },
  { name: 'opcode', type: 'count', of: (line) => last(line).opcode },
  { name: 'opcode_name', type: 'string', of: (line) => dnsOpcodeName(last(line).opcode) },
];
