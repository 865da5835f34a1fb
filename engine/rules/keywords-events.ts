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
      'request_field_too_long response_field_too_long ' +
      'request_line_leading_whitespace method_delim_non_compliant uri_delim_non_compliant missing_host_header ' +
      'host_header_ambiguous request_header_host_invalid request_uri_host_invalid invalid_server_port_in_request ' +
      'invalid_authority_port response_invalid_protocol response_invalid_status response_abnormal_transfer_encoding ' +
      'response_chunked_old_proto abnormal_ce_header response_multipart_byteranges invalid_request_field_folding ' +
      'invalid_response_field_folding request_too_many_headers response_too_many_headers ' +
      'request_field_missing_colon response_field_missing_colon request_header_invalid response_header_invalid ' +
      'request_header_repetition response_header_repetition duplicate_content_length_field_in_request ' +
      'duplicate_content_length_field_in_response invalid_content_length_field_in_request ' +
      'invalid_content_length_field_in_response invalid_transfer_encoding_value_in_request ' +
      'invalid_transfer_encoding_value_in_response unable_to_match_response_to_request 100_continue_already_seen ' +
      'response_chunk_extension invalid_request_chunk_len invalid_response_chunk_len',
  ],
  http2: [['http2', 'doh2'], 'authority_host_mismatch'],
  dns: [['dns'], DNS_EVENTS],
  mdns: [['mdns'], DNS_EVENTS],
  llmnr: [['llmnr'], DNS_EVENTS],
  ftp: [['ftp'], 'request_command_too_long response_command_too_long file_before_port file_without_name'],
  smtp: [
    ['smtp'],
    'invalid_reply no_server_welcome_message data_command_rejected tls_rejected max_command_line_len_exceeded ' +
      'max_reply_line_len_exceeded mime_long_boundary unable_to_match_reply_with_request duplicate_fields ' +
      'mime_long_line mime_long_enc_line mime_long_header_name mime_long_header_value mime_long_filename ' +
      'mime_invalid_base64 mime_invalid_qp',
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
