// Buffers that rules name: of which applications they are, of which side, and what they were called before.
import type { BufferSide } from './builder.ts';

export interface BufferKeyword {
  /** As rules of today write it; the name under which an application's reader gives it. */
  readonly name: string;
  /** Applications that have it; empty where every packet may. */
  readonly applications: readonly string[];
  readonly side: BufferSide;
}

type Row = readonly [name: string, side: BufferSide, ...otherNames: string[]];

const HTTP = ['http1', 'http2', 'doh2'];
const [S, C, B] = ['toServer', 'toClient', 'both'] as const;

/** Applications, and their buffers. */
const TABLE: readonly (readonly [applications: readonly string[], rows: readonly Row[]])[] = [
  [
    HTTP,
    [
      ['http.uri', S],
      ['http.uri.raw', S],
      ['http.method', S],
      ['http.protocol', B],
      ['http.request_body', S],
      ['http.header', B],
      ['http.header.raw', B],
      ['http.request_header', S],
      ['http.response_header', C],
      ['http.cookie', B],
      ['http.user_agent', S],
      ['http.host', S],
      ['http.host.raw', S],
      ['http.accept', S, 'http_accept'],
      ['http.accept_enc', S, 'http_accept_enc'],
      ['http.accept_lang', S, 'http_accept_lang'],
      ['http.referer', S, 'http_referer'],
      ['http.connection', B, 'http_connection'],
      ['http.content_type', B, 'http_content_type'],
      ['http.content_len', B, 'http_content_len'],
      ['http.header_names', B, 'http_header_names'],
      ['http.stat_code', C],
      ['http.stat_msg', C],
      ['http.response_body', C],
      ['http.server', C],
      ['http.location', C],
    ],
  ],
  [
    ['http1'],
    [
      ['http.request_line', S, 'http_request_line'],
      ['http.response_line', C, 'http_response_line'],
      ['http.start', B, 'http_start'],
    ],
  ],
  [['http2', 'doh2'], [['http2.header_name', B, 'http2_header_name']]],
  [
    ['http1', 'http2', 'smtp', 'ftp-data', 'smb', 'nfs', 'ftp'],
    [
      ['file.data', B, 'file_data'],
      ['file.name', B],
    ],
  ],
  [
    ['dns', 'doh2'],
    [
      ['dns.query', S, 'dns_query'],
      ['dns.queries.rrname', B, 'dns.query.name'],
      ['dns.answers.rrname', C, 'dns.answer.name'],
      ['dns.authorities.rrname', C],
      ['dns.additionals.rrname', B],
      ['dns.response.rrname', C],
    ],
  ],
  [
    ['mdns'],
    [
      ['mdns.queries.rrname', B],
      ['mdns.answers.rrname', B],
      ['mdns.authorities.rrname', B],
      ['mdns.additionals.rrname', B],
      ['mdns.response.rrname', B],
    ],
  ],
  [
    ['llmnr'],
    [
      ['llmnr.queries.rrname', B],
      ['llmnr.answers.rrname', B],
      ['llmnr.authorities.rrname', B],
      ['llmnr.additionals.rrname', B],
      ['llmnr.response.rrname', B],
    ],
  ],
  [
    ['tls', 'quic'],
    [
      ['tls.sni', S, 'tls_sni'],
      ['ja3.hash', S, 'ja3_hash'],
      ['ja3.string', S],
      ['ja3s.hash', C],
      ['ja3s.string', C],
      ['ja4.hash', S],
    ],
  ],
  [
    ['tls'],
    [
      ['tls.cert_subject', B, 'tls_cert_subject', 'tls.subject'],
      ['tls.cert_issuer', B, 'tls_cert_issuer', 'tls.issuerdn'],
      ['tls.cert_serial', B, 'tls_cert_serial'],
      ['tls.cert_fingerprint', B, 'tls_cert_fingerprint', 'tls.fingerprint'],
      ['tls.certs', B],
      ['tls.subjectaltname', B],
      ['tls.alpn', B],
      ['tls.random', B],
      ['tls.random_time', B],
      ['tls.random_bytes', B],
    ],
  ],
  [
    ['quic'],
    [
      ['quic.version', B],
      ['quic.sni', S],
      ['quic.ua', S],
      ['quic.cyu.hash', S],
      ['quic.cyu.string', S],
    ],
  ],
  [
    ['ssh'],
    [
      ['ssh.proto', B, 'ssh_proto', 'ssh.protoversion'],
      ['ssh.software', B, 'ssh_software', 'ssh.softwareversion'],
      ['ssh.hassh', S],
      ['ssh.hassh.string', S],
      ['ssh.hassh.server', C],
      ['ssh.hassh.server.string', C],
    ],
  ],
  [['smb', 'dcerpc'], [['dcerpc.stub_data', B, 'dce_stub_data']]],
  [
    ['smb'],
    [
      ['smb.named_pipe', S, 'smb_named_pipe'],
      ['smb.share', S, 'smb_share'],
      ['smb.ntlmssp_user', S],
      ['smb.ntlmssp_domain', S],
    ],
  ],
  [
    ['ftp'],
    [
      ['ftp.command', S],
      ['ftp.command_data', S],
      ['ftp.reply', C],
      ['ftp.completion_code', C],
    ],
  ],
  [
    ['smtp'],
    [
      ['smtp.helo', S],
      ['smtp.mail_from', S],
      ['smtp.rcpt_to', S],
      ['email.from', S],
      ['email.to', S],
      ['email.cc', S],
      ['email.subject', S],
      ['email.date', S],
      ['email.message_id', S],
      ['email.x_mailer', S],
      ['email.body_md5', S],
      ['email.url', S],
      ['email.received', S],
    ],
  ],
  [
    ['krb5'],
    [
      ['krb5.cname', C, 'krb5_cname'],
      ['krb5.sname', C, 'krb5_sname'],
    ],
  ],
  [
    ['sip'],
    [
      ['sip.method', S],
      ['sip.uri', S],
      ['sip.request_line', S],
      ['sip.stat_code', C],
      ['sip.stat_msg', C],
      ['sip.response_line', C],
      ['sip.protocol', B],
      ['sip.from', B],
      ['sip.to', B],
      ['sip.via', B],
      ['sip.user_agent', B],
      ['sip.content_type', B],
      ['sip.content_length', B],
      ['sdp.session_name', B],
      ['sdp.session_info', B],
      ['sdp.origin', B],
      ['sdp.uri', B],
      ['sdp.email', B],
      ['sdp.phone_number', B],
      ['sdp.connection_data', B],
      ['sdp.bandwidth', B],
      ['sdp.time', B],
      ['sdp.repeat_time', B],
      ['sdp.timezone', B],
      ['sdp.encryption_key', B],
      ['sdp.attribute', B],
      ['sdp.media.media', B],
      ['sdp.media.media_info', B],
      ['sdp.media.session_info', B],
      ['sdp.media.connection_data', B],
      ['sdp.media.encryption_key', B],
    ],
  ],
  [
    ['mqtt'],
    [
      ['mqtt.connect.clientid', S],
      ['mqtt.connect.username', S],
      ['mqtt.connect.password', S],
      ['mqtt.connect.willtopic', S],
      ['mqtt.connect.willmessage', S],
      ['mqtt.connect.protocol_string', S],
      ['mqtt.publish.topic', B],
      ['mqtt.publish.message', B],
      ['mqtt.subscribe.topic', S],
      ['mqtt.unsubscribe.topic', S],
    ],
  ],
  [
    ['ike'],
    [
      ['ike.init_spi', B],
      ['ike.resp_spi', B],
      ['ike.vendor', B],
      ['ike.key_exchange_payload', B],
      ['ike.nonce_payload', B],
    ],
  ],
  [['rfb'], [['rfb.name', C]]],
  [
    ['snmp'],
    [
      ['snmp.community', B],
      ['snmp.usm', B],
      ['snmp.trap_oid', B],
      ['snmp.trap_address', B],
    ],
  ],
  [
    ['enip'],
    [
      ['enip.product_name', C],
      ['enip.service_name', C],
    ],
  ],
  [['websocket'], [['websocket.payload', B]]],
  [
    ['ldap'],
    [
      ['ldap.request.dn', S],
      ['ldap.responses.dn', C],
      ['ldap.request.attribute_type', S],
      ['ldap.responses.attribute_type', C],
      ['ldap.responses.message', C],
    ],
  ],
  [
    [],
    [
      ['ipv4.hdr', B],
      ['ipv6.hdr', B],
      ['tcp.hdr', B],
      ['udp.hdr', B],
      ['icmpv4.hdr', B],
      ['icmpv6.hdr', B],
      ['ether.hdr', B],
      ['sctp.hdr', B],
      ['sctp.chunk_data', B],
    ],
  ],
];

