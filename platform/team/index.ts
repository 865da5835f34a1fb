// The room of what people do with captures together: notes and the board, links that share one, labels of flows, and
// charts of what an account has.
export { chartsOf } from './charts.ts';
export { labelsOf, setLabel } from './labels.ts';
export { addNote, deleteNote, notesOf } from './notes.ts';
export { MOST_SHARES, opened, revokeShare, share, sharedBy, sharesOf, sweepShares } from './shares.ts';
