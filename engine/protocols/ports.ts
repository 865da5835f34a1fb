// Which protocol a port usually carries, as Wireshark registers it. Data: adding one is a word in one place.
import { protocolId } from '../decode/index.ts';

const TCP_PORTS = `
HTTP 80 631 1900 2869 3128 3132 5985 8080 8088 11371 2710 3689 1910|TLS 443 465 636 802 853 993 995 1300 2221 3249 3250 3251 3252 3496 5061 5671 5684 8883 11207 27017 324 2443 5868 19999|DNS 53|MDNS 5353|FTP 21|FTP-DATA 20|SSH 22 29418|TELNET 23|SMTP 25 587|
POP 110|IMAP 143|NNTP 119|IRC 6667 57000|NBSS 139 445|LDAP 389 3268|KRB5 88|KPASSWD 464|Portmap 111|BGP 179|TPKT 102 3389|MySQL 3306|PGSQL 5432|TDS 1433 2433|TNS 1521|RTSP 554 8554 7236|SIP 5060|MQTT 1883|AMQP 5672|
RESP 6379|MEMCACHE 11211|XMPP/XML 5222|X11 6000-6063|Modbus/TCP 502|DNP_3.0 20000|ENIP 44818|IEC_60870-5-104 2404|RSH 514|EXEC 512|Rlogin 513|Rsync 873|Git 9418|VNC 5900 5901 5500 5501|Socks 1080|RTMP 1935|WHOIS 43|FINGER 79|
Kafka 9092|CQL 9042|Elasticsearch 9300|OpenFlow 6653 6633|OpenVPN 1194|OpcUa 4840|PPTP 1723|RMI 1099|SKINNY 2000|SMPP 2775|DIAMETER 3868|LDP 646|MSDP 639|SRVLOC 427|STUN 3478|SYNCHROPHASOR 4712|TPLINK-SMARTHOME 9999|TiVoConnect 2190|Z39.50 210|
AMS 48898|ANSI_C12.22 1153|DSI 548|DoIP 13400|GIT 9418|Gearman 4730|HART_IP 5094|HiSLIP 4880|Lustre 988|MEGACO 2944|H.248 2945|OMRON 9600|RSYNC 873|AJP13 8009|BitTorrent 6881-6889|COPS 3288|DICOM 104|ECHO 7|CHARGEN 19|Daytime 13|TIME 37|Gopher 70|
HL7 2575|ICAP 1344|LPD 515|MSMMS 1755|MSNMS 1863|MSRP 2855|NDMP 10000|PCEP 4189|TACACS+ 49|RPKI-RTR 323|WOW 3724|WOWW 8085|SNMP 161 162|NTP 123|ISAKMP 500|GTP 2123 2152|CoAP 5683|DCERPC 135|Nano 7075|PVFS 3334|FIX 0|9P 564|Couchbase 11210|DISTCC 3632|DLEP 854|
KNXnet/IP 3671|ELCOM 5997|EPMD 4369|GNUTELLA 6346|ICQ 5190|JDWP 9009|UMA 14001|SIGCOMP 5555 6666|RTPproxy 22222|Synergy 24800|NVMe/TCP 4420|DRDA 446 50000|IAX2 0|PTP/IP 15740|R3 2571 8023|SMUX 199|UCP 0|SABP 3452|ULP 7275|VICP 1861|ZEBRA 2600|iSCSI 3260 860|NFS 2049`;

