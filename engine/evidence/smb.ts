// Evidence of SMB: programs on administrative shares, tools of remote execution, pipes of remote administration, and
// the SMB 1 exploit's back door.
//
// Exempt: IPC$ is no drive share (one letter and $ only); a library on ADMIN$ beside srvsvc is a printer's driver.
import { say } from '../../contract/index.ts';
import type { SmbName } from '../observe/index.ts';
import { REMOTE_TOOLS } from './data/remote-tools.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const TO_ADMIN_SHARE: Rule = {
  name: 'smb-program-to-admin-share',
  kind: 'smb-program',
  points: 3,
  title: 'rule-smb-program-to-admin-share',
  technique: 'T1021.002',
};
const WRITTEN: Rule = {
  name: 'program-written-by-smb',
  kind: 'smb-program',
  points: 2,
  title: 'rule-program-written-by-smb',
  technique: 'T1570',
};
const READ: Rule = { name: 'program-read-by-smb', kind: 'smb-program', points: 1, title: 'rule-program-read-by-smb' };
const TOOL: Rule = {
  name: 'smb-remote-execution',
  kind: 'smb-tool',
  points: 3,
  title: 'rule-smb-remote-execution',
  technique: 'T1569.002',
};
const SVCCTL: Rule = { name: 'smb-svcctl', kind: 'rpc', points: 2, title: 'rule-smb-svcctl' };
const WINREG: Rule = { name: 'smb-winreg', kind: 'rpc', points: 2, title: 'rule-smb-winreg' };
const ATSVC: Rule = { name: 'smb-atsvc', kind: 'rpc', points: 2, title: 'rule-smb-atsvc' };
const TRANS2: Rule = { name: 'smb1-trans2-setup', kind: 'smb-exploit', points: 2, title: 'rule-smb1-trans2-setup' };
const DOUBLEPULSAR: Rule = {
  name: 'smb1-doublepulsar',
  kind: 'smb-exploit',
  points: 3,
  title: 'rule-smb1-doublepulsar',
  technique: 'T1210',
};

export const SMB_RULES: readonly Rule[] = [
  TO_ADMIN_SHARE,
  WRITTEN,
  READ,
  TOOL,
  SVCCTL,
  WINREG,
  ATSVC,
  TRANS2,
  DOUBLEPULSAR,
];

const PIPES: ReadonlyMap<string, Rule> = new Map([
  ['svcctl', SVCCTL],
  ['winreg', WINREG],
  ['atsvc', ATSVC],
]);
const ADMIN_SHARE = /^(?:admin|[a-z])\$$/i;
const PROGRAM = /\.(?:exe|bat|ps1|hta|vbs)$/i;
const LIBRARY = /\.dll$/i;
const TOOLS = new RegExp(REMOTE_TOOLS.join('|'), 'i');

export function smbJudge(): Judge {
  return { wants: SHOWS.smb | SHOWS.sights, look };
}

function look(flow: FlowLook, found: Found): void {
  const { smb, sights } = flow.observed;
  if (smb.length > 0) named(flow, found);
  if (sights.length === 0) return;
  const peer = flow.responderText;
  const host = flow.initiatorText;
  for (const s of sights) {
    const shown = { packets: [s.packet] };
    if (s.pattern === 'program-written') found(WRITTEN, say('ev-program-written-by-smb', { host, peer }), shown);
    if (s.pattern === 'program-read') found(READ, say('ev-program-read-by-smb', { host, peer }), shown);
    if (s.pattern === 'smb1-trans2-session-setup') found(TRANS2, say('ev-smb1-trans2-setup', { host, peer }), shown);
    if (s.pattern === 'doublepulsar-answer') found(DOUBLEPULSAR, say('ev-smb1-doublepulsar', { host, peer }), shown);
  }
}

function named(flow: FlowLook, found: Found): void {
  const { smb } = flow.observed;
  const peer = flow.responderText;
  const host = flow.initiatorText;
  const share = smb.find((n) => n.what === 'share' && ADMIN_SHARE.test(n.name));
  if (share !== undefined) toShare(flow, share, found);
  const tool = smb.find((n) => n.what !== 'share' && TOOLS.test(n.name));
  if (tool !== undefined)
    found(TOOL, say('ev-smb-remote-execution', { host, peer, name: tool.name }), {
      packets: [tool.packet],
      shows: tool.name,
    });
  const told = new Set<Rule>();
  for (const n of smb) {
    const rule = n.what === 'pipe' ? PIPES.get(pipeName(n.name)) : undefined;
    if (rule === undefined || told.has(rule)) continue;
    told.add(rule);
    found(rule, say('ev-smb-pipe', { host, peer, pipe: pipeName(n.name) }), { packets: [n.packet], shows: n.name });
  }
}

function toShare(flow: FlowLook, share: SmbName, found: Found): void {
  const { smb, sights } = flow.observed;
  const peer = flow.responderText;
  const host = flow.initiatorText;
  const written = sights.find((s) => s.pattern === 'program-written');
  const driver = smb.some((n) => n.what === 'pipe' && pipeName(n.name) === 'srvsvc');
  const library = /^admin\$$/i.test(share.name) && !driver;
  const file = smb.find((n) => n.what === 'file' && (PROGRAM.test(n.name) || (library && LIBRARY.test(n.name))));
  if (file !== undefined) {
    const said = say('ev-smb-program-to-admin-share', { host, peer, share: share.name, file: file.name });
    found(TO_ADMIN_SHARE, said, { packets: [share.packet, file.packet], shows: file.name });
  } else if (written !== undefined) {
    const said = say('ev-smb-bytes-to-admin-share', { host, peer, share: share.name });
    found(TO_ADMIN_SHARE, said, { packets: [share.packet, written.packet] });
  }
}

function pipeName(name: string): string {
  return name.slice(name.lastIndexOf('\\') + 1).toLowerCase();
}
