// What statistics say, beside contract/messages-en.ts.
export const STATS_ENGLISH = {
  'stats-unread': '{packets} packets are not counted: their bytes are no longer on the disk.',
  'stats-hierarchy-columns':
    'Counted from headers and the Protocol column: the capture has more than {limit} packets. One packet then stands under one protocol above its transport.',
  'stats-hierarchy-growing':
    'Counted from headers and the Protocol column, since the capture is not complete. One packet then stands under one protocol above its transport.',
  'stats-expert-limit':
    'Expert information is made by the dissection engine for complete captures of at most {limit} packets; this one has {packets}.',
  'stats-expert-growing': 'Expert information is made by the dissection engine when the capture is complete.',
  'stats-no-tcp': 'The flow is not TCP.',
  'stats-no-file': 'There is no single file to make a hash of.',
  'stats-ended': 'The dissection engine ended at packet {packet}.',
} as const;