const UDP_PORTS = `
DNS 53|MDNS 5353|LLMNR 5355|NBNS 137|NBDS 138|DHCP 67 68 4011|DHCPv6 546 547|NTP 123|SSDP 1900|SNMP 161 162|Syslog 514|TFTP 69|RADIUS 1645 1646 1700 1812 1813 3799|ISAKMP 500|UDPENCAP 4500|SIP 5060|STUN 3478|QUIC 443|KRB5 88|KRB4 750|lw_res 921|LSD 6771|LON 1628 1629|CLDAP 389|RIPv1 520|RIPng 521|
Portmap 111|NFS 2049|L2TP 1701|GTP 2123 2152 3386|PFCP 8805|VXLAN 4789|Geneve 6081|HSRP 1985|HSRPv2 2029|BFD_Control 3784 4784 6784 7784|BFD_Echo 3785|LDP 646|SRVLOC 427|DB-LSP-DISC 17500|BACnet-APDU 47808|CAPWAP-Control 5246|CAPWAP-Data 5247|CIP_I/O 2222|
ENIP 44818|OpenVPN 1194|IAX2 4569|MGCP 2427 2727|MEGACO 2944|H.225.0 1718 1719|ICP 3130|OICQ 8000|PTPv2 319 320|CFLOW 2055 4739 9996|sFlow 6343|XDMCP 177|TiVoConnect 2190|NAT-PMP 5351 5350|KNXnet/IP 3671|HART_IP 5094|CoAP 5683|MEMCACHE 11211|
collectd 25826|EGD 18246|CAN-ETH 11898|CPHA 8116|DLEP 854|DNP_3.0 20000|DoIP 13400|ESIO 6060|UFTP 1044|ANSI_C12.22 1153|LISP 4342 4341|Lwapp 12222 12223|MNDP 5678|OMRON 9600|S-Bus 5050|BJNP 8611-8614|RX 7000-7009 7021|RakNet 19132|TPLINK-SMARTHOME/JSON 9999|
Teredo 3544|WireGuard 51820|SYNCHROPHASOR 4713|AODV 654|AYIYA 5072|AX4000 3357|BAT 4305|ECHO 7|CHARGEN 19|Daytime 13|TSP 525|TIME 37|GLBP 3222|GSMTAP 4729|GVCP 3956|HCrt 47000|IAPP 2313|ICQ 4000|IPVS 8848|KDP 19948|LMP 701|MAC-Telnet 20561|MPLS_ECHO 3503|
OLSR_v1 698|PNRP 3540|QUAKE 26000|QUAKE3 27960-27963|QUAKEWORLD 27500|RDPUDP 3389|RIP 520|SAP 9875|SEBEK 1101|TACACS 49|TIPC 6118|Vuze-DHT 11273|WCCP 2048|WHO 513|WLCCP 2887|ZigBee 17754|iSNS 3205|RMCP 623|DTLS 853 2221 5684|Mobile_IP 434|ASAP 3863|Auto-RP 496|
Babel 6696|Elasticsearch 54328|CUPS 631|HIP 10500|TZSP 37008|LLC 12000-12004|X-Plane 0|Steam_IHS_Discovery 27036|TeamSpeak2 8767|Nano 7075|Armagetronad 4533 4534|Pathport 3792|NBDGM 0|RPC 0|AoE 0|DCERPC 135|KINK 910|Kpasswd 464|VITA_49 4991|ADwin 6543|MIPv6 5436|RTPS 7400 7401 7410 7411 7412 7413|WSP 9200|WTP+WSP 9201|LTP 1113|DCC 6277|ETHERCAT 34980|EPL 3819|PAPI 8211|ROON 9003`;

function table(text: string): Uint16Array {
  const ports = new Uint16Array(65_536);
  for (const entry of text.replaceAll('\n', '').split('|')) {
    const [name, ...numbers] = entry.trim().split(' ');
    const id = protocolId(name!.replaceAll('_', name === 'HART_IP' || name === 'lw_res' ? '_' : ' '));
    for (const number of numbers) {
      const [low, high = low] = number.split('-').map(Number);
      for (let port = low!; port <= high!; port++) if (port > 0) ports[port] = id;
    }
  }
  return ports;
}

/** Protocol ids by port, 0 where none is registered. */
export const tcpPorts = table(TCP_PORTS);
export const udpPorts = table(UDP_PORTS);

const FTP_DATA = protocolId('FTP-DATA');

/** The protocol that one of two ports is registered for; the lower port is asked first, as Wireshark does. */
export function byPorts(ports: Uint16Array, a: number, b: number): number {
  const low = ports[a < b ? a : b]!;
  const high = ports[a < b ? b : a]!;
  // Port 20 carries FTP data only where nothing better is known.
  return low === FTP_DATA && high !== 0 ? high : low || high;
}

/** Names of what a port is registered for and of what is recognised by content, where they are not the same word. */
const CARRIERS: ReadonlyMap<number, readonly number[]> = new Map([
  [protocolId('TPKT'), [protocolId('RDP')]],
  [protocolId('NBSS'), [protocolId('SMB'), protocolId('SMB2')]],
]);

/** Whether a protocol recognised by content is the one that a port is registered for. */
export function sameService(registered: number, recognised: number): boolean {
  return registered === recognised || (CARRIERS.get(registered)?.includes(recognised) ?? false);
}
