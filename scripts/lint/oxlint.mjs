// oxlint, asked once; its findings as data, so that figures can be made of them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../node24.mjs';

/**
 * Runs oxlint with the repository's rules.
 * @param {readonly string[]} folders
 * @returns {{ path: string, rule: string, text: string }[]}
 */
export function oxlint(folders) {
  const program = join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const args = [program, '-c', '.oxlintrc.json', '--report-unused-disable-directives', '-f', 'json', ...folders];
  const done = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  let said;
  try {
    said = JSON.parse(done.stdout);
  } catch {
    throw new Error(`oxlint did not answer: ${done.stdout}${done.stderr}`);
  }
  return said.diagnostics.map((d) => {
    const { line, column } = d.labels[0]?.span ?? { line: 1, column: 1 };
    const rule = d.code ?? 'unused-directive';
    const path = d.filename.replaceAll('\\', '/');
    return { path, rule, text: `${path}:${line}:${column}: ${rule}: ${d.message}${d.help ? ` ${d.help}` : ''}` };
  });
}
