// What hosts have shown of themselves: whether one is a PC, so that devices that talk to their makers are told apart.
import { serverNameOf } from '../protocols/index.ts';
import { rememberedByName } from '../features/index.ts';
import { ByteTable } from './byte-table.ts';
import type { FlowLook } from './rule.ts';

/** Services that PCs speak (NetBIOS, LLMNR, SMB, Kerberos, LDAP). */
const PC_PORTS = new Set([137, 138, 5355, 445, 88, 389]);
const PC_APPS = new Set(['NBNS', 'LLMNR', 'SMB', 'SMB2', 'KRB5', 'Kerberos', 'LDAP']);
const PC_AGENT =
  /Windows NT|MSIE|Mozilla\/4|Mozilla\/5\.0 \((?:Win|Mac|X11|iPh|Linux|comp)|Microsoft|WinHTTP|PowerShell/i;
const PC_SERVER = /(?:^|\.)(?:microsoft|windows|msn|live|office)\.com$/i;
const PC_NAME = /(?:^|\.)(?:microsoft|windows|msn|live|office|windowsupdate|msftncsi|msftconnecttest)\.com$/i;

export class Hosts {
  /** By address id: 1 once it has shown a mark of a PC. */
  private readonly pc = new ByteTable();

  isPc(address: number): boolean {
    return this.pc.at(address) === 1;
  }

  /** Takes notice of a flow of a host. */
  notice(look: FlowLook): void {
    const { initiator } = look;
    if (this.pc.at(initiator) !== 1 && marksPc(look)) this.pc.set(initiator, 1);
  }
}

function marksPc(look: FlowLook): boolean {
  if (PC_PORTS.has(look.port) || PC_APPS.has(look.app)) return true;
  const { exchanges } = look;
  for (let i = 0; i < exchanges.length; i++) {
    const agent = exchanges[i]!.request?.agent;
    if (agent && isPcAgent(agent)) return true;
  }
  const server = serverNameOf(look.facts);
  if (server !== null && PC_SERVER.test(server)) return true;
  const { dns } = look.observed;
  for (let i = 0; i < dns.length; i++) if (PC_NAME.test(dns[i]!.name)) return true;
  return false;
}

/** A few agents are sent again and again. */
const isPcAgent = rememberedByName((agent) => PC_AGENT.test(agent));
