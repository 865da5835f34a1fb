// Variables of rules as Suricata's own suricata.yaml has them, with those that a person sets.
import type { Message } from '../../contract/index.ts';
import { addressSet, portSet, type RuleVariables } from './places.ts';

/** suricata.yaml of Suricata 8, vars.address-groups. */
const ADDRESSES: readonly (readonly [name: string, value: string])[] = [
  ['HOME_NET', '[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12]'],
  ['EXTERNAL_NET', '!$HOME_NET'],
  ['AIM_SERVERS', '$EXTERNAL_NET'],
  ...[
    'HTTP_SERVERS',
    'SMTP_SERVERS',
    'SQL_SERVERS',
    'DNS_SERVERS',
    'TELNET_SERVERS',
    'DC_SERVERS',
    'DNP3_SERVER',
    'DNP3_CLIENT',
    'MODBUS_CLIENT',
    'MODBUS_SERVER',
    'ENIP_CLIENT',
    'ENIP_SERVER',
  ].map((name): [string, string] => [name, '$HOME_NET']),
];
/** The same file, vars.port-groups. */
const PORTS: readonly (readonly [name: string, value: string])[] = [
  ['HTTP_PORTS', '80'],
  ['SHELLCODE_PORTS', '!80'],
  ['ORACLE_PORTS', '1521'],
  ['SSH_PORTS', '22'],
  ['DNP3_PORTS', '20000'],
  ['MODBUS_PORTS', '502'],
  ['FILE_DATA_PORTS', '[$HTTP_PORTS,110,143]'],
  ['FTP_PORTS', '21'],
  ['GENEVE_PORTS', '6081'],
  ['VXLAN_PORTS', '4789'],
  ['TEREDO_PORTS', '3544'],
  ['SIP_PORTS', '[5060,5061]'],
];

/** A variable whose value is neither of addresses nor of ports. */
export interface OddVariable {
  readonly name: string;
  readonly why: Message;
}

/**
 * @param said values by name, without the dollar: the later one counts
 * @returns Suricata's own variables and these; a value that reads as either stands for both
 */
export function ruleVariables(said: readonly (readonly [name: string, value: string])[]): RuleVariables | OddVariable {
  const addresses = new Map(ADDRESSES);
  const ports = new Map(PORTS);
  for (const [name, value] of said) {
    addresses.set(name, value);
    ports.set(name, value);
  }
  for (const name of new Set(said.map(([n]) => n))) {
    const asAddresses = addressSet(`$${name}`, { addresses, ports });
    const asPorts = portSet(`$${name}`, { addresses, ports });
    if ('say' in asAddresses && 'say' in asPorts) return { name, why: asAddresses };
  }
  return { addresses, ports };
}
