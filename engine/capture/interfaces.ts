// Interfaces with their rates, and whether capturing is permitted: asked of the helper once, counters followed while
// somebody looks.
import {
  type CaptureReadiness,
  type InterfaceInfo,
  type Message,
  type MessageValue,
  say,
} from '../../contract/index.ts';
import { helperThere, runHelper, type HelperLine, type HelperRun } from './helper.ts';
import { linuxCause, linuxFacts } from './linux-cause.ts';
import { otherSources } from './other-sources.ts';

const FORGET_AFTER = 10_000;

interface Known {
  readonly line: HelperLine;
  bytes: number;
  at: number;
  rate: number | null;
}

/** Pseudo interfaces that hold no network traffic are not offered. */
const NOT_OFFERED = /^(bluetooth|nflog|nfqueue|dbus|usbmon|ifb\d)/;

export class InterfaceWatch {
  private readonly helper: string;
  private run: HelperRun | null = null;
  private known = new Map<string, Known>();
  private permission: HelperLine | null = null;
  private failure: HelperLine | null = null;
  private complete: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | null = null;
  private others: CaptureReadiness['sources'] | null = null;

  constructor(helper: string) {
    this.helper = helper;
  }

  async readiness(): Promise<CaptureReadiness> {
    const sources = (this.others ??= otherSources());
    if (!helperThere(this.helper))
      return { ...readinessOf(this.helper, [], { missing: true }), interfaces: [], sources };
    if (this.run === null) this.start();
    await this.complete;
    this.timer?.refresh();
    const interfaces = [...this.known.values()]
      .map((k) => info(k))
      .filter((i) => !NOT_OFFERED.test(i.name))
      .sort((a, b) => rank(a) - rank(b));
    const lines = [this.failure, this.permission].filter((l) => l !== null);
    return { ...readinessOf(this.helper, lines, { missing: false }), interfaces, sources };
  }

  /** pcap's number of an interface's link type, 1 (Ethernet) when it is not known. */
  linkOf(name: string): number {
    return Number(this.known.get(name)?.line['link'] ?? 1);
  }

  close(): void {
    this.run?.end();
    this.run = null;
    if (this.timer) clearTimeout(this.timer);
  }

  private start(): void {
    this.known = new Map();
    this.permission = this.failure = null;
    // The list comes anew when it has changed.
    let fresh = new Map<string, Known>();
    this.complete = new Promise((resolve) => {
      this.run = runHelper(this.helper, ['list', '--watch'], (line) => {
        if (line.type === 'interface')
          fresh.set(String(line['name']), {
            bytes: -1,
            at: 0,
            rate: null,
            ...this.known.get(String(line['name'])),
            line,
          });
        else if (line.type === 'permission') this.permission = line;
        else if (line.type === 'error') {
          this.failure = line;
          resolve();
        } else if (line.type === 'counters') this.count(line['bytes']);
        if (line.type === 'end') {
          this.known = fresh;
          fresh = new Map();
          resolve();
        }
      });
      void this.run.ended.then(() => {
        resolve();
        this.run = null;
      });
    });
    // Nobody has asked for a while: the next question starts anew, with interfaces that came since.
    this.timer = setTimeout(() => this.close(), FORGET_AFTER);
    this.timer.unref();
  }

  private count(bytes: unknown): void {
    if (typeof bytes !== 'object' || bytes === null) return;
    const now = performance.now();
    for (const [name, value] of Object.entries(bytes)) {
      const k = this.known.get(name);
      // The system counts no bytes of `any`, which is all of them: 0 beside their rates would be wrong.
      if (!k || name === 'any' || typeof value !== 'number') continue;
      k.rate = k.bytes < 0 ? null : Math.max(0, ((value - k.bytes) * 1000) / (now - k.at));
      k.bytes = value;
      k.at = now;
    }
  }
}

/** Ready or not, and why, from what the helper's `list` said. */
export function readinessOf(
  helper: string,
  lines: readonly HelperLine[],
  o: { readonly missing: boolean },
): Pick<CaptureReadiness, 'ready' | 'sentence' | 'command'> {
  if (o.missing) return { ready: false, sentence: say('helper-not-built'), command: buildCommand() };
  const failure = lines.find((l) => l.type === 'error');
  if (failure !== undefined) {
    const missing = failure['code'] === 'no-libpcap';
    return {
      ready: false,
      sentence: say(missing ? 'no-libpcap' : 'interfaces-not-listed', { why: String(failure['message']) }),
      command: missing ? libraryCommand() : null,
    };
  }
  const permission = lines.find((l) => l.type === 'permission');
  if (permission !== undefined && permission['ok'] !== true)
    return notPermitted(helper, String(permission['code']), String(permission['message']));
  return { ready: true, sentence: say('helper-only-opens'), command: null };
}

/** What to say and what to do when the system forbids capturing. */
export function notPermitted(
  helper: string,
  code: string,
  message: MessageValue,
): { ready: false; sentence: Message; command: string | null } {
  if (code !== 'permission')
    return { ready: false, sentence: say('no-interface-opened', { why: message }), command: null };
  if (process.platform === 'linux') return { ready: false, ...linuxCause(helper, linuxFacts(helper)) };
  if (process.platform === 'darwin')
    return { ready: false, sentence: say('permission-bpf'), command: 'sudo chown "$USER" /dev/bpf*' };
  return { ready: false, sentence: say('permission-npcap'), command: null };
}

function buildCommand(): string {
  return process.platform === 'darwin'
    ? 'xcode-select --install && npm run build:native'
    : 'sudo apt-get install g++ && npm run build:native';
}

function libraryCommand(): string | null {
  return process.platform === 'linux' ? 'sudo apt-get install libpcap0.8' : null;
}

function info(k: Known): InterfaceInfo {
  const { line } = k;
  return {
    name: String(line['name']),
    description: String(line['description']),
    addresses: Array.isArray(line['addresses']) ? line['addresses'].map(String) : [],
    up: line['up'] === true,
    running: line['running'] === true,
    loopback: line['loopback'] === true,
    rate: k.rate,
    link: typeof line['linkName'] === 'string' ? line['linkName'] : null,
    monitor: line['monitor'] === true,
  };
}

function rank(i: InterfaceInfo): number {
  return (i.up ? 0 : 4) + (i.loopback ? 2 : 0) + (i.name === 'any' ? 3 : 0);
}
