// The eighth door: what is done with the packets of a capture that was read to its end, beside filters: matches of rules
// and entries of lists by packet.
export { MetIndicators, SessionHits } from './desk/index.ts';
export { FEATURES } from './features/index.ts';
export { scoreFile } from './session/index.ts';
