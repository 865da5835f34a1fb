// Files that applications carried, by their hashes: whoever puts streams together makes them, lists are asked here.
import { type FlowRow, plainText } from '../../contract/index.ts';
import { type Evidence, type EvidencePeer, indicatorRule, indicatorSaid } from '../evidence/index.ts';
import { Matcher } from './matcher.ts';
import type { FileHashes, IndicatorSet } from './set.ts';

/** A file that came to its end in a packet. */
export interface CarriedFile {
  readonly packet: number;
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly file?: FileHashes & { readonly fileName: string };
}

const MAX_NAME = 120;

export class FileLists {
  private readonly set: IndicatorSet;
  private readonly matcher: Matcher;

  constructor(set: IndicatorSet) {
    this.set = set;
    this.matcher = new Matcher(set.store);
  }

  /** @returns null where no list has it @param peer what evidence of the flow is about */
  evidence(carried: CarriedFile, row: FlowRow, peer: EvidencePeer): Evidence | null {
    const { file, packet } = carried;
    if (file === undefined) return null;
    const name = plainText(file.fileName).slice(0, MAX_NAME);
    const seconds = carried.seconds + carried.nanoseconds / 1e9;
    const found = this.set.ofFile(this.matcher, file, name, seconds);
    if (found === null) return null;
    const { met, last } = found;
    const rule = indicatorRule('file', met.confidence, last, seconds);
    return { rule, row, peer, said: indicatorSaid(met), packets: [packet], shows: null, amount: 0, met };
  }
}
