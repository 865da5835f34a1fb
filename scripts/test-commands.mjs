// What runs a test file: Node's own runner, and Playwright for those of the window (e2e/). Both print the same lines.

/** Whether Playwright runs this file. @param {string} file from the repository's root */
export function isOfWindow(file) {
  return file.startsWith('e2e/');
}

/**
 * Arguments for the pinned Node that run tests by its own runner.
 * @param {readonly string[]} files
 * @param {{ names?: readonly string[], timeout?: number, concurrency?: number }} o names: those tests alone;
 *   timeout: of one test, milliseconds, after which what it has started is left
 */
export function nodeTests(files, { names = [], timeout, concurrency } = {}) {
  return [
    '--test',
    '--test-reporter=./scripts/test-reporter.mjs',
    ...(timeout === undefined ? [] : [`--test-timeout=${timeout}`, '--test-force-exit']),
    ...(concurrency === undefined ? [] : [`--test-concurrency=${concurrency}`]),
    ...names.map((name) => `--test-name-pattern=^${escaped(name)}$`),
    ...files,
  ];
}

/** The same for Playwright, which takes expressions: of paths, as any system writes them, and of whole titles. */
export function windowTests(files, { names = [], timeout } = {}) {
  return [
    'node_modules/playwright/cli.js',
    'test',
    ...(timeout === undefined ? [] : [`--timeout=${timeout}`]),
    ...(names.length === 0 ? [] : [`--grep= (${names.map(escaped).join('|')})$`]),
    ...files.map((file) => `${file.split('/').map(escaped).join('[\\\\/]')}$`),
  ];
}

function escaped(text) {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}
