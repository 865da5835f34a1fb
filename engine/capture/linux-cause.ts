// Why Linux forbids capturing: from what it says of this process and of the helper's file.
import { type Message, say } from '../../contract/index.ts';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const NET_ADMIN = 12;
const NET_RAW = 13;

/** What Linux says of a process: /proc/self/status, and where the helper's file system is mounted. */
export interface LinuxFacts {
  readonly status: string;
  readonly mountinfo: string;
  /** `getcap` of the helper, null where it is not installed. */
  readonly fileCapabilities: string | null;
  /** Number of the user's group, null where there is none. */
  readonly group: number | null;
  readonly container: boolean;
}

function field(status: string, name: string): string {
  return new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1] ?? '';
}

function mountOf(mountinfo: string, path: string): { readonly point: string; readonly options: string } | null {
  let best: { point: string; options: string } | null = null;
  for (const line of mountinfo.split('\n')) {
    const parts = line.split(' ');
    const point = (parts[4] ?? '').replace(/\\(\d{3})/g, (_all, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    );
    if (point === '' || !(path === point || path.startsWith(point === '/' ? '/' : `${point}/`))) continue;
    if (best === null || point.length >= best.point.length) best = { point, options: parts[5] ?? '' };
  }
  return best;
}

/**
 * Lets one group capture and nobody else, as Wireshark's packages do. Changing owner or mode takes a file's
 * capabilities away, so they come last.
 * @param group number of the group, null for whoever may run the file
 */
export function setcapCommand(helper: string, group: number | null): string {
  const file = `'${helper.replaceAll("'", "'\\''")}'`;
  const setcap = `sudo setcap cap_net_raw,cap_net_admin=eip ${file}`;
  return group === null ? setcap : `sudo chgrp ${group} ${file} && sudo chmod 750 ${file} && ${setcap}`;
}

/** The cause of 'not permitted' on Linux. */
export function linuxCause(
  helper: string,
  facts: LinuxFacts,
): { readonly sentence: Message; readonly command: string | null } {
  const bounding = BigInt(`0x${field(facts.status, 'CapBnd') || 'ffffffff'}`);
  if ((bounding & (1n << BigInt(NET_RAW))) === 0n)
    return {
      sentence: say(facts.container ? 'container-no-raw' : 'process-no-raw'),
      command: 'docker run --cap-add=NET_RAW --cap-add=NET_ADMIN …',
    };
  if (field(facts.status, 'NoNewPrivs') === '1') return { sentence: say('no-new-privileges'), command: null };
  const mount = mountOf(facts.mountinfo, helper);
  if (mount?.options.split(',').includes('nosuid')) {
    const other = '/usr/local/bin/sightline-capture';
    return {
      sentence: say('mounted-nosuid', { mount: mount.point }),
      command:
        `sudo install -m 755 '${helper}' ${other} && ${setcapCommand(other, facts.group)} && ` +
        `export SIGHTLINE_HELPER=${other}`,
    };
  }
  if (facts.fileCapabilities?.includes('cap_net_raw') === true)
    return { sentence: say('security-module'), command: 'sudo dmesg | tail -20' };
  const admin = (bounding & (1n << BigInt(NET_ADMIN))) !== 0n;
  return {
    sentence: say(admin ? 'permission-linux' : 'permission-linux-no-admin'),
    command: setcapCommand(helper, facts.group),
  };
}

/** A file's text, '' where it cannot be read. */
export function text(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function linuxFacts(helper: string): LinuxFacts {
  const getcap = ['/usr/sbin/getcap', '/sbin/getcap', '/usr/bin/getcap'].find((p) => existsSync(p));
  const said = getcap === undefined ? null : spawnSync(getcap, [helper], { encoding: 'utf8' }).stdout;
  return {
    status: text('/proc/self/status'),
    mountinfo: text('/proc/self/mountinfo'),
    fileCapabilities: said ?? null,
    group: process.getgid?.() ?? null,
    container: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
  };
}
