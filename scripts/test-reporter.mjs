// One line a test, details of failures, and the counts in a line that scripts/test.mjs adds up.
export default async function* reporter(source) {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for await (const event of source) {
    const d = event.data;
    if (event.type === 'test:stdout' || event.type === 'test:stderr') yield d.message;
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
    }
  }
  yield `#counts ${passed} ${failed} ${skipped}\n`;
}
