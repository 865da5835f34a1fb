// What Zeek calls the applications that we call so.

/** Names of readers (Suricata's) and of the engine's services. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['http1', 'http'],
  ['tls', 'ssl'],
  ['dns', 'dns'],
  ['mdns', 'dns'],
  ['llmnr', 'dns'],
  ['quic', 'quic'],
  ['ssh', 'ssh'],
  ['smtp', 'smtp'],
  ['ftp', 'ftp'],
  ['ftp-data', 'ftp-data'],
  ['smb', 'smb'],
  ['dcerpc', 'dce_rpc'],
  ['krb5', 'krb'],
  ['mqtt', 'mqtt'],
  ['sip', 'sip'],
  ['snmp', 'snmp'],
  ['rfb', 'rfb'],
  ['websocket', 'websocket'],
  ['NTP', 'ntp'],
  ['DHCP', 'dhcp'],
  ['RDP', 'rdp'],
  ['STUN', 'stun'],
  ['Socks', 'socks'],
  ['DTLS', 'ssl'],
  ['XMPP/XML', 'xmpp'],
  ['MySQL', 'mysql'],
  ['PGSQL', 'postgresql'],
  ['RADIUS', 'radius'],
  ['IMAP', 'imap'],
  ['POP', 'pop3'],
  ['IRC', 'irc'],
  ['Modbus/TCP', 'modbus'],
  ['DNP 3.0', 'dnp3'],
  ['Syslog', 'syslog'],
]);
const LDAP: Readonly<Record<number, string>> = { 6: 'ldap_tcp', 17: 'ldap_udp' };

/** @param services what readers recognised, in order @param app the engine's word, @returns Zeek's, each once */
export function serviceWords(services: readonly string[], app: string, protocol: number): readonly string[] {
  const words = [...services, app].flatMap((name) => {
    const word = name === 'ldap' ? LDAP[protocol] : WORDS.get(name);
    return word === undefined ? [] : [word];
  });
  // The handshake within QUIC is one of TLS.
  if (words.includes('quic')) words.push('ssl');
  return [...new Set(words)].sort();
}
