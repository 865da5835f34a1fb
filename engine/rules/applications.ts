// Names of applications.

/** What protocols of rules are called where a header or `app-layer-protocol` names them. */
export const APPLICATIONS: Readonly<Record<string, readonly string[]>> = {
  http: ['http1', 'http2', 'doh2'], http1: ['http1'], http2: ['http2', 'doh2'], dns: ['dns', 'doh2'], doh2: ['doh2'], mdns: ['mdns'],
  tls: ['tls'], ssl: ['tls'], quic: ['quic'], ssh: ['ssh'], smb: ['smb'], dcerpc: ['dcerpc', 'smb'], ftp: ['ftp'],
  'ftp-data': ['ftp-data'], smtp: ['smtp'], krb5: ['krb5'], sip: ['sip'], mqtt: ['mqtt'], ike: ['ike'], ikev2: ['ike'],
  rfb: ['rfb'], snmp: ['snmp'], nfs: ['nfs'], enip: ['enip'], websocket: ['websocket'], ldap: ['ldap'],
  telnet: ['telnet'], imap: ['imap'], pop3: ['pop3'], ntp: ['ntp'], dhcp: ['dhcp'], tftp: ['tftp'], rdp: ['rdp'],
  bittorrent: ['bittorrent-dht'], 'bittorrent-dht': ['bittorrent-dht'], modbus: ['modbus'], dnp3: ['dnp3'],
  pgsql: ['pgsql'], template: ['template'], failed: ['failed'], unknown: ['unknown'], jabber: ['jabber'], irc: ['irc'],
};
