// All rules: the tables of the kinds, and one judge of each for a capture.
import { CERTIFICATE_RULES, certificateJudge } from './certificate.ts';
import { CONTACT_RULES, contactJudge } from './contact.ts';
import { DNS_RULES, dnsJudge } from './dns.ts';
import { EXPLOIT_RULES, exploitJudge } from './exploit.ts';
import { GUESSING_RULES, guessingJudge } from './guessing.ts';
import { INDICATOR_RULES } from './indicator.ts';
import { KERBEROS_RULES, kerberosJudge } from './kerberos.ts';
import { MAIL_RULES, mailJudge } from './mail.ts';
import { MALWARE_RULES, malwareJudge } from './malware.ts';
import { MINING_RULES, miningJudge } from './mining.ts';
import { isPopular } from './popular.ts';
import { nameScore } from './random-name.ts';
import { registeredName } from './registered.ts';
import { RPC_RULES, rpcJudge } from './rpc.ts';
import { SCAN_RULES, scanJudge } from './scan.ts';
import { SMB_RULES, smbJudge } from './smb.ts';
import { TUNNEL_RULES, tunnelJudge } from './tunnel.ts';
import { ADDR_RULES, addrJudge } from './addr.ts';
import { BEACON_RULES, beaconJudge } from './beacon.ts';
import { CLIENT_RULES, clientJudge } from './client.ts';
import { FRAMEWORK_RULES, frameworkJudge } from './framework.ts';
import { NAME_RULES, namesJudge } from './names.ts';
import { NEW_HERE_RULES } from './known.ts';
import { POLL_RULES, pollJudge } from './poll.ts';
import { PROGRAM_RULES, programJudge } from './program.ts';
import type { Judge, Rule } from './rule.ts';
import { SPRAY_RULES, sprayJudge } from './spray.ts';
import { WINRM_RULES, winrmJudge } from './winrm.ts';
import { WITNESS_RULES } from './witness.ts';

/** Every rule of ours, by kind. */
export const RULE_TABLE: readonly Rule[] = [
  ...CERTIFICATE_RULES,
  ...CONTACT_RULES,
  ...DNS_RULES,
  ...RPC_RULES,
  ...WINRM_RULES,
  ...SMB_RULES,
  ...SCAN_RULES,
  ...GUESSING_RULES,
  ...KERBEROS_RULES,
  ...MAIL_RULES,
  ...TUNNEL_RULES,
  ...EXPLOIT_RULES,
  ...MALWARE_RULES,
  ...MINING_RULES,
  ...PROGRAM_RULES,
  ...FRAMEWORK_RULES,
  ...CLIENT_RULES,
  ...ADDR_RULES,
  ...NAME_RULES,
  ...POLL_RULES,
  ...BEACON_RULES,
  ...SPRAY_RULES,
  ...WITNESS_RULES,
  ...NEW_HERE_RULES,
];

const BY_NAME = new Map([...RULE_TABLE, ...INDICATOR_RULES].map((rule) => [rule.name, rule]));

/** The rule of a name, null where there is none. */
export function ruleOf(name: string): Rule | null {
  return BY_NAME.get(name) ?? null;
}

/** Judges of one capture: counting rules have their tables in them. */
export function judges(): readonly Judge[] {
  return [
    certificateJudge(),
    contactJudge(),
    dnsJudge({ registeredName, isPopular, nameScore }),
    rpcJudge(),
    winrmJudge(),
    smbJudge(),
    scanJudge(),
    guessingJudge(),
    kerberosJudge(),
    mailJudge(),
    tunnelJudge(),
    exploitJudge(),
    malwareJudge(),
    miningJudge(),
    programJudge(),
    frameworkJudge(),
    clientJudge(),
    addrJudge(),
    namesJudge(),
    pollJudge(),
    beaconJudge(),
    sprayJudge(),
  ];
}
