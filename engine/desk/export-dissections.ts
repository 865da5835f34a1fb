// Packets of the open capture with their dissection, saved.
import type { DissectionFormat } from '../../contract/index.ts';
import {
  type DeepWork,
  type DissectionOrders,
  type Dissections,
  type DissectionSource,
  writeDissections,
} from '../dissect/index.ts';
import { PackedFile } from '../exchange/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** @throws SaidError, WriteError; nothing is left behind then */
export async function saveDissections(
  s: DissectionSource,
  deep: DeepWork,
  rows: Uint32Array,
  o: DissectionOrders,
  path: string,
  turns: TimeSlices,
): Promise<Dissections> {
  const out = new PackedFile(path, 'none');
  try {
    const done = await writeDissections(s, deep, rows, o, out, turns);
    await out.commit();
    return done;
  } finally {
    out.discard();
  }
}

export const DISSECTION_ENDINGS: Readonly<Record<DissectionFormat, string>> = {
  text: 'txt',
  csv: 'csv',
  psml: 'psml.xml',
  pdml: 'pdml.xml',
  json: 'json',
  c: 'c',
  html: 'html',
};
