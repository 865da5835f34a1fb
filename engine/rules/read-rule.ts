// From a line of a rule file to a signature, or to the name of what is wrong with it.
import { keyed, type Message, say } from '../../contract/index.ts';
import { RuleBuilder, type StepList } from './builder.ts';
import { PACKET_BUFFERS } from './buffers.ts';
import type { KeywordTable } from './keyword.ts';
import { APPLICATIONS } from './applications.ts';
import { priorityOf } from './classes.ts';
import type { RuleChoices } from './choosing.ts';
import { APP_KEYWORDS } from './keywords-app.ts';
import { BYTE_KEYWORDS } from './keywords-bytes.ts';
import { EVENT_KEYWORDS } from './keywords-events.ts';
import { FILE_KEYWORDS } from './keywords-files.ts';
import { FLOW_KEYWORDS } from './keywords-flow.ts';
import { HEADER_KEYWORDS } from './keywords-header.ts';
import { META_KEYWORDS } from './keywords-meta.ts';
import { PAYLOAD_KEYWORDS } from './keywords-payload.ts';
import { VALUE_KEYWORDS } from './keywords-values.ts';
import { PlaceBook } from './place-book.ts';
import type { RuleVariables } from './places.ts';
import { isRelative } from './inspect.ts';
import { tooMuchToPlace } from './pattern.ts';
import type { BufferTest, Signature, Step, Transport } from './signature.ts';
import { type RuleText, rulesIn, MAX_RULE } from './source.ts';
import { ruleForm, type RuleForm, shown } from './syntax.ts';

/** Every keyword that is known, by its name. */
export const KEYWORDS: KeywordTable = {
  ...META_KEYWORDS,
  ...PAYLOAD_KEYWORDS,
  ...BYTE_KEYWORDS,
  ...FLOW_KEYWORDS,
  ...HEADER_KEYWORDS,
  ...APP_KEYWORDS,
  ...VALUE_KEYWORDS,
  ...EVENT_KEYWORDS,
  ...FILE_KEYWORDS,
};

const TRANSPORTS: Readonly<Record<string, Transport>> = keyed({
  ip: 'ip',
  ipv4: 'ip',
  ipv6: 'ip',
  any: 'any',
  tcp: 'tcp',
  'tcp-pkt': 'tcp-pkt',
  'tcp-stream': 'tcp-stream',
  udp: 'udp',
  icmp: 'icmp',
  icmpv4: 'icmp',
  icmpv6: 'icmp',
  sctp: 'sctp',
  pkthdr: 'pkthdr',
  arp: 'arp',
  ether: 'ether',
});
/** Applications that stand on one transport alone. */
const OVER_TCP = new Set([
  'http1',
  'http2',
  'doh2',
  'tls',
  'ssh',
  'smb',
  'ftp',
  'ftp-data',
  'smtp',
  'mqtt',
  'rfb',
  'websocket',
]);
const OVER_UDP = new Set(['quic', 'mdns', 'snmp', 'ike', 'tftp', 'ntp', 'dhcp']);

/** What stands for bytes that are no UTF-8: a pattern with it would look for something else. */
const DAMAGED = '\ufffd';
/** Keywords whose values are only told. */
const TOLD = new Set(['msg', 'metadata', 'reference']);

/** A rule that is not used, and why. */
export interface RefusedRule {
  readonly file: string;
  readonly line: number;
  readonly sid: number | null;
  readonly why: Message;
}
export interface RuleSet {
  readonly rules: readonly Signature[];
  readonly refused: readonly RefusedRule[];
}

/**
 * Reads all rules of a file's text; those of several files come together in `rulesTogether`.
 * @param file its name @param choices which of them are asked and how they are changed before
 */
export function readRules(
  text: string,
  file: string,
  variables: RuleVariables,
  choices: RuleChoices | null = null,
): RuleSet {
  const rules: Signature[] = [];
  const refused: RefusedRule[] = [];
  const places = new PlaceBook(variables);
  for (const written of rulesIn(text, choices?.enables === true)) {
    const chosen = choices === null ? { rule: written, changedBy: null } : choices.chosen(written, file);
    if (chosen === null) continue;
    const { rule, changedBy } = chosen;
    const read = readRule(rule, file, places);
    if ('say' in read) {
      const why = changedBy === null ? read : say('rule-changed', { ...changedBy, why: read });
      refused.push({ file, line: rule.line, sid: sidOf(written.text), why });
    } else rules.push(read);
  }
  return { rules, refused };
}

