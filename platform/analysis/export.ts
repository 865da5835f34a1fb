// A result as a file of another form: flows with verdicts and features as CSV or Parquet, all records as JSON lines, the
// capture as pcapng with what was found written to the packets that began judged flows.
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FlowRecord, SaidError } from '../../contract/index.ts';
import {
  Analysis,
  copiedBlocks,
  DEFAULT_TIMEOUTS,
  FEATURE_COUNT,
  featureTable,
  flowId,
  mergeCaptures,
  openCapture,
  packetBytes,
  readThrough,
  VectorMaker,
  WholeFile,
} from '../../engine/host.ts';
import type { Order } from './orders.ts';
import { ResultFile } from './result-file.ts';

/** Evidence stands in its incidents. */
const UNLABELLED = ['incidents', 'alerts'] as const;
type ExportOrder = Extract<Order, { kind: 'export' }>;

/** @throws SaidError, WriteError, or Error where there is no result and it takes one */
export async function exportResult(o: ExportOrder): Promise<void> {
  const result = o.result === null ? null : ResultFile.open(o.result);
  try {
    if (o.form === 'pcapng') return await writeCapture(o, result);
    if (result === null) throw new Error('there is no result');
    await (o.form === 'json' ? writeLines(o, result) : writeTable(o, result));
  } finally {
    result?.close();
  }
}

async function writeLines(o: ExportOrder, result: ResultFile): Promise<void> {
  const out = new WholeFile(o.to);
  try {
    for (const section of UNLABELLED) for (const piece of result.pieces(section)) out.write(piece);
    if (o.labels.length === 0) for (const piece of result.pieces('flows')) out.write(piece);
    else for (const flow of labelled(o, flowsOf(result))) out.write(`${JSON.stringify(flow)}\n`);
    out.write(`${JSON.stringify({ type: 'summary', file: o.name, ...result.summary })}\n`);
    await out.commit();
  } finally {
    out.discard();
  }
}

/** Flows of a result by their ids. */
class FlowsById {
  private readonly rows = new Map<number, number>();
  private readonly result: ResultFile;

  constructor(result: ResultFile) {
    this.result = result;
    let row = 0;
    for (const { id } of flowsOf(result)) this.rows.set(id, row++);
  }

  of(id: number): FlowRecord | null {
    const row = this.rows.get(id);
    return row === undefined ? null : (this.result.page('flows', row, 1).records[0] ?? null);
  }
}

function* flowsOf(result: ResultFile): Generator<FlowRecord> {
  const PAGE = 500;
  for (let from = 0; from < result.count('flows'); from += PAGE) yield* result.page('flows', from, PAGE).records;
}

/** Flows with what people said of them. */
function* labelled(o: ExportOrder, flows: Iterable<FlowRecord>): Generator<FlowRecord> {
  const labels = new Map(o.labels);
  for (const flow of flows) {
    const label = labels.get(flow.id);
    yield label === undefined ? flow : { ...flow, label };
  }
}

/** Features are not kept with a result: the capture is read again for them, as for `sightline flows --features`. */
async function writeTable(o: ExportOrder, result: ResultFile): Promise<void> {
  const judged = new FlowsById(result);
  const { model, model_sha256, baseline } = result.summary;
  // The table chooses its form by the name's ending, and writes a manifest beside it, which stays here.
  const made = join(o.scratch, `flows.${o.form}`);
  const table = await featureTable(made, {
    product: 'Sightline',
    timeouts: DEFAULT_TIMEOUTS,
    more: { capture: o.name, model, model_sha256, baseline },
  });
  const vector = new Float32Array(FEATURE_COUNT);
  let maker: VectorMaker | null = null;
  try {
    const analysis: Analysis = new Analysis(
      {
        completed: (a, slot, row) => {
          (maker ??= new VectorMaker(a)).fill(slot, row, vector, 0);
          a.inspector.seal(slot);
          const record = judged.of(flowId(a, row));
          if (record !== null) for (const said of labelled(o, [record])) table.add(said, vector, 0);
        },
      },
      { keepPackets: false, timeouts: DEFAULT_TIMEOUTS },
    );
    await readThrough(o.path, analysis, o.scratch);
    await table.close();
  } catch (error) {
    table.discard();
    throw error;
  }
  moved(made, o.to);
}

/** From scratch to its place: the place may be on another disk. */
function moved(from: string, to: string): void {
  copyFileSync(from, to);
  rmSync(from);
}

/** What is written to packets, by their rows: what was found, and what people said. */
function comments(o: ExportOrder, result: ResultFile | null): Map<number, string> {
  const labels = new Map(o.labels);
  const said = new Map<number, string>();
  // A flow's id is the number of the packet that began it.
  for (const [flow, label] of labels) said.set(flow - 1, `Sightline: flow ${flow} is labelled ${label}`);
  for (const flow of result === null ? [] : flowsOf(result)) {
    if (flow.verdict !== 'malicious' && flow.verdict !== 'suspicious') continue;
    const rules = flow.rules === undefined || flow.rules.length === 0 ? '' : `: ${flow.rules.join(', ')}`;
    const label = labels.get(flow.id);
    const labelled = label === undefined ? '' : `; labelled ${label}`;
    const found = `Sightline: flow ${flow.id} is ${flow.verdict}, ${flow.points ?? 0} points${rules}${labelled}`;
    said.set(flow.first_packet - 1, found);
  }
  return said;
}

async function writeCapture(o: ExportOrder, result: ResultFile | null): Promise<void> {
  const said = comments(o, result);
  const source = await asPcapng(o);
  const bytes = packetBytes(source.path);
  const out = new WholeFile(o.to);
  try {
    const blocks = copiedBlocks(bytes, {
      wanted: () => true,
      packets: source.packets,
      comments: () => null,
      added: (row) => said.get(row) ?? null,
      stamp: null,
      inject: null,
      strip: false,
    });
    for (const { block } of blocks) out.write(block);
    await out.commit();
  } finally {
    out.discard();
    bytes.close();
    source.done();
  }
}

interface Pcapng {
  readonly path: string;
  readonly packets: number;
  readonly done: () => void;
}

/** The capture itself where it is a pcapng, inflated where it must be; else made into one. */
async function asPcapng(o: ExportOrder): Promise<Pcapng> {
  let packets = 0;
  const opened = openCapture(o.path, { packet: () => packets++ }, { cacheFolder: o.scratch, limits: o.inflating });
  if (!opened.ok) throw new SaidError(opened.ending.message);
  const { reader } = opened;
  while (await reader.step()) {
    /* whole file */
  }
  const done = (): void => {
    reader.close();
    if (opened.temporary) reader.discard();
  };
  if (reader.meta.format === 'pcapng') return { path: reader.source.path, packets, done };
  done();
  const made = join(o.scratch, 'merged.pcapng');
  const merged = await mergeCaptures([o.path], made, o.scratch, { due: false, done: 0, rest: () => Promise.resolve() });
  if ('message' in merged) throw new SaidError(merged.message);
  return { path: made, packets: merged.packets, done: () => rmSync(made, { force: true }) };
}
