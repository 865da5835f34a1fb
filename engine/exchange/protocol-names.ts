// The original's protocol names: its port table is asked before TCP and UDP. Names are IANA's, in its spelling.

const PORTS: Readonly<Record<number, string>> = {
  20: 'FTP-Data',
  21: 'FTP',
  22: 'SSH',
  23: 'Telnet',
  25: 'SMTP',
  53: 'DNS',
  67: 'Bootps',
  68: 'Bootpc',
  69: 'TFTP',
  80: 'HTTP',
  88: 'Kerberos',
  110: 'POP3',
  123: 'NTP',
  135: 'Epmap',
  137: 'Netbios-Ns',
  138: 'Netbios-Dgm',
  139: 'Netbios-Ssn',
  143: 'IMAP',
  161: 'SNMP',
  389: 'LDAP',
  443: 'HTTPS',
  445: 'Microsoft-Ds',
  993: 'IMAPS',
  995: 'POP3S',
  1433: 'MS-SQL-S',
  1900: 'SSDP',
  3306: 'MySQL',
  3389: 'RDP',
  5353: 'MDNS',
  5355: 'LLMNR',
  8080: 'WebCache',
};
const IP: Readonly<Record<number, string>> = {
  0: 'HOPOPT',
  1: 'ICMP',
  2: 'IGMP',
  6: 'TCP',
  17: 'UDP',
  41: 'IPv6',
  47: 'GRE',
  50: 'ESP',
  58: 'IPv6-ICMP',
  89: 'OSPFIGP',
  132: 'SCTP',
};

/** @param sport, dport -1 without ports @param ipProtocol -1 without IP */
export function originalProtocol(sport: number, dport: number, ipProtocol: number, column: string): string {
  if (ipProtocol < 0) return column;
  return (
    (sport >= 0 ? (PORTS[Math.min(sport, dport)] ?? PORTS[Math.max(sport, dport)]) : undefined) ??
    IP[ipProtocol] ??
    String(ipProtocol)
  );
}
