// `sightline indicators`: lists of indicators, checked.
import { count, english, EXIT } from '../../contract/index.ts';
import { type IndicatorSet, type ListRead, loadIndicatorsNow, type ToldLine } from '../../engine/host-indicators.ts';
import { entriesText } from '../asked-indicators.ts';
import { ALLOW, RECORDS } from '../common-flags.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { RecordWriter } from '../output.ts';
import { terminal } from '../terminal.ts';

export const command = defineCommand({
  name: 'indicators',
  summary: 'Lists of indicators (abuse.ch, MISP, STIX, OpenIOC, plain ones), checked',
  usage: 'check FILE|FOLDER…',
  takesPaths: true,
  flags: { ...ALLOW, ...RECORDS },
  examples: [
    'sightline indicators check urlhaus.csv feodo.csv',
    'sightline indicators check lists/ --allow own-names.txt --json',
  ],
  run: async (o, words) => {
    const [what, ...paths] = words;
    if (what !== 'check') throw new UsageError('indicators takes check, then files or folders of lists');
    if (paths.length === 0) throw new UsageError('indicators check takes files or folders of lists');
    const set = loadIndicatorsNow(paths, { allow: o.allow });
    const writer = new RecordWriter(o.output);
    const asJson = o.json || o.output !== null || (!terminal.shown && !o.summary);
    return check(set, writer, asJson);
  },
});

/** Prints each list and each line that is refused. @returns 1 where any is, 2 where a list could not be read */
async function check(set: IndicatorSet, writer: RecordWriter, asJson: boolean): Promise<number> {
  for (const [type, lines] of [
    ['indicator-refused', set.refused],
    ['indicator-warning', set.warnings],
  ] as const) {
    for (const { file, line, why } of lines) {
      if (asJson) writer.write({ type, file, line, why: english(why) });
      else
        writer.line(`${placeOf({ file, line, why })}: ${type === 'indicator-warning' ? 'note: ' : ''}${english(why)}`);
      await writer.relax();
    }
  }
  for (const [n, all, what] of [
    [set.refused.length, set.refusedCount, 'refused'],
    [set.warnings.length, set.warnedCount, 'that somebody should look at'],
  ] as const)
    if (!asJson && all > n) writer.line(`… ${count(all - n)} more lines ${what}.`);
  for (const list of set.lists) {
    if (asJson) writer.write(recordOf(list));
    else writer.line(lineOf(list));
  }
  const { entries, expired, allowed, byType, refusedCount, warnedCount } = set;
  if (asJson)
    writer.write({
      type: 'indicators',
      lists: set.lists.length,
      entries,
      refused: refusedCount,
      warned: warnedCount,
      expired,
      allowed,
      by_type: byType,
    });
  else {
    writer.line(
      `${entriesText(entries)} of ${count(set.lists.length)} ${set.lists.length === 1 ? 'list' : 'lists'}: ${typesText(byType)}.`,
    );
    writer.line(`${count(refusedCount)} refused, ${count(expired)} expired, ${count(allowed)} allowed.`);
  }
  await writer.end();
  if (set.lists.some((list) => list.wrong !== null)) return EXIT.error;
  return refusedCount > 0 ? EXIT.malicious : EXIT.clean;
}

function placeOf({ file, line }: ToldLine): string {
  return line === 0 ? file : `${file}:${line}`;
}

function recordOf(l: ListRead): Parameters<RecordWriter['write']>[0] {
  return {
    type: 'indicator-list',
    file: l.path,
    list: l.name,
    format: l.format,
    allow: l.allow,
    entries: l.entries,
    again: l.again,
    refused: l.refused,
    warned: l.warned,
    expired: l.expired,
    by_type: l.byType,
    error: l.wrong === null ? null : english(l.wrong),
  };
}

function lineOf(l: ListRead): string {
  if (l.wrong !== null) return `${l.path}: ${english(l.wrong)}.`;
  const allow = l.allow ? ', allowed' : '';
  const again = l.again > 0 ? `, ${count(l.again)} said again` : '';
  return `${l.path}: ${l.format ?? 'empty'}, ${entriesText(l.entries)}${allow}, ${count(l.refused)} refused${again}.`;
}

function typesText(byType: IndicatorSet['byType']): string {
  const all = Object.entries(byType).map(([type, n]) => `${count(n)} ${type}`);
  return all.length === 0 ? 'none' : all.join(', ');
}
