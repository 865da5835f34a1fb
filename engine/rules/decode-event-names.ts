// Events of decoding and of streams that are raised; rules that ask for others would be silent for ever.

const names = (before: string, text: string): string[] => text.split(' ').map((name) => `${before}${name}`);

/** Families and their events. */
const FAMILIES: Readonly<Record<string, string>> = {
  ipv4:
    'pkt_too_small hlen_too_small iplen_smaller_than_hlen trunc_pkt opt_invalid opt_invalid_len opt_malformed ' +
    'opt_pad_required opt_eol_required opt_duplicate opt_unknown wrong_ip_version icmpv6 unknown_protocol ' +
    'frag_pkt_too_large frag_overlap',
  ipv6:
    'pkt_too_small trunc_pkt trunc_exthdr exthdr_dupl_fh exthdr_useless_fh exthdr_dupl_rh exthdr_dupl_hh ' +
    'exthdr_dupl_dh exthdr_dupl_ah exthdr_dupl_eh exthdr_ah_res_not_null exthdr_invalid_optlen hopopts_unknown_opt ' +
    'hopopts_only_padding dstopts_unknown_opt dstopts_only_padding rh_type_0 zero_len_padn ' +
    'fh_non_zero_reserved_field data_after_none_header icmpv4 wrong_ip_version unknown_next_header ' +
    'ipv4_in_ipv6_too_small ipv4_in_ipv6_wrong_version ipv6_in_ipv6_too_small ipv6_in_ipv6_wrong_version ' +
    'frag_pkt_too_large frag_overlap frag_invalid_length',
  icmpv4: 'pkt_too_small unknown_type unknown_code ipv4_trunc_pkt ipv4_unknown_ver',
  icmpv6:
    'pkt_too_small unknown_type unknown_code ipv6_trunc_pkt ipv6_unknown_version mld_message_with_invalid_hl ' +
    'unassigned_type experimentation_type',
  tcp: 'pkt_too_small hlen_too_small invalid_optlen opt_invalid_len opt_duplicate',
  udp: 'pkt_too_small hlen_too_small len_invalid',
  sctp:
    'pkt_too_small chunk_too_small chunk_len_invalid init_chunk_bundled init_with_non_zero_vtag ' +
    'data_with_zero_vtag too_many_chunks too_many_data_chunks',
  igmp: 'pkt_too_small v3_pkt_too_small malformed',
  esp: 'pkt_too_small',
  gre:
    'pkt_too_small wrong_version version0_recur version0_flags version0_hdr_too_big version0_malformed_sre_hdr ' +
    'version1_chksum version1_route version1_ssr version1_recur version1_flags version1_no_key ' +
    'version1_wrong_protocol version1_hdr_too_big',
  erspan: 'header_too_small unsupported_version',
  ethernet: 'pkt_too_small unknown_ethertype',
  vlan: 'header_too_small unknown_type too_many_layers',
  vntag: 'header_too_small unknown_type',
  etag: 'header_too_small unknown_type',
  ieee8021ah: 'header_too_small',
  mpls:
    'header_too_small pkt_too_small bad_label_router_alert bad_label_implicit_null bad_label_reserved ' +
    'unknown_payload_type',
  ppp: 'pkt_too_small vju_pkt_too_small ip4_pkt_too_small ip6_pkt_too_small wrong_type unsup_proto',
  pppoe: 'pkt_too_small wrong_code malformed_tags',
  arp:
    'pkt_too_small unsupported_hardware unsupported_protocol invalid_pkt invalid_hardware_size ' +
    'invalid_protocol_size unsupported_opcode',
  nsh: 'header_too_small unsupported_version bad_header_length reserved_type unsupported_type unknown_payload',
  dce: 'pkt_too_small',
  sll: 'pkt_too_small',
  sll2: 'pkt_too_small',
  chdlc: 'pkt_too_small',
  ltnull: 'pkt_too_small unsupported_type',
  ipraw: 'invalid_ip_version',
};

export const DECODE_EVENTS: ReadonlySet<string> = new Set([
  ...Object.entries(FAMILIES).flatMap(([family, text]) => names(`decoder.${family}.`, text)),
  'decoder.too_many_layers',
]);

export const STREAM_EVENTS: ReadonlySet<string> = new Set(
  names(
    'stream.',
    'reassembly_seq_gap 3whs_syn_flood 3whs_ack_in_wrong_dir 3whs_ack_data_inject 3whs_right_seq_wrong_ack_evasion ' +
      '3whs_synack_resend_with_diff_ack est_synack_resend_with_diff_ack ' +
      '3whs_synack_in_wrong_direction 3whs_synack_resend_with_different_ack 3whs_synack_toserver_on_syn_recv ' +
      '3whs_synack_with_wrong_ack 3whs_synack_flood 3whs_syn_resend_diff_seq_on_syn_recv ' +
      '3whs_syn_toclient_on_syn_recv 3whs_wrong_seq_wrong_ack 4whs_synack_with_wrong_ack ' +
      '4whs_synack_with_wrong_syn 4whs_wrong_seq 4whs_invalid_ack closewait_ack_out_of_window ' +
      'closewait_fin_out_of_window closewait_pkt_before_last_ack closewait_invalid_ack closing_ack_wrong_seq ' +
      'closing_invalid_ack est_packet_out_of_window est_pkt_before_last_ack est_synack_resend ' +
      'est_synack_resend_with_different_ack est_synack_resend_with_diff_seq est_synack_toserver est_syn_resend ' +
      'est_syn_resend_diff_seq est_syn_toclient est_invalid_ack est_ack_zwp_data fin_invalid_ack fin1_ack_wrong_seq ' +
      'fin1_fin_wrong_seq fin1_invalid_ack fin2_ack_wrong_seq fin2_fin_wrong_seq fin2_invalid_ack ' +
      'fin_but_no_session fin_out_of_window fin_syn lastack_ack_wrong_seq lastack_invalid_ack rst_but_no_session ' +
      'timewait_ack_wrong_seq timewait_invalid_ack pkt_invalid_timestamp pkt_invalid_ack pkt_broken_ack ' +
      'rst_invalid_ack rst_with_data shutdown_syn_resend suspected_rst_inject pkt_bad_window_update ' +
      'pkt_retransmission pkt_spurious_retransmission reassembly_overlap_different_data reassembly_depth_reached',
  ),
);
