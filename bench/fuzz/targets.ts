// All targets of the fuzzer, in the order of a campaign.
import { filterTargets } from './filters.ts';
import { inspectTarget } from './inspect-target.ts';
import { listTargets } from './list-targets.ts';
import { observeTarget } from './observe-target.ts';
import { packetTargets } from './packet-targets.ts';
import { protocolTargets } from './protocol-targets.ts';
import { readerTargets } from './reader-targets.ts';
import { ruleTargets } from './rule-targets.ts';
import { loader, type Target } from './target.ts';
import { textTargets } from './texts.ts';

/** @param dist folder of a build */
export async function loadTargets(dist: string): Promise<Target[]> {
  const load = loader(dist, 'engine');
  return [
    await inspectTarget(load),
    await observeTarget(load),
    ...(await protocolTargets(load)),
    ...(await packetTargets(load)),
    ...(await textTargets(loader(dist, 'cli'))),
    ...(await filterTargets(load)),
    ...(await ruleTargets(load)),
    ...(await listTargets(load)),
    ...(await readerTargets(load)),
  ];
}
