// Keywords of applications whose values are words, flags or lists of their own.
import { keyed, type Message, say } from '../../contract/index.ts';
import type { BufferSide, RuleBuilder } from './builder.ts';
import { numberOf, numberTest, type NumberTest } from './integers.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { partsOf } from './quoted.ts';
import { shown } from './syntax.ts';
import { ENCRYPTION_TYPES } from './run/apps/krb5.ts';
import { SA_ATTRIBUTES } from './run/apps/ike.ts';
import { SSL_STATES, SSL_VERSIONS } from './run/apps/tls.ts';

interface Where {
  readonly field: string;
  readonly applications: readonly string[];
  readonly side: BufferSide;
}

function ask(b: RuleBuilder, where: Where, test: NumberTest): Message | null {
  const side = where.side === 'both' ? 'either' : where.side;
  b.fields.push({ field: where.field, test, of: 'any', part: null, side });
  b.sides.add(where.side);
  return b.narrow(where.applications);
}

function wrong(keyword: string, value: string | null): Message {
  return say('rule-word', { keyword, word: shown(value ?? '') });
}

/** Names of bits, `!` before those that must not be set; or a number. */
function flags(where: Where, bits: Readonly<Record<string, number>>): ReadKeyword {
  return (b, value, keyword) => {
    const number = numberTest(value ?? '');
    if (number !== null) return ask(b, where, number);
    let [mask, set] = [0, 0];
    for (const part of partsOf(value ?? '')) {
      const not = part.startsWith('!');
      const bit = bits[(not ? part.slice(1) : part).trim().toLowerCase()];
      if (bit === undefined) return wrong(keyword, part);
      mask |= bit;
      if (!not) set |= bit;
    }
    return ask(b, where, { is: 'masked', mask, value: set, not: false });
  };
}

/** Any of several words; a `!` before the first turns all of them. */
function oneOf(where: Where, bits: Readonly<Record<string, number>>, between: RegExp): ReadKeyword {
  return (b, value, keyword) => {
    let mask = 0;
    let not: boolean | null = null;
    for (const part of (value ?? '').split(between)) {
      const word = part.trim();
      const isNot = word.startsWith('!');
      const bit = bits[(isNot ? word.slice(1) : word).trim().toLowerCase()];
      if (bit === undefined) return wrong(keyword, word);
      not ??= isNot;
      mask |= bit;
    }
    return ask(b, where, { is: 'masked', mask, value: 0, not: not !== true });
  };
}

function yesNo(where: Where): ReadKeyword {
  return (b, value, keyword) => {
    const word = (value ?? '').trim().toLowerCase();
    if (!['yes', 'true', 'no', 'false'].includes(word)) return wrong(keyword, value);
    return ask(b, where, { is: 'equal', value: word === 'yes' || word === 'true' ? 1 : 0 });
  };
}

/** Is set, and has no value. */
function bare(where: Where): ReadKeyword {
  return (b, value, keyword) =>
    value === null ? ask(b, where, { is: 'equal', value: 1 }) : say('rule-no-value', { keyword });
}

/** `2008`, `2008-05`, `2008-05-01`, `2008-05-01T10:00:00`: seconds of the beginning. */
function secondsOf(text: string): number | null {
  const form = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:[T ](\d\d)(?::(\d\d))?(?::(\d\d))?)?$/.exec(text.trim());
  if (form === null) return null;
  const [year, month = 1, day = 1, hour = 0, minute = 0, second = 0] = form
    .slice(1)
    .map((p) => (p === undefined ? undefined : Number(p)));
  return Date.UTC(year!, month - 1, day, hour, minute, second) / 1000;
}

function date(where: Where): ReadKeyword {
  return (b, value, keyword) => {
    const text = (value ?? '').trim();
    const range = text.split('<>');
    const sign = /^[<>]/.exec(text)?.[0];
    const [low, high] = (range.length === 2 ? range : [sign === undefined ? text : text.slice(1)]).map(secondsOf);
    if (low === null || low === undefined || high === null) return wrong(keyword, value);
    if (high !== undefined) return ask(b, where, { is: 'between', low, high });
    if (sign === undefined) return ask(b, where, { is: 'equal', value: low });
    return ask(b, where, { is: sign === '<' ? 'less' : 'more', value: low });
  };
}

