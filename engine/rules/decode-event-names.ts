// Events of decoding and of streams that are raised; rules that ask for others would be silent for ever.

const names = (before: string, text: string): string[] => text.split(' ').map((name) => `${before}${name}`);

export const DECODE_EVENTS: ReadonlySet<string> = new Set([
  ...names(
    'decoder.ipv4.',
    'pkt_too_small hlen_too_small iplen_smaller_than_hlen trunc_pkt opt_invalid opt_invalid_len opt_malformed ' +
      'opt_pad_required opt_eol_required opt_duplicate opt_unknown wrong_ip_version icmpv6 frag_pkt_too_large ' +
      'frag_overlap',
  ),
  ...names(
    'decoder.ipv6.',
    'pkt_too_small trunc_pkt trunc_exthdr exthdr_dupl_fh exthdr_useless_fh exthdr_dupl_rh exthdr_dupl_hh ' +
      'exthdr_dupl_dh exthdr_dupl_ah exthdr_invalid_optlen hopopts_unknown_opt hopopts_only_padding ' +
      'dstopts_unknown_opt dstopts_only_padding rh_type_0 zero_len_padn fh_non_zero_reserved_field ' +
      'data_after_none_header icmpv4 frag_pkt_too_large frag_overlap frag_invalid_length',
  ),
  ...names('decoder.icmpv4.', 'pkt_too_small'),
  ...names('decoder.icmpv6.', 'pkt_too_small'),
  ...names('decoder.tcp.', 'pkt_too_small hlen_too_small invalid_optlen opt_invalid_len opt_duplicate'),
  ...names('decoder.udp.', 'pkt_too_small len_invalid'),
  ...names('decoder.sctp.', 'pkt_too_small'),
  ...names('decoder.igmp.', 'pkt_too_small v3_pkt_too_small malformed'),
]);

export const STREAM_EVENTS: ReadonlySet<string> = new Set(names('stream.', 'reassembly_seq_gap 3whs_syn_flood'));
