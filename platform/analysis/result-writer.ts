// Writes a result file (`result-form.ts`). Memory beside the records that wait: a hundred bytes a flow.
import { type AlertRecord, type FlowRecord, type IncidentRecord, VERDICTS } from '../../contract/index.ts';
import { WholeFile } from '../../engine/host.ts';
import type { EvidenceItem } from '../contract.ts';
import {
  FLOW_ORDERS,
  type FlowOrder,
  type Footer,
  MARK,
  type Section,
  SECTIONS,
  searchText,
  TAIL,
  VERSION,
} from './result-form.ts';
import type { AnalysisSummary } from './summary.ts';

/** Numbers that grow without an object each. */
class Numbers {
  private values = new Float64Array(1_024);
  count = 0;

  add(value: number): void {
    if (this.count === this.values.length) {
      const larger = new Float64Array(this.count * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.count++] = value;
  }

  get all(): Float64Array {
    return this.values.subarray(0, this.count);
  }
}

/** The file is there when it is whole. Records come in any order. */
export class ResultWriter {
  private readonly file: WholeFile;
  private at = 0;
  private readonly flowStarts = new Numbers();
  private readonly verdicts = new Numbers();
  private readonly members: (readonly [incident: number, flow: number])[] = [];
  private readonly keys: Readonly<Record<FlowOrder, Numbers>>;
  private readonly incidents: IncidentRecord[] = [];
  private readonly alerts: string[] = [];
  private texts: string[] = [];
  /** Texts of flows, a stretch of them in one piece. */
  private readonly packedTexts: Buffer[] = [];

  /** @throws WriteError */
  constructor(path: string) {
    this.file = new WholeFile(path);
    const of = (): Numbers => new Numbers();
    this.keys = { start: of(), packets: of(), bytes: of(), points: of(), duration: of() };
  }

  add(record: FlowRecord | IncidentRecord | AlertRecord): void {
    if (record.type === 'incident') this.incidents.push(record);
    else if (record.type === 'alert') this.alerts.push(JSON.stringify(record));
    else this.flow(record);
  }

  /** @throws WriteError; nothing is left behind then */
  async commit(summary: AnalysisSummary): Promise<void> {
    this.incidents.sort((x, y) => y.points - x.points || x.id - y.id);
    const evidence = this.incidents
      .flatMap((i) =>
        i.evidence.map((e): EvidenceItem => ({ ...e, incident: i.id, initiator: i.initiator, peer: i.peer })),
      )
      .sort((x, y) => y.points - x.points || x.incident - y.incident);
    const lines = {
      incidents: this.incidents.map((r) => JSON.stringify(r)),
      evidence: evidence.map((r) => JSON.stringify(r)),
    };
    const flows = this.ended(this.flowStarts);
    const places: Record<Section, Float64Array> = {
      flows,
      incidents: this.lines(lines.incidents),
      evidence: this.lines(lines.evidence),
      alerts: this.lines(this.alerts),
    };
    const starts: Record<Section, number> = { incidents: 0, evidence: 0, alerts: 0, flows: 0 };
    for (const section of SECTIONS) starts[section] = this.bytes(places[section]);
    const orders: Record<FlowOrder, number> = { start: 0, packets: 0, bytes: 0, points: 0, duration: 0 };
    for (const order of FLOW_ORDERS) orders[order] = this.bytes(ordered(this.keys[order].all, this.keys.start.all));
    const footer: Footer = {
      version: VERSION,
      counts: {
        incidents: lines.incidents.length,
        evidence: lines.evidence.length,
        alerts: this.alerts.length,
        flows: this.flowStarts.count,
      },
      starts,
      orders,
      verdicts: this.bytes(Uint8Array.from(this.verdicts.all)),
      members: { at: this.bytes(this.memberPairs()), count: this.members.length },
      texts: this.writeTexts(),
      summary,
    };
    const text = JSON.stringify(footer);
    const from = this.at;
    this.text(text);
    const tail = new DataView(new ArrayBuffer(TAIL));
    tail.setUint32(0, from >>> 0, true);
    tail.setUint32(4, Math.floor(from / 2 ** 32), true);
    tail.setUint32(8, this.at - from, true);
    tail.setUint32(12, MARK, true);
    this.bytes(new Uint8Array(tail.buffer));
    await this.file.commit();
  }

  discard(): void {
    this.file.discard();
  }

  private flow(record: FlowRecord): void {
    const row = this.flowStarts.count;
    this.flowStarts.add(this.at);
    const start = Date.parse(record.start);
    this.keys.start.add(start);
    this.keys.packets.add(record.packets_fwd + record.packets_rev);
    this.keys.bytes.add(record.bytes_fwd + record.bytes_rev);
    this.keys.points.add(record.points ?? 0);
    this.keys.duration.add(Date.parse(record.end) - start);
    this.verdicts.add(VERDICTS.indexOf(record.verdict ?? 'benign'));
    for (const incident of record.incidents ?? []) this.members.push([incident, row]);
    this.texts.push(searchText(record));
    if (this.texts.length >= 4_096) this.packTexts();
    this.text(`${JSON.stringify(record)}\n`);
  }

  private packTexts(): void {
    if (this.texts.length > 0) this.packedTexts.push(Buffer.from(`${this.texts.join('\n')}\n`));
    this.texts = [];
  }

  /** @returns where the places are at which texts begin */
  private writeTexts(): number {
    this.packTexts();
    const starts = new Numbers();
    let at = this.at;
    for (const piece of this.packedTexts) {
      for (let from = 0; from < piece.length;) {
        starts.add(at + from);
        from = piece.indexOf(10, from) + 1;
      }
      at += piece.length;
    }
    for (const piece of this.packedTexts) this.bytes(piece);
    return this.bytes(this.ended(starts));
  }

  private memberPairs(): Uint32Array {
    this.members.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
    return Uint32Array.from(this.members.flat());
  }

  private lines(lines: readonly string[]): Float64Array {
    const starts = new Numbers();
    for (const line of lines) {
      starts.add(this.at);
      this.text(`${line}\n`);
    }
    return this.ended(starts);
  }

  private ended(starts: Numbers): Float64Array {
    const all = new Float64Array(starts.count + 1);
    all.set(starts.all);
    all[starts.count] = this.at;
    return all;
  }

  private text(text: string): void {
    this.file.write(text);
    this.at += Buffer.byteLength(text);
  }

  /** @returns where they begin */
  private bytes(values: Float64Array | Uint32Array | Uint8Array): number {
    const from = this.at;
    this.file.write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    this.at += values.byteLength;
    return from;
  }
}

/** Numbers of rows by a key; rows with the same one by time, then as they came. */
function ordered(keys: Float64Array, times: Float64Array): Uint32Array {
  const known = (value: number): number => (Number.isNaN(value) ? 0 : value);
  return new Uint32Array(keys.length)
    .map((_, i) => i)
    .sort((x, y) => known(keys[x]!) - known(keys[y]!) || known(times[x]!) - known(times[y]!) || x - y);
}
