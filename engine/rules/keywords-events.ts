// `app-layer-event`: what readers of applications say is not as it should be.
import { say } from '../../contract/index.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { shown } from './syntax.ts';

/** The older names of two of them are still in rules. */
const DNS_EVENTS =
  'malformed_data not_request not_response not_a_request not_a_response z_flag_set invalid_opcode name_too_long ' +
  'infinite_loop too_many_labels invalid_additionals invalid_authorities';

/** Events that readers tell, by application. A rule that asks for another one is refused by name. */
const EVENTS: Readonly<Record<string, readonly [applications: readonly string[], events: string]>> = {
  mqtt: [
    ['mqtt'],
    'double_connect invalid_qos_level missing_connect missing_publish missing_subscribe missing_unsubscribe ' +
      'too_many_transactions unassigned_msg_type unintroduced_message malformed_traffic',
  ],
  http: [
    ['http1'],
    'double_encoded_uri request_chunk_extension request_auth_unrecognized too_many_encoding_layers ' +
      'request_field_too_long response_field_too_long',
  ],
  http2: [['http2', 'doh2'], 'authority_host_mismatch'],
  dns: [['dns'], DNS_EVENTS],
  mdns: [['mdns'], DNS_EVENTS],
  llmnr: [['llmnr'], DNS_EVENTS],
  ftp: [['ftp'], 'request_command_too_long response_command_too_long'],
  smtp: [
    ['smtp'],
    'invalid_reply no_server_welcome_message data_command_rejected tls_rejected max_command_line_len_exceeded ' +
      'max_reply_line_len_exceeded mime_long_boundary',
  ],
  sip: [['sip'], 'invalid_data'],
  rfb: [['rfb'], 'malformed_message confused_state unknown_security_result unimplemented_security_type'],
  ssh: [['ssh'], 'invalid_banner long_banner invalid_record'],
  ike: [['ike'], 'malformed_data payload_extra_data_none'],
  krb5: [['krb5'], 'malformed_data weak_encryption'],
  snmp: [['snmp'], 'malformed_data unknown_security_model'],
  ldap: [['ldap'], 'invalid_data too_many_transactions request_not_found'],
};

const event: ReadKeyword = (b, value, keyword) => {
  const said = (value ?? '').trim().toLowerCase();
  const [application = '', name = ''] = said.split('.');
  const known = Object.hasOwn(EVENTS, application) ? EVENTS[application] : undefined;
  if (known === undefined || !known[1].split(' ').includes(name))
    return say('rule-word', { keyword, word: shown(said) });
  b.fields.push({ field: `event.${said}`, test: { is: 'atLeast', value: 1 }, of: 'any', part: null, side: 'either' });
  return b.narrow(known[0]);
};

export const EVENT_KEYWORDS: KeywordTable = { 'app-layer-event': event };
