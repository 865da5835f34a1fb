// Numbers that applications tell, as rules ask for them.
import type { BufferSide } from './builder.ts';
import { TRANSFERS } from './run/apps/ftp-data.ts';

export interface FieldKeyword {
  readonly name: string;
  readonly applications: readonly string[];
  readonly side: BufferSide;
  /** Words that stand for numbers, in small letters. */
  readonly words: ReadonlyMap<string, number>;
}

const [S, C, B] = ['toServer', 'toClient', 'both'] as const;
const words = (list: string, from = 0): Readonly<Record<string, number>> =>
  Object.fromEntries(list.split(' ').flatMap((w, i) => (w === '-' ? [] : [[w, i + from]])));

/** RFC 1035, 3596, 4034, 6698, 9460 and IANA's table. */
export const RR_TYPES: Readonly<Record<string, number>> = {
  a: 1,
  ns: 2,
  cname: 5,
  soa: 6,
  null: 10,
  wks: 11,
  ptr: 12,
  hinfo: 13,
  minfo: 14,
  mx: 15,
  txt: 16,
  rp: 17,
  afsdb: 18,
  x25: 19,
  isdn: 20,
  rt: 21,
  sig: 24,
  key: 25,
  aaaa: 28,
  loc: 29,
  srv: 33,
  naptr: 35,
  kx: 36,
  cert: 37,
  a6: 38,
  dname: 39,
  opt: 41,
  apl: 42,
  ds: 43,
  sshfp: 44,
  ipseckey: 45,
  rrsig: 46,
  nsec: 47,
  dnskey: 48,
  dhcid: 49,
  nsec3: 50,
  nsec3param: 51,
  tlsa: 52,
  smimea: 53,
  hip: 55,
  cds: 59,
  cdnskey: 60,
  openpgpkey: 61,
  csync: 62,
  svcb: 64,
  https: 65,
  spf: 99,
  tkey: 249,
  tsig: 250,
  ixfr: 251,
  axfr: 252,
  any: 255,
  uri: 256,
  caa: 257,
};
const RCODES = words(
  'noerror formerr servfail nxdomain notimp refused yxdomain yxrrset nxrrset notauth notzone - - - - - badvers badkey ' +
    'badtime badmode badname badalg badtrunc badcookie',
);
/** MQTT 5.0, 2.1.2. */
const MQTT_TYPES = words(
  'connect connack publish puback pubrec pubrel pubcomp subscribe suback unsubscribe unsuback pingreq pingresp ' +
    'disconnect auth',
  1,
);
/** RFC 4511: tags of protocol operations. */
const LDAP_OPERATIONS: Readonly<Record<string, number>> = {
  bind_request: 0,
  bind_response: 1,
  unbind_request: 2,
  search_request: 3,
  search_result_entry: 4,
  search_result_done: 5,
  modify_request: 6,
  modify_response: 7,
  add_request: 8,
  add_response: 9,
  del_request: 10,
  del_response: 11,
  mod_dn_request: 12,
  mod_dn_response: 13,
  compare_request: 14,
  compare_response: 15,
  abandon_request: 16,
  search_result_reference: 19,
  extended_request: 23,
  extended_response: 24,
  intermediate_response: 25,
};
/** RFC 9113, 6 and 7. */
const HTTP2_FRAMES = words(
  'data headers priority rst_stream settings push_promise ping goaway window_update continuation',
);
const HTTP2_ERRORS = words(
  'no_error protocol_error internal_error flow_control_error settings_timeout stream_closed frame_size_error ' +
    'refused_stream cancel compression_error connect_error enhance_your_calm inadequate_security http_1_1_required',
);
/** RFC 6455, 11.8. */
const WEBSOCKET_OPCODES: Readonly<Record<string, number>> = {
  continuation: 0,
  text: 1,
  binary: 2,
  connection_close: 8,
  close: 8,
  ping: 9,
  pong: 10,
};
/** RFC 1813. */
const SNMP_PDUS = words(
  'get_request get_next_request response set_request trap_v1 get_bulk_request inform_request trap_v2 report',
);
const TLS_VERSIONS: Readonly<Record<string, number>> = { '1.0': 0x301, '1.1': 0x302, '1.2': 0x303, '1.3': 0x304 };

/** ODVA's EtherNet/IP specification, encapsulation commands. */
const ENIP_COMMANDS: Readonly<Record<string, number>> = {
  nop: 0,
  list_services: 4,
  list_identity: 0x63,
  list_interfaces: 0x64,
  register_session: 0x65,
  unregister_session: 0x66,
  send_rr_data: 0x6f,
  send_unit_data: 0x70,
  indicate_status: 0x72,
  cancel: 0x73,
};