const chosen: ReadKeyword = (b, value, keyword) => {
  const form = /^\s*([a-z_]+)\s*(!?=|[<>]=?)\s*(.+)$/.exec(value ?? '');
  const sign = form?.[2] === '=' ? '' : (form?.[2] ?? '');
  const test = form === null ? null : numberTest(`${sign}${form[3]!}`);
  if (form === null || test === null || !SA_ATTRIBUTES.has(form[1]!)) return wrong(keyword, value);
  return ask(b, { field: `ike.sa.${form[1]!}`, applications: ['ike'], side: 'both' }, test);
};

const TICKET: Where = { field: 'krb5.ticket_encryption', applications: ['krb5'], side: 'toClient' };
const ticket: ReadKeyword = (b, value, keyword) => {
  const text = (value ?? '').trim().toLowerCase();
  const not = text.startsWith('!');
  const words = (not ? text.slice(1) : text).split(/[\s,]+/).filter((w) => w !== '');
  if (words.length === 1 && words[0] === 'weak')
    return ask(b, { ...TICKET, field: 'krb5.ticket_weak' }, { is: 'equal', value: not ? 0 : 1 });
  const tests: NumberTest[] = [];
  for (const word of words) {
    const n = ENCRYPTION_TYPES[word] ?? (/^-?\d{1,9}$/.test(word) ? Number(word) : undefined);
    if (n === undefined) return wrong(keyword, word);
    tests.push({ is: 'equal', value: n });
  }
  return tests.length === 0 ? wrong(keyword, value) : ask(b, TICKET, { is: 'anyOf', tests, not });
};

/** Numbers and ranges with both of their ends, any of them. */
function listed(where: Where): ReadKeyword {
  return (b, value, keyword) => {
    const parts = partsOf(value ?? '');
    const tests: NumberTest[] = [];
    for (const part of parts) {
      const range = /^(\d{1,9})\s*-\s*(\d{1,9})$/.exec(part);
      const test: NumberTest | null =
        range === null ? numberTest(part) : { is: 'between', low: Number(range[1]) - 1, high: Number(range[2]) + 1 };
      if (test === null) return wrong(keyword, part);
      tests.push(test);
    }
    return ask(b, where, tests.length === 1 ? tests[0]! : { is: 'anyOf', tests, not: false });
  };
}

const DCERPC = ['smb', 'dcerpc'];
const iface: ReadKeyword = (b, value, keyword) => {
  const [uuid, ...rest] = partsOf(value ?? '');
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(uuid ?? '')) return wrong(keyword, value);
  let test: NumberTest = { is: 'atLeast', value: 0 };
  for (const part of rest) {
    if (part === 'any_frag') continue;
    const version = numberTest(part);
    if (version === null) return wrong(keyword, part);
    test = version;
  }
  return ask(b, { field: `dcerpc.iface.${uuid!.toLowerCase()}`, applications: DCERPC, side: 'both' }, test);
};

const CIP: Where = { field: 'enip.cip_service', applications: ['enip'], side: 'both' };
/** Service, class, attribute. */
const cipService: ReadKeyword = (b, value, keyword) => {
  const numbers = partsOf(value ?? '').map((p) => numberOf(p));
  if (numbers.length === 0 || numbers.length > 3 || numbers.some((n) => n === null)) return wrong(keyword, value);
  const fields = ['enip.cip_service', 'enip.cip_class', 'enip.cip_attribute'];
  for (const [i, n] of numbers.entries()) {
    const said = ask(b, { ...CIP, field: fields[i]! }, { is: 'equal', value: n! });
    if (said !== null) return said;
  }
  return null;
};

const secResult: ReadKeyword = (b, value, keyword) => {
  const where: Where = { field: 'rfb.secresult', applications: ['rfb'], side: 'toClient' };
  const text = (value ?? '').trim().toLowerCase();
  if (text === 'unknown') return ask(b, where, { is: 'more', value: 2 });
  const words = new Map([
    ['ok', 0],
    ['fail', 1],
    ['toomany', 2],
  ]);
  const test = numberTest(text, words);
  return test === null ? wrong(keyword, value) : ask(b, where, test);
};

/** RFC 9113, 6.5.2. */
const SETTINGS: Readonly<Record<string, number>> = keyed({
  settings_header_table_size: 1,
  settings_enable_push: 2,
  settings_max_concurrent_streams: 3,
  settings_initial_window_size: 4,
  settings_max_frame_size: 5,
  settings_max_header_list_size: 6,
});
const http2Settings: ReadKeyword = (b, value, keyword) => {
  const form = /^\s*([A-Za-z0-9_]+)\s*(.*)$/.exec(value ?? '');
  const id = SETTINGS[(form?.[1] ?? '').toLowerCase()] ?? numberOf(form?.[1] ?? '');
  const rest = form?.[2] ?? '';
  const test: NumberTest | null = rest === '' ? { is: 'atLeast', value: 0 } : numberTest(rest);
  if (id === null || test === null) return wrong(keyword, value);
  return ask(b, { field: `http2.settings.${id}`, applications: ['http2', 'doh2'], side: 'both' }, test);
};

