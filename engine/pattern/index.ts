// Regular expressions on bytes, in linear time: what display filters and threat rules share.
export { branchesOf } from './size.ts';
export { translated, wideText, type Refuse } from './translate.ts';
