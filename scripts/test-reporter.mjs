// One line a test, details of failures, and for scripts/test.mjs the counts in a line that it adds up, each failure
// again (it prints them at the end, where they are not scrolled away) and how long each file took.
const REPEATED = 600; // characters of a failure that are said again
export default async function* reporter(source) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const times = new Map();
  for await (const event of source) {
    const d = event.data;
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield d.message;
    if (/^test:(?:pass|fail)$/.test(event.type) && d.nesting === 0 && d.file !== undefined) {
      times.set(d.file, (times.get(d.file) ?? 0) + d.details.duration_ms);
    }
    if (event.type === 'test:pass' && d.details?.type !== 'suite') {
      if (d.skip !== undefined) {
        skipped++;
        yield `skip  ${d.name}${typeof d.skip === 'string' && d.skip !== '' ? `: ${d.skip}` : ''}\n`;
      } else {
        passed++;
        yield `ok    ${d.name} (${Math.round(d.details.duration_ms)} ms)\n`;
      }
    }
    if (event.type === 'test:fail' && d.details?.type !== 'suite') {
      failed++;
      const { error } = d.details;
      const why = error?.cause?.stack ?? error?.stack ?? error;
      yield `FAIL  ${d.name}  ${d.file ?? ''}:${d.line ?? ''}\n${String(why)}\n`;
      const again = `${d.name}  ${d.file ?? ''}:${d.line ?? ''}\n${String(why).slice(0, REPEATED)}`;
      yield `#failed ${JSON.stringify(again)}\n`;
    }
  }
  for (const [file, ms] of times) yield `#time ${Math.round(ms)} ${file}\n`;
  yield `#counts ${passed} ${failed} ${skipped}\n`;
}
