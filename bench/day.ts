// `npm run bench:day [-- FOLDER HOURS FLOWS]`: benign captures of laptops and home devices laid end to end on one time
// line, as long and as full as a working day, and how many incidents that day raises. The file is a temporary one.
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { english } from '../contract/index.ts';
import { foreignBaseline } from '../engine/detect/index.ts';
import { gravityOf } from '../engine/evidence/index.ts';
import { PacketBlocks, sectionBlock } from '../engine/exchange/index.ts';
import { openCapture } from '../engine/read/index.ts';
import { peerText, readLabels, scoreFile, shippedFile, titleOf, usableModel } from '../engine/session/index.ts';
import { ROOT } from './peers.ts';

const [folder = join(ROOT, '..', 'shared', 'data'), hoursAsked = '20', flowsAsked = '30000'] = process.argv.slice(2);
const SHIFT_HOURS = 8;
/** At most so many incidents in eight hours are asked for. */
const WANTED = { malicious: 1, suspicious: 3 };
/** Monday, 2026-01-05, 08:00 UTC. */
const MORNING = 1_767_600_000;
/** A pause between captures, seconds. They differ, so that repeating makes no beat of its own. */
const SHORTEST = 30;
const LONGEST = 180;
/** A capture with a hole of days in it counts as this long. */
const CAPTURE_SECONDS = 3_600;
const ROUNDS = 40;

/** Writes captures one after the other on one time line. */
class Day {
  readonly path: string;
  /** Seconds since the epoch where the next capture begins. */
  now = MORNING;
  private readonly blocks = new PacketBlocks();
  private readonly fd: number;
  private seed = 7;

  constructor(path: string) {
    this.path = path;
    this.fd = openSync(path, 'w');
    writeSync(this.fd, sectionBlock());
  }

  get hours(): number {
    return (this.now - MORNING) / 3_600;
  }

  async add(file: string): Promise<void> {
    let first = NaN;
    let last = 0;
    const opened = openCapture(
      file,
      {
        packet: ({ buf, off, cap, wire, sec, nsec, link }) => {
          if (Number.isNaN(first)) first = sec;
          const after = Math.min(CAPTURE_SECONDS, Math.max(0, sec - first));
          last = Math.max(last, after);
          const at = this.now + after;
          const head = this.blocks.interfaceFor(link, at);
          if (head !== null) writeSync(this.fd, head);
          writeSync(this.fd, this.blocks.packet(link, at, nsec, wire, buf.subarray(off, off + cap)));
        },
      },
      { cacheFolder: tmpdir() },
    );
    if (!opened.ok) throw new Error(`${file} cannot be read`);
    while (await opened.reader.step()) {
      /* whole */
    }
    opened.reader.close();
    if (opened.temporary) opened.reader.discard();
    this.seed = (Math.imul(this.seed, 1_103_515_245) + 12_345) >>> 0;
    this.now += last + 1 + SHORTEST + (this.seed % (LONGEST - SHORTEST));
  }

  close(): void {
    closeSync(this.fd);
  }
}

/** In another order each round: captures that come again at equal intervals would look like clockwork. */
function shuffled<T>(list: readonly T[], round: number): T[] {
  const order = [...list];
  let seed = 77 + round;
  for (let i = order.length - 1; i > 0; i--) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const j = Math.floor((seed / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const model = usableModel(shippedFile(ROOT));
const temporary = mkdtempSync(join(tmpdir(), 'sightline-day-'));
try {
  const captures = readLabels(folder).filter(
    (c) => c.label === 'benign' && (c.source.startsWith('laptop-') || c.source === 'iot-sentinel'),
  );
  if (captures.length === 0) throw new Error(`${folder} has no benign captures of laptops (laptop-…) or iot-sentinel`);
  const options = { model, baseline: foreignBaseline(model), threads: 1, cacheFolder: temporary };
  let flowsOfRound = 0;
  for (const c of captures) flowsOfRound += (await scoreFile(c.path, options, {})).analysis.flows.columns.count;
  const day = new Day(join(temporary, 'day.pcapng'));
  let rounds = 0;
  let roundEnd = MORNING;
  while (rounds < ROUNDS && (day.hours < Number(hoursAsked) || rounds * flowsOfRound < Number(flowsAsked))) {
    for (const c of shuffled(captures, rounds)) await day.add(c.path);
    if (rounds++ === 0) roundEnd = day.now;
  }
  day.close();
  const { analysis, scorer } = await scoreFile(day.path, options, {});
  const raised = [...scorer.incidents.incidents.values()].filter((i) => gravityOf(i.points) !== null);
  const flows = analysis.flows.columns.count;
  console.log(
    `${captures.length} captures of laptops and devices, laid end to end ${rounds} times with pauses of ${SHORTEST} to ` +
      `${LONGEST} s: ${day.hours.toFixed(1)} h, ${flows} flows, ${analysis.packetCount} packets.`,
  );
  for (const gravity of ['malicious', 'suspicious'] as const) {
    const all = raised.filter((i) => gravityOf(i.points) === gravity);
    const inFirst = all.filter((i) => i.first < roundEnd).length;
    const rate = (all.length * SHIFT_HOURS) / day.hours;
    const rateFirst = (inFirst * SHIFT_HOURS * 3_600) / (roundEnd - MORNING);
    console.log(
      `${gravity}: ${all.length} incidents, ${rate.toFixed(1)} in ${SHIFT_HOURS} h (at most ${WANTED[gravity]} wanted); ` +
        `${inFirst} began in the first round of ${((roundEnd - MORNING) / 3_600).toFixed(1)} h, ${rateFirst.toFixed(1)} ` +
        `in ${SHIFT_HOURS} h.`,
    );
  }
  console.log("The model's point is the shipped model's, which may have been taught with these captures.");
  console.log('A pair that is raised again in a later round is the same incident, as on a network that lasts.');
  for (const i of raised.sort((a, b) => b.points - a.points)) {
    const rules = [...i.evidence.values()].map((e) => `${e.rule.name} ${e.rule.points}`).join(', ');
    console.log(`  ${i.points}  ${peerText(analysis, i)}  ${english(titleOf(analysis, i))}  [${rules}]`);
  }
} finally {
  rmSync(temporary, { recursive: true });
}
