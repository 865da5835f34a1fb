// `sightline collect`: the original project's way to its data. Rounds of live packets and captures are good, malicious
// captures are bad; `train --methods all` prints the table of what was collected.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { count, EXIT } from '../../contract/index.ts';
import { captureIdentity, exportGoodx, type LabelledSource, packetBytes } from '../../engine/host.ts';
import { VLAN } from '../common-flags.ts';
import { type Folders, print, say, stop, telling, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { freeText, onOff, path, repeated, whole } from '../flags.ts';
import { PRODUCT } from '../product.ts';
import { Tally } from '../tally.ts';
import { readAnalysis } from '../whole-capture.ts';

export const command = defineCommand({
  name: 'collect',
  summary: "Good and bad packets for the original project's methods: goodx.csv, badx.csv",
  usage: 'FOLDER [-i NAME --rounds N --packets N] [--good FILE] [--bad FILE]',
  takesPaths: true,
  flags: {
    interface: freeText('NAME', 'capture good packets here', { short: 'i' }),
    rounds: whole('N', 'how often is captured', { least: 1, most: 1_000, fallback: 5 }),
    packets: whole('N', 'packets of each round', { least: 1, most: 1_000_000, fallback: 20 }),
    good: repeated(path('FILE', 'captures or folders of ordinary traffic')),
    bad: repeated(path('FILE', 'captures or folders of malicious traffic')),
    ...VLAN,
    'partial-ok': onOff('a capture that is cut is no error'),
  },
  examples: [
    'sightline collect original-data/ --good good/ --bad bad/',
    'sightline collect original-data/ -i eth0 --rounds 5 --packets 20 --bad bad/',
  ],
  run: async (o, paths, folders) => {
    const [to] = paths;
    if (to === undefined || paths.length > 1) throw new UsageError('collect takes one folder, in which it writes');
    if (o.interface === null && o.good.length === 0 && o.bad.length === 0)
      throw new UsageError('say what is collected: -i NAME, --good FILE, --bad FILE');
    const tally = new Tally(o['partial-ok']);
    const rounds = mkdtempSync(join(tmpdir(), 'sightline-rounds-'));
    try {
      const live: string[] = [];
      for (let round = 1; o.interface !== null && round <= o.rounds && !stop.asked; round++) {
        const file = join(rounds, `round-${round}.pcapng`);
        if ((await captured(o.interface, o.packets, file)) !== EXIT.clean)
          throw new UsageError(`round ${round} captured nothing: nothing was written`);
        live.push(file);
        say(`Round ${round} of ${o.rounds}: ${count(o.packets)} packets.`);
      }
      if (stop.asked) throw new UsageError('stopped: nothing was written');
      const rows = await exportGoodx(to, sources([...live, ...o.good], o.bad, tally, folders), {
        product: PRODUCT,
        timeouts: telling.timeouts,
        unlabelledAsGood: false,
      });
      print(`${count(rows.good)} rows in ${join(to, 'goodx.csv')}, ${count(rows.bad)} in ${join(to, 'badx.csv')}.`);
      if (rows.good > 0 && rows.bad > 0) print(`\`sightline train --methods all ${to}\` prints the table.`);
      return tally.code(stop.asked);
    } finally {
      rmSync(rounds, { recursive: true, force: true });
    }
  },
});

/** One round, by `sightline capture`, which knows how to capture without being root. @returns its exit code */
function captured(name: string, packets: number, file: string): Promise<number | null> {
  const args = ['capture', '-i', name, '-a', `packets:${packets}`, '-w', file, '--quiet'];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...args], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', resolve);
  });
}

/** One capture after another, each open while its packets are written; all flows of one are of one kind. */
async function* sources(
  good: readonly string[],
  bad: readonly string[],
  tally: Tally,
  folders: Folders,
): AsyncGenerator<LabelledSource> {
  for (const [files, label] of [
    [good, 'benign'],
    [bad, 'malicious'],
  ] as const) {
    if (files.length === 0) continue;
    for (const input of tally.captures(files)) {
      const { analysis, path: file, ending, done } = await readAnalysis(input.path, folders);
      tally.ended(input.name, ending);
      const bytes = packetBytes(file);
      yield { file: basename(input.name), sha256: captureIdentity(input.path), analysis, bytes, labelOf: () => label };
      bytes.close();
      done();
    }
  }
}