/** The id of a rule that could not be read, as far as it says one. */
function sidOf(text: string): number | null {
  const found = /[;(]\s*sid\s*:\s*(\d{1,10})\s*;/.exec(text);
  return found === null ? null : Number(found[1]);
}

export function readRule(rule: RuleText, file: string, book: PlaceBook): Signature | Message {
  if (rule.tooLong) return say('rule-too-long', { max: MAX_RULE });
  const form = ruleForm(rule.text);
  if ('say' in form) return form;
  const b = new RuleBuilder();
  const header = headerOf(form, b);
  if ('say' in header) return header;
  for (const { name, value } of form.options) {
    const read = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    if (read === undefined) return say('rule-keyword', { keyword: shown(name) });
    if (value !== null && value.includes(DAMAGED) && !TOLD.has(name)) return say('rule-not-utf8', { keyword: name });
    const wrong = read(b, value, name);
    if (wrong !== null) return wrong;
  }
  const places = placesOf(form, book);
  if ('say' in places) return places;
  if (b.sid === 0) return say('rule-no-sid');
  return signatureOf(rule, file, form, b, header, places);
}

interface Header {
  readonly transport: Transport;
  /** Of `dns:request_complete` and its like: when it is asked. */
  readonly hook: string | null;
}

function headerOf(form: RuleForm, b: RuleBuilder): Header | Message {
  const [protocol, hook = null] = form.protocol.split(':');
  const transport = TRANSPORTS[protocol!];
  if (transport !== undefined) return { transport, hook };
  const applications = APPLICATIONS[protocol!];
  if (applications === undefined) return say('rule-protocol', { protocol: shown(form.protocol) });
  const wrong = b.narrow(applications);
  return wrong ?? { transport: 'any', hook };
}

interface Places {
  readonly source: Signature['source'];
  readonly sourcePort: Signature['sourcePort'];
  readonly destination: Signature['destination'];
  readonly destinationPort: Signature['destinationPort'];
}

function placesOf(form: RuleForm, places: PlaceBook): Places | Message {
  const source = places.addresses(form.source);
  if ('say' in source) return source;
  const sourcePort = places.ports(form.sourcePort);
  if ('say' in sourcePort) return sourcePort;
  const destination = places.addresses(form.destination);
  if ('say' in destination) return destination;
  const destinationPort = places.ports(form.destinationPort);
  if ('say' in destinationPort) return destinationPort;
  return { source, sourcePort, destination, destinationPort };
}

function signatureOf(
  rule: RuleText,
  file: string,
  form: RuleForm,
  b: RuleBuilder,
  header: Header,
  places: Places,
): Signature | Message {
  const empty = b.lists.find((l) => l.steps.length === 0 && l.absent !== 'yes');
  if (empty !== undefined) return say('rule-empty-buffer', { buffer: empty.buffer ?? '' });
  for (const { steps } of [b.payload, ...b.lists]) {
    const wrong = unplaceable(steps);
    if (wrong !== null) return wrong;
  }
  const applications = b.applications ?? [];
  const isApplication = applications.length > 0 && b.lists.some((l) => !PACKET_BUFFERS.has(l.buffer ?? ''));
  if (isApplication && b.packetTests.some((t) => t.keyword === 'dsize'))
    return say('rule-not-together', { one: 'dsize', other: b.lists[0]!.buffer ?? '' });
  const transaction = form.direction === '=>';
  if (!transaction && b.sides.has('toServer') && b.sides.has('toClient')) return say('rule-two-sides');
  const side = sideOf(b);
  if (side !== 'both' && b.flow.direction === 'both' && !transaction) b.flow.direction = side;
  else if (side !== 'both' && b.flow.direction !== side && !transaction) return say('rule-other-side');
  return {
    action: form.action,
    protocol: form.protocol,
    transport: transportOf(header.transport, applications),
    applications,
    bothWays: form.direction === '<>',
    transaction,
    ...places,
    sid: b.sid,
    gid: b.gid,
    rev: b.rev,
    msg: b.msg,
    classtype: b.classtype,
    priority: b.priority ?? priorityOf(b.classtype),
    references: exact(b.references),
    metadata: exact(b.metadata),
    target: b.target,
    flow: b.flow,
    packetTests: exact(b.packetTests),
    payload: exact(b.payload.steps),
    buffers: exact(b.lists.map(bufferTest)),
    fields: exact(b.fields),
    bits: exact(b.bits),
    counters: exact(b.counters),
    bitChanges: exact(b.bitChanges),
    counterChanges: exact(b.counterChanges),
    threshold: b.threshold,
    // What passes is told where its author says so.
    silent: b.silent || (form.action === 'pass' && !b.aloud),
    bypass: b.bypass,
    variables: b.variableCount,
    sets: exact(b.sets),
    file,
    line: rule.line,
    text: rule.text,
  };
}

/** A pattern that takes too long to be found is no pattern to stand relative to. */
function unplaceable(steps: readonly Step[]): Message | null {
  const last = steps.findLastIndex((s) => isRelative(s));
  for (const s of steps.slice(0, Math.max(0, last))) {
    const wrong = s.step === 'pcre' && !s.negated ? tooMuchToPlace(s.pattern) : null;
    if (wrong !== null) return wrong;
  }
  return null;
}

const NONE: readonly never[] = [];

/** A list without the room in which it grew: a set has a million of them, most of them empty. */
function exact<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? NONE : list.slice();
}

function bufferTest(list: StepList): BufferTest {
  return {
    buffer: list.buffer!,
    transforms: exact(list.transforms),
    steps: exact(list.steps),
    absent: list.absent,
    side: list.side,
  };
}

function sideOf(b: RuleBuilder): 'toServer' | 'toClient' | 'both' {
  if (b.sides.has('toServer')) return 'toServer';
  return b.sides.has('toClient') ? 'toClient' : 'both';
}

function transportOf(said: Transport, applications: readonly string[]): Transport {
  if (said !== 'any' || applications.length === 0) return said;
  if (applications.every((a) => OVER_TCP.has(a))) return 'tcp';
  return applications.every((a) => OVER_UDP.has(a)) ? 'udp' : 'any';
}