type Row = readonly [name: string, side: BufferSide, words?: Readonly<Record<string, number>>, ...otherNames: string[]];

const TABLE: readonly (readonly [applications: readonly string[], rows: readonly Row[]])[] = [
  [
    ['dns', 'doh2'],
    [
      ['dns.opcode', B],
      ['dns.rcode', B, RCODES],
      ['dns.rrtype', B, RR_TYPES],
    ],
  ],
  [['http1', 'http2'], [['urilen', S]]],
  [
    ['ftp'],
    [
      ['ftp.mode', B, { active: 0, passive: 1 }],
      ['ftp.dynamic_port', B],
      ['ftp.reply_received', B, { yes: 1, on: 1, true: 1, no: 0, off: 0, false: 0 }],
    ],
  ],
  [['ftp-data'], [['ftpdata_command', B, TRANSFERS]]],
  [
    ['http2', 'doh2'],
    [
      ['http2.frametype', B, HTTP2_FRAMES],
      ['http2.errorcode', B, HTTP2_ERRORS],
      ['http2.priority', S],
      ['http2.window', B],
      ['http2.size_update', B],
    ],
  ],
  [
    ['tls'],
    [
      ['tls.cert_chain_len', C],
      ['tls.version', B, TLS_VERSIONS],
    ],
  ],
  [['smb', 'dcerpc'], [['dcerpc.opnum', S, {}, 'dce_opnum']]],
  [['smb'], [['smb.version', B]]],
  [
    ['krb5'],
    [
      ['krb5_msg_type', B, { as_req: 10, as_rep: 11, tgs_req: 12, tgs_rep: 13, error: 30 }],
      ['krb5_err_code', C],
    ],
  ],
  [
    ['mqtt'],
    [
      ['mqtt.type', B, { ...MQTT_TYPES, unassigned: 0 }],
      ['mqtt.qos', B],
      ['mqtt.protocol_version', B],
      ['mqtt.reason_code', B, {}, 'mqtt.connack.return_code'],
    ],
  ],
  [
    ['ike'],
    [
      ['ike.exchtype', B],
      ['ike.key_exchange_payload_length', B],
      ['ike.nonce_payload_length', B],
    ],
  ],
  [
    ['rfb'],
    [
      ['rfb.sectype', S],
      ['rfb.secresult', C, { ok: 0, fail: 1, toomany: 2 }],
    ],
  ],
  [
    ['snmp'],
    [
      ['snmp.version', B],
      ['snmp.pdu_type', B, SNMP_PDUS],
      ['snmp.trap_type', B],
    ],
  ],
  [
    ['nfs'],
    [
      ['nfs_procedure', B],
      ['nfs_version', B, {}, 'nfs.version'],
    ],
  ],
  [
    ['enip'],
    [
      ['enip_command', B, ENIP_COMMANDS, 'enip.command'],
      ['enip.status', B],
      ['enip.identity_status', B],
      ['enip.device_type', B],
      ['enip.vendor_id', B],
      ['enip.product_code', B],
      ['enip.serial', B],
      ['enip.state', B],
      ['enip.revision', B],
      ['enip.protocol_version', B],
      ['enip.capabilities', B],
      ['enip.cip_class', B],
      ['enip.cip_instance', B],
      ['enip.cip_attribute', B],
      ['enip.cip_status', B],
      ['enip.cip_extendedstatus', B],
    ],
  ],
  [
    ['websocket'],
    [
      ['websocket.opcode', B, WEBSOCKET_OPCODES],
      ['websocket.mask', B],
    ],
  ],
  [
    ['ldap'],
    [
      ['ldap.request.operation', S, LDAP_OPERATIONS],
      ['ldap.responses.operation', C, LDAP_OPERATIONS],
      ['ldap.responses.count', C],
      ['ldap.responses.result_code', C],
    ],
  ],
  [['http1', 'http2', 'smtp', 'ftp-data', 'smb', 'nfs'], [['filesize', B]]],
];

export const FIELDS: ReadonlyMap<string, FieldKeyword> = new Map(
  TABLE.flatMap(([applications, rows]) =>
    rows.flatMap(([name, side, said, ...others]) =>
      [name, ...others].map((n): [string, FieldKeyword] => [
        n,
        { name, applications, side, words: new Map(Object.entries(said ?? {})) },
      ]),
    ),
  ),
);
