// The same lines as scripts/test-reporter.mjs, for tests that Playwright runs: one a test, details of failures and where
// their trace and screenshot lie, and for scripts/test.mjs counts, failures and the time of each file.
import { relative } from 'node:path';

const REPEATED = 600; // characters of a failure that are said again
const ROOT = process.cwd();
const COLOURS = /\u001b\[[\d;]*m/g;

export default class Reporter {
  #passed = 0;
  #failed = 0;
  #skipped = 0;
  #reported = new Set();
  #times = new Map();
  #suite;

  printsToStdio() {
    return true;
  }

  onBegin(_config, suite) {
    this.#suite = suite;
  }

  onStdOut(piece) {
    process.stdout.write(piece);
  }

  onStdErr(piece) {
    process.stdout.write(piece);
  }

  onTestEnd(test, result) {
    this.#reported.add(test.id);
    const { file } = test.location;
    this.#times.set(file, (this.#times.get(file) ?? 0) + result.duration);
    if (result.status === 'skipped') {
      this.#skipped++;
      const why = test.annotations.find((a) => a.type === 'skip')?.description;
      say(`skip  ${test.title}: ${why ?? 'one before it has failed'}`);
    } else if (test.outcome() === 'expected') {
      this.#passed++;
      say(`ok    ${test.title} (${Math.round(result.duration)} ms)`);
    } else {
      const why = result.errors.map((e) => textOf(e)).join('\n');
      const kept = result.attachments.filter((a) => a.path !== undefined);
      const left = [...new Set(kept.map((a) => `${a.name}: ${relative(ROOT, a.path)}`))].join('\n');
      this.#fail(`${test.title}  ${file}:${test.location.line}`, why, left);
    }
  }

  /** What failed outside of a test: a file that cannot be read, a server that did not end well. */
  onError(error) {
    this.#fail(`outside of a test  ${error.location?.file ?? ''}:${error.location?.line ?? ''}`, textOf(error), '');
  }

  onEnd() {
    for (const test of this.#suite?.allTests() ?? [])
      if (!this.#reported.has(test.id))
        this.#fail(`${test.title}  ${test.location.file}:${test.location.line}`, 'It did not run.', '');
    for (const [file, ms] of this.#times) say(`#time ${Math.round(ms)} ${file}`);
    say(`#counts ${this.#passed} ${this.#failed} ${this.#skipped}`);
  }

  #fail(head, why, left) {
    this.#failed++;
    say([`FAIL  ${head}`, why, left].filter((part) => part !== '').join('\n'));
    const again = [head, why.slice(0, REPEATED), left].filter((part) => part !== '').join('\n');
    say(`#failed ${JSON.stringify(again)}`);
  }
}

/** @returns message and stack without colours, and the lines of source where Playwright shows them */
function textOf(error) {
  const text = error.stack ?? error.message ?? error.value ?? '';
  return [text, error.snippet]
    .filter((part) => part !== undefined)
    .join('\n')
    .replaceAll(COLOURS, '');
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