/** Procedures of version 3 (RFC 1813) and operations of version 4 (RFC 7530) by their names. */
const NFS3 = (
  'null getattr setattr lookup access readlink read write create mkdir symlink mknod remove rmdir rename link readdir ' +
  'readdirplus fsstat fsinfo pathconf commit'
).split(' ');
const NFS4 = (
  '- - - access close commit create delegpurge delegreturn getattr getfh link lock lockt locku lookup lookupp nverify ' +
  'open openattr open_confirm open_downgrade putfh putpubfh putrootfh read readdir readlink remove rename renew ' +
  'restorefh savefh secinfo setattr setclientid setclientid_confirm verify write release_lockowner backchannel_ctl ' +
  'bind_conn_to_session exchange_id create_session destroy_session free_stateid get_dir_delegation getdeviceinfo ' +
  'getdevicelist layoutcommit layoutget layoutreturn secinfo_no_name sequence set_ssv test_stateid want_delegation ' +
  'destroy_clientid reclaim_complete'
).split(' ');
const nfsProcedure: ReadKeyword = (b, value, keyword) => {
  const where: Where = { field: 'nfs_procedure', applications: ['nfs'], side: 'both' };
  const text = (value ?? '').trim().toLowerCase();
  const range = /^(\d{1,9})\s*(?:-|<>)\s*(\d{1,9})$/.exec(text);
  if (range !== null) return ask(b, where, { is: 'between', low: Number(range[1]) - 1, high: Number(range[2]) + 1 });
  const number = numberTest(text);
  if (number !== null) return ask(b, where, number);
  const tests: NumberTest[] = [];
  for (const [version, names] of [
    [3, NFS3],
    [4, NFS4],
  ] as const)
    if (names.includes(text)) tests.push({ is: 'equal', value: version * 1_000 + names.indexOf(text) });
  if (tests.length === 0) return wrong(keyword, value);
  return ask(b, { ...where, field: 'nfs_procedure.by_version' }, { is: 'anyOf', tests, not: false });
};

export const VALUE_KEYWORDS: KeywordTable = {
  'mqtt.flags': flags({ field: 'mqtt.flags', applications: ['mqtt'], side: 'both' }, { dup: 8, retain: 1 }),
  'mqtt.connect.flags': flags(
    { field: 'mqtt.connect.flags', applications: ['mqtt'], side: 'both' },
    { username: 0x80, password: 0x40, will_retain: 0x20, will: 4, clean_session: 2 },
  ),
  'mqtt.connack.session_present': yesNo({
    field: 'mqtt.connack.session_present',
    applications: ['mqtt'],
    side: 'both',
  }),
  'websocket.flags': flags(
    { field: 'websocket.flags', applications: ['websocket'], side: 'both' },
    { fin: 0x80, comp: 0x40, res: 0x20 },
  ),
  'ike.chosen_sa_attribute': chosen,
  'krb5.ticket_encryption': ticket,
  ssl_version: oneOf({ field: 'ssl_version', applications: ['tls'], side: 'both' }, SSL_VERSIONS, /,/),
  ssl_state: oneOf({ field: 'ssl_state', applications: ['tls'], side: 'both' }, SSL_STATES, /\|/),
  tls_cert_notbefore: date({ field: 'tls.cert_notbefore', applications: ['tls'], side: 'toClient' }),
  tls_cert_notafter: date({ field: 'tls.cert_notafter', applications: ['tls'], side: 'toClient' }),
  tls_cert_expired: bare({ field: 'tls.cert_expired', applications: ['tls'], side: 'toClient' }),
  tls_cert_valid: bare({ field: 'tls.cert_valid', applications: ['tls'], side: 'toClient' }),
  'dcerpc.iface': iface,
  dce_iface: iface,
  'dcerpc.opnum': listed({ field: 'dcerpc.opnum', applications: DCERPC, side: 'both' }),
  dce_opnum: listed({ field: 'dcerpc.opnum', applications: DCERPC, side: 'both' }),
  nfs_procedure: nfsProcedure,
  cip_service: cipService,
  'enip.cip_service': cipService,
  'rfb.secresult': secResult,
  'http2.settings': http2Settings,
};
