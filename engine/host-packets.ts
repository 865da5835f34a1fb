// The eighth door: what is done with the packets of a capture that was read to its end, beside filters: matches of rules
// and entries of lists by packet.
export { MetIndicators, SessionHits } from './desk/index.ts';
export { FEATURES } from './features/index.ts';
export { scoreFile } from './session/index.ts';
export {
  exportPackets,
  fitness,
  followFlow,
  hashesOf,
  kindsOf,
  Objects,
  type StatSource,
  statTable,
} from './desk/index.ts';
export { Surveyor } from './dissect/index.ts';
export { graphOf, ordered, pageOf, rowSet, type StatTable } from './stats/index.ts';
