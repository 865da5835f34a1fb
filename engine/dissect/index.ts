// The room of deep dissection: Wireshark's engine in a process of its own, given contexts, never trusted to live.
export { DissectProcess, type DissectState } from './process.ts';
export { Trees, type TreeSource } from './trees.ts';
