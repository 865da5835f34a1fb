// What statistics say, beside contract/messages-en.ts.
export const STATS_ENGLISH = {
  'stats-unread': '{packets} packets are not counted: their bytes are no longer on the disk.',
  'stats-hierarchy-columns':
    'Counted from headers and the Protocol column: the capture has more than {limit} packets. One packet then stands under one protocol above its transport.',
  'stats-hierarchy-growing':
    'Counted from headers and the Protocol column, since the capture is not complete. One packet then stands under one protocol above its transport.',
  'stats-expert-pieces': `The dissection engine had the capture in {pieces} {pieces:piece|pieces} of whole conversations between two hosts. \
What it says of a connection of one host because of another host may be missing.`,
  'stats-expert-cut': `The dissection engine had the capture in {pieces} {pieces:piece|pieces}. {cut} {cut:connection is|connections are} \
larger than a piece and {cut:was|were} cut: what is said across a cut may be missing or differ. All others are whole.`,
  'stats-expert-left': `The dissection engine had the capture in {pieces} {pieces:piece|pieces}, {cut} {cut:connection|connections} cut. \
{packets} {packets:packet is|packets are} not counted: the engine ended at them, or their bytes are no longer on the disk.`,
  'stats-names-left':
    'The first {names} names are told apart; {messages} {messages:message|messages} of further names are not counted.',
  'stats-field-none': "there is no field '{field}'",
  'stats-field-numbers': "'{field}' has no numbers: only COUNT FRAMES and COUNT FIELDS can be made of it",
  'stats-field-load': "LOAD is made of a time that something took, which '{field}' is not",
  'stats-field-too-many': "'{field}' has more than {most} values",
  'stats-field-packets':
    'The dissection engine finds {packets} packets in this capture: it cannot be asked by their numbers.',
  'stats-no-tcp': 'The flow is not TCP.',
  'stats-no-file': 'There is no single file to make a hash of.',
  'stats-ended': 'The dissection engine ended at packet {packet}.',
} as const;