/** By every name that a sticky buffer has. */
export const BUFFERS: ReadonlyMap<string, BufferKeyword> = new Map(
  TABLE.flatMap(([applications, rows]) =>
    rows.flatMap(([name, side, ...others]) =>
      [name, ...others].map((said): [string, BufferKeyword] => [said, { name, applications, side }]),
    ),
  ),
);

/** Buffers of a packet's headers: rules that ask for them are asked packet by packet. */
export const PACKET_BUFFERS: ReadonlySet<string> = new Set(TABLE.at(-1)![1].map(([name]) => name));

/** Old modifiers that stand behind their content. */
const MODIFIERS: Readonly<Record<string, string>> = {
  http_uri: 'http.uri',
  http_raw_uri: 'http.uri.raw',
  http_method: 'http.method',
  http_client_body: 'http.request_body',
  http_server_body: 'http.response_body',
  http_header: 'http.header',
  http_raw_header: 'http.header.raw',
  http_cookie: 'http.cookie',
  http_user_agent: 'http.user_agent',
  http_host: 'http.host',
  http_raw_host: 'http.host.raw',
  http_stat_code: 'http.stat_code',
  http_stat_msg: 'http.stat_msg',
};
export const BUFFER_MODIFIERS: ReadonlyMap<string, BufferKeyword> = new Map(
  Object.entries(MODIFIERS).map(([said, name]) => [said, BUFFERS.get(name)!]),
);

/** Letters of `pcre` that name a buffer. */
const LETTERS: Readonly<Record<string, string>> = {
  U: 'http.uri',
  I: 'http.uri.raw',
  P: 'http.request_body',
  Q: 'http.response_body',
  H: 'http.header',
  D: 'http.header.raw',
  M: 'http.method',
  C: 'http.cookie',
  S: 'http.stat_code',
  Y: 'http.stat_msg',
  V: 'http.user_agent',
  W: 'http.host',
};

export function bufferOfLetter(letter: string): BufferKeyword | null {
  const name = LETTERS[letter];
  return name === undefined ? null : BUFFERS.get(name)!;
}
