// What axe finds wrong with a page for people with other eyes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { ROOT } from './harness.ts';

/** Answers with a line for each rule that is broken, and the elements that break it. */
const AXE_RUN = `
axe.run(document, { resultTypes: ['violations'] }).then((r) => r.violations.map((v) => {
  const places = v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + ' ' + n.failureSummary);
  return v.id + ': ' + places.join(' | ');
}))
`;

/** The page's own policy forbids foreign scripts; the checker runs in the world beside it. */
export async function axeFindings(page: Page): Promise<string[]> {
  const axe = readFileSync(join(ROOT, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send('Page.getFrameTree');
  const { executionContextId } = await session.send('Page.createIsolatedWorld', { frameId: frameTree.frame.id });
  await session.send('Runtime.evaluate', { contextId: executionContextId, expression: axe });
  const { result } = await session.send('Runtime.evaluate', {
    contextId: executionContextId,
    awaitPromise: true,
    returnByValue: true,
    expression: AXE_RUN,
  });
  return result.value as string[];
}
