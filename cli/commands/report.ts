// `sightline report`: the incidents of a capture as a page of its own, with packets, hosts and the file's hash; or as a
// file for other tools, STIX or MISP.
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { count, ENGLISH, EXIT, INCIDENT_FORMATS, incidentReportHtml, SaidError } from '../../contract/index.ts';
import { writeWhole } from '../../engine/host.ts';
import { deskOptions, incidentFile, reportAlone } from '../../engine/host-report.ts';
import { READING } from '../common-flags.ts';
import { print, stop, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, freeText, path } from '../flags.ts';
import { ROOT, VERSION } from '../product.ts';
import { Tally } from '../tally.ts';

const LIST = /^\d+(-\d+)?(,\d+(-\d+)?)*$/;
/** Incidents that a list may name. */
const MOST = 100_000;

export const command = defineCommand({
  name: 'report',
  summary: 'Incidents of a capture as a page, with packets, hosts and hashes',
  usage: 'FILE --to FILE.html [--as stix] [--incidents 1,3-5]',
  takesPaths: true,
  flags: {
    to: path('FILE', 'where to write'),
    as: choice(
      'FORMAT',
      'for other tools: a bundle of STIX 2.1, or events of MISP; without it a page',
      INCIDENT_FORMATS,
    ),
    incidents: freeText('LIST', 'incident numbers as `score` prints them; without it all that no rule allows'),
    ...READING,
  },
  examples: [
    'sightline report capture.pcap --to report.html',
    'sightline report capture.pcap --to one.html --incidents 1',
    'sightline report capture.pcap --to incidents.json --as stix',
  ],
  run: async (o, paths, folders) => {
    const [file] = paths;
    if (file === undefined || paths.length > 1) throw new UsageError('report takes one capture file');
    if (o.to === null) throw new UsageError('say where to: --to FILE.html');
    const options = deskOptions(ROOT, VERSION, true);
    const wanted = o.incidents === null ? null : numbersOf(o.incidents);
    const made = await reportAlone(
      { ...options, cacheFolder: folders.cache, dataFolder: folders.data },
      resolve(file),
      wanted,
      () => !stop.asked,
    ).catch((error: unknown) => {
      throw error instanceof SaidError ? new UsageError(error.message) : error;
    });
    if (made === null) return EXIT.error;
    const { data, ending } = made;
    const tally = new Tally(o['partial-ok']);
    tally.ended(file, ending);
    if (ending.kind === 'unreadable' || ending.kind === 'refused') return tally.code();
    const missing = (wanted ?? []).filter((n) => !data.incidents.some((i) => i.alert.number + 1 === n));
    if (missing.length > 0)
      throw new UsageError(`there is no incident ${missing.slice(0, 5).join(', ')} in this capture`);
    mkdirSync(dirname(resolve(o.to)), { recursive: true });
    const page = (): string => incidentReportHtml(data, { table: ENGLISH, comma: ', ', lang: 'en' });
    await writeWhole(o.to, o.as === null ? page() : incidentFile(data, o.as));
    const n = data.incidents.length;
    print(`${count(n)} ${n === 1 ? 'incident' : 'incidents'} in ${o.to}.`);
    tally.malicious += data.incidents.filter((i) => i.alert.verdict === 'malicious').length;
    return tally.code(stop.asked);
  },
});

/** @throws UsageError for what is no list of numbers and ranges */
function numbersOf(list: string): number[] {
  if (!LIST.test(list)) throw new UsageError(`--incidents takes numbers and ranges, such as 1,3-5; '${list}' is none`);
  const numbers = list.split(',').flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number) as [number, number?];
    if (to - from >= MOST) throw new UsageError(`--incidents names more than ${count(MOST)} incidents`);
    return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);
  });
  return [...new Set(numbers)];
}
