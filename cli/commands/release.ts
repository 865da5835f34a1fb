// `sightline release`: whether there is a newer one. Nothing else of the program ever asks.
import { readFileSync } from 'node:fs';
import { english, EXIT } from '../../contract/index.ts';
import { lookForRelease, releaseSource } from '../../engine/host-exchange.ts';
import { AS_JSON } from '../common-flags.ts';
import { print, printJson, say, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { freeText, path } from '../flags.ts';
import { ROOT, VERSION } from '../product.ts';

export const command = defineCommand({
  name: 'release',
  summary: 'Whether there is a newer release, by its signed notice',
  usage: '[--from ADDRESS|FILE --key FILE]',
  takesPaths: false,
  flags: {
    from: freeText('ADDRESS', 'where the notice lies: https, or a file; its signature is beside it, with .sig'),
    key: path('FILE', 'the Ed25519 key that it is signed with, in PEM'),
    ...AS_JSON,
  },
  examples: ['sightline release', 'sightline release --from latest.json --key releases.pem'],
  run: async (o) => {
    if ((o.from === null) !== (o.key === null)) throw new UsageError('--from and --key go together');
    const own = releaseSource(ROOT);
    const source = o.from === null || o.key === null ? own : { address: o.from, keys: [readFileSync(o.key, 'utf8')] };
    const { platform, arch } = process;
    const answer = await lookForRelease(source, { version: VERSION, platform, arch }, Date.now());
    if (o.json) printJson(answer.kind === 'unknown' ? { ...answer, said: english(answer.said) } : answer);
    else if (answer.kind === 'unknown') say(english(answer.said));
    else if (answer.kind === 'newest') print(`Sightline ${answer.version} is the newest release (${answer.released}).`);
    else {
      print(`Sightline ${answer.version} was released on ${answer.released}. This is ${answer.own}.`);
      print(answer.page);
      for (const f of answer.files) print(`${f.sha256}  ${f.name}  (${f.bytes} bytes)`);
      if (answer.files.length === 0) print('It has no package for this system.');
    }
    return answer.kind === 'unknown' ? EXIT.error : EXIT.clean;
  },
});
