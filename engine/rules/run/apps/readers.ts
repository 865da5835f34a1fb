// Readers of applications, by the names that rules know them by.
import type { ApplicationReader } from '../application.ts';
import type { DataTransfer, Expected } from '../expected.ts';
import { DceRpcReader } from './dcerpc.ts';
import { DnsReader } from './dns.ts';
import { EnipReader } from './enip.ts';
import { FtpReader } from './ftp.ts';
import { FtpDataReader } from './ftp-data.ts';
import { Http1Reader } from './http1.ts';
import { Http2Reader } from './http2.ts';
import { IkeReader } from './ike.ts';
import { Krb5Reader } from './krb5.ts';
import { LdapReader } from './ldap.ts';
import { MqttReader } from './mqtt.ts';
import { NfsReader } from './nfs.ts';
import { QuicReader } from './quic.ts';
import { RfbReader } from './rfb.ts';
import { SipReader } from './sip.ts';
import { SmbReader } from './smb.ts';
import { SmtpReader } from './smtp.ts';
import { SnmpReader } from './snmp.ts';
import { SshReader } from './ssh.ts';
import { TlsReader } from './tls.ts';
import { WebSocketReader } from './websocket.ts';

/** What readers are told of the flow that they read. */
export interface ReaderPlace {
  readonly overTcp: boolean;
  /** The time of the capture. */
  readonly seconds: () => number;
  readonly client: bigint;
  readonly server: bigint;
  /** Where readers say which connections follow; null where nobody asks. */
  readonly expected: Expected | null;
  /** What was said of this connection before it began. */
  readonly transfer: DataTransfer | null;
}

export const READERS: Readonly<Record<string, (place: ReaderPlace) => ApplicationReader>> = {
  http1: () => new Http1Reader(),
  http2: () => new Http2Reader(),
  dns: (p) => new DnsReader('dns', p.overTcp),
  mdns: (p) => new DnsReader('mdns', p.overTcp),
  llmnr: (p) => new DnsReader('llmnr', p.overTcp),
  tls: (p) => new TlsReader(p.seconds),
  ssh: () => new SshReader(),
  quic: () => new QuicReader(),
  mqtt: () => new MqttReader(),
  sip: (p) => new SipReader(p.overTcp),
  ike: () => new IkeReader(),
  krb5: (p) => new Krb5Reader(p.overTcp),
  snmp: () => new SnmpReader(),
  rfb: () => new RfbReader(),
  ldap: (p) => new LdapReader(p.overTcp),
  smb: () => new SmbReader(),
  dcerpc: (p) => new DceRpcReader(p.overTcp),
  smtp: () => new SmtpReader(),
  ftp: (p) => new FtpReader(p),
  'ftp-data': (p) => new FtpDataReader(p.transfer),
  enip: (p) => new EnipReader(p.overTcp),
  nfs: (p) => new NfsReader(p.overTcp),
  websocket: () => new WebSocketReader(),
};
