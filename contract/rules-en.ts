// What rules of evidence say, beside contract/messages-en.ts: `rule-x` in a few words, `ev-x` in a sentence with values.
export const RULES_ENGLISH = {
  // rules in Suricata's language
  'rule-signature': 'a threat rule matched',
  'signature-title': '“{msg}”',
  'ev-signature': 'Threat rule {sid:plain} matched: {msg}.',
  // certificates and contact
  'rule-self-signed-young': 'self-signed certificate younger than a month',
  'ev-self-signed-young': '{peer} showed a certificate that it signed itself, {age} old ({subject}).',
  'age-under-a-day': 'less than a day',
  'age-days': '{days:plain} {days:day|days}',
  'rule-self-signed-domain-unnamed': 'self-signed for a domain that was never asked for',
  'ev-self-signed-domain-unnamed':
    '{peer} showed a certificate for {name} that it signed itself; no name was asked for, and no DNS answer led to it.',
  'rule-self-signed-wrong-name': 'self-signed for another name',
  'ev-self-signed-wrong-name': '{name} was asked for, and {peer} showed a self-signed certificate of {subject}.',
  'rule-self-signed-odd-port': 'self-signed certificate on an unusual port',
  'ev-self-signed-odd-port': '{peer} showed a self-signed certificate on port {port:plain} ({subject}).',
  'rule-default-certificate': 'certificate with a maker’s or tutorial’s default name',
  'ev-default-certificate': 'The certificate of {peer} holds “{text}”, a default that nobody changed.',
  'rule-default-certificate-young': 'a new certificate with a default name of a tool or tutorial',
  'ev-default-certificate-young':
    '{peer} showed a certificate of its own making, {age} old, with “{text}” in it, a default that nobody changed.',
  'rule-self-signed': 'self-signed certificate',
  'ev-self-signed': '{peer} showed a certificate that it signed itself ({subject}).',
  'rule-self-signed-no-domain': 'self-signed, and its name is no domain',
  'ev-self-signed-no-domain': 'The self-signed certificate of {peer} is for “{name}”, which is no domain.',
  'rule-self-signed-many-fields-no-name': 'self-signed with an invented company, no name asked for',
  'ev-self-signed-many-fields-no-name':
    '{peer} was contacted without a server name and showed a self-signed certificate of a whole company: {subject}.',
  'rule-tor-certificate': 'Tor',
  'ev-tor-certificate': '{peer} is a relay of Tor: its certificate is one that Tor makes up.',
  'rule-tls-unnamed-many': 'several encrypted peers without name or DNS',
  'ev-tls-unnamed-many':
    'One TLS client on {host} (JA3 {ja3}) contacted at least {peers:plain} public addresses within an hour without a \
server name, {peer} among them; no DNS answer named any of them.',
  'rule-tls-no-name-odd-port': 'TLS without server name on an unusual port',
  'ev-tls-no-name-odd-port': 'TLS to {peer} on port {port:plain} without a server name.',
  'rule-tls-no-name-no-dns': 'TLS without server name to an address that DNS never named',
  'ev-tls-no-name-no-dns': 'TLS to {peer} without a server name, and no DNS answer gave that address.',
  'rule-not-tls-on-443': 'something other than TLS on port 443',
  'ev-not-tls-on-443': 'What was sent to {peer} on port 443 is neither TLS nor HTTP.',
  'rule-tls-unnamed-public': 'TLS without server name',
  'ev-tls-unnamed-public': 'TLS to {peer} without a server name.',
  // DNS
  'rule-dns-tunnel': 'data in DNS names (tunnel)',
  'ev-dns-tunnel':
    '{host} asked for at least {names:plain} different names under {name} within an hour, their longest parts \
{characters:plain} characters long on average.',
  'rule-dns-text-many': 'many long DNS questions for texts',
  'ev-dns-text-many':
    '{host} asked for the texts (TXT, NULL or alike) of at least {names:plain} different long names under {name} within \
an hour.',
  'rule-dns-text-polled': 'texts fetched by DNS again and again',
  'ev-dns-text-polled':
    '{host} asked {name} for text (TXT, NULL or alike) at least {queries:plain} times within an hour, as a program that \
fetches orders.',
  'rule-dns-text-queries': 'repeated DNS questions for texts',
  'ev-dns-text-queries':
    '{host} asked at least {queries:plain} times for texts (TXT, NULL or alike) under {name} within an hour.',
  'rule-dns-long-label': 'very long part of a DNS name',
  'ev-dns-long-label':
    'A name under {name} has a part of {characters:plain} characters, as when data is sent in names.',
  'rule-dns-many-unknown-random': 'many random names that do not exist',
  'ev-dns-many-unknown-random':
    '{host} asked for at least {names:plain} different random-looking names within an hour, and none of them exists.',
  'rule-dns-signature-query': 'DNS question of a known exploit (SIG)',
  'ev-dns-signature-query':
    'The record type SIG of {name} was asked for: nothing uses it any more but an exploit of Windows DNS (SIGRed).',
  // DCERPC
  'rule-rpc-sharp-operation': 'another host is changed by remote calls',
  'rule-rpc-lesser-operation': 'remote call that administers another host',
  'rule-rpc-opening-operation': 'remote call that opens accounts or sets a password',
  'ev-rpc-operation': '{host} {does} {peer} ({operation}).',
  'rpc-does-run': 'ran a WMI method (as for starting a program) on',
  'rpc-does-wmi': 'logged on to WMI of',
  'rpc-does-wmi-write': 'wrote an object of WMI (as for a lasting subscription) on',
  'rpc-does-service-change': 'changed what a service starts on',
  'rpc-does-service': 'created a service on',
  'rpc-does-start': 'started a service on',
  'rpc-does-task': 'created a scheduled task on',
  'rpc-does-replicate': 'asked for the password data of the domain (replication, DCSync) from',
  'rpc-does-driver': 'installed a printer driver (as PrintNightmare does) on',
  'rpc-does-coerce': 'made a call that forces a logon to somebody else (coercion) on',
  'rpc-does-backup-key': 'asked for the domain’s backup key from',
  'rpc-does-machine-password': 'set a machine’s password on',
  'rpc-does-account': 'changed a user account on',
  'rpc-does-own-password': 'changed a password on',
  'rpc-does-accounts': 'opened the account database of',
  'rule-dcom-activation': 'an object is started on another host (DCOM)',
  'ev-dcom-activation': '{host} started an object on {peer} over DCOM.',
  'rule-rpc-wmi': 'WMI of another host is opened',
  'rule-rpc-service-or-task': 'services or tasks of another host are opened',
  'rule-rpc-coercion-interfaces': 'printing or file encryption of another host is opened',
  'rule-rpc-remote-administration': 'remote administration of another host is opened',
  'rule-rpc-dcom': 'DCOM of another host is opened',
  'rule-rpc-enumeration': 'accounts or shares of another host are opened',
  'ev-rpc-interface': '{host} opened the interface {interface} of {peer}.',
  'rule-winrm': 'remote administration of another host over HTTP (WinRM)',
  'ev-winrm': '{host} asked {peer} for {path}, where hosts are administered over HTTP (WinRM).',
  'rule-rpc-storm': 'storm of remote calls',
  'ev-rpc-storm':
    '{host} made at least {flows:plain} connections for remote calls (DCERPC) to {peer} within {seconds:plain} s.',
  'rule-netlogon-storm': 'storm of domain logons (as Zerologon does)',
  'ev-netlogon-tries':
    '{host} tried to log on to the domain (Netlogon) of {peer} {calls:plain} times in one connection.',
  'rule-kerberos-guessing': 'accounts or passwords tried by Kerberos',
  'ev-kerberos-guessing':
    '{peer} refused at least {failures:plain} logons of {host} within {seconds:plain} s: unknown accounts or wrong passwords.',
  'ev-netlogon-storm':
    '{host} opened the domain logon (Netlogon) of {peer} in at least {flows:plain} connections within {seconds:plain} s.',
  // SMB
  'rule-smb-program-to-admin-share': 'program on an administrative share',
  'ev-smb-program-to-admin-share': '{host} connected to {share} of {peer} and named the program {file} there.',
  'ev-smb-bytes-to-admin-share': '{host} connected to {share} of {peer} and wrote a program there.',
  'rule-program-written-by-smb': 'program written to a share',
  'ev-program-written-by-smb': '{host} wrote a program to a share of {peer}.',
  'rule-program-read-by-smb': 'program read from a share',
  'ev-program-read-by-smb': '{host} read a program from a share of {peer}.',
  'rule-smb-remote-execution': 'tool for running programs on another host',
  'ev-smb-remote-execution': '{host} used a tool for running programs on {peer}: {name}.',
  'rule-smb-svcctl': 'services of another host over SMB',
  'rule-smb-winreg': 'registry of another host over SMB',
  'rule-smb-atsvc': 'scheduled tasks of another host over SMB',
  'ev-smb-pipe': '{host} opened the pipe {pipe} of {peer}.',
  'rule-smb1-trans2-setup': 'SMB 1 request that only a back door answers',
  'ev-smb1-trans2-setup':
    '{host} sent {peer} a request of SMB 1 (TRANS2 SESSION_SETUP) that no ordinary program uses: how the back door \
DoublePulsar is asked for.',
  'rule-smb1-doublepulsar': 'the back door DoublePulsar answered',
  'ev-smb1-doublepulsar': '{peer} answered {host} as the back door DoublePulsar does: take it off the network.',
  // scans and guessing
  'rule-port-scan': 'many ports of one host tried',
  'ev-port-scan':
    '{host} tried at least {ports:plain} ports of {peer} within {seconds:plain} s that refused or did not answer.',
  'rule-host-scan': 'one port of many hosts tried',
  'ev-host-scan':
    '{host} tried port {port:plain} of at least {peers:plain} hosts within {seconds:plain} s that refused or did not answer.',
  'rule-icmp-sweep': 'many hosts pinged',
  'ev-icmp-sweep': '{host} pinged at least {peers:plain} hosts within an hour.',
  'rule-ssh-brute-force': 'SSH passwords tried',
  'rule-brute-force': 'passwords tried',
  'ev-guessing':
    '{host} made at least {flows:plain} short connections to {service} of {peer} within {seconds:plain} s, as when passwords are \
tried.',
  // mail and files
  'rule-smtp-login-in-clear': 'mail login in clear',
  'ev-smtp-login-in-clear': '{host} logged in to the mail server {peer} without encryption.',
  'rule-smtp-ehlo-bare-host': 'mail greeting with a bare host name',
  'ev-smtp-ehlo-bare-host':
    '{host} greeted the mail server {peer} as “{name}”, as programs do and mail servers do not.',
  'rule-smtp-from-client': 'mail sent directly',
  'ev-smtp-from-client': '{host} handed mail to {peer} without encryption.',
  'rule-ftp-upload': 'upload by FTP',
  'ev-ftp-upload': '{host} uploaded {file} to {peer} by FTP.',
  // tunnels, attacks, shells, malware, mining
  'rule-icmp-tunnel': 'data in pings (tunnel)',
  'ev-icmp-tunnel':
    '{host} sent {peer} {requests:plain} {requests:ping|pings} with changing contents and lengths, up to \
{bytes:plain} bytes.',
  'rule-log4shell': 'attempt to use Log4Shell',
  'ev-log4shell': '{host} sent {peer} a Log4Shell attack (“{text}”). Whether it succeeded is not said.',
  'rule-web-attack': 'attempt to attack a web server',
  'ev-web-attack': '{host} sent {peer} {what} (“{text}”). Whether it succeeded is not said.',
  'web-attack-traversal': 'a request for files outside of the site',
  'web-attack-sqli': 'an SQL injection',
  'web-attack-xss': 'a script in a request',
  'web-attack-shellshock': 'a Shellshock attack',
  'web-attack-scanner': 'a request of a scanner for weaknesses',
  'web-attack-command': 'a command in a request',
  'rule-java-class-over-http': 'Java program downloaded',
  'ev-java-class-over-http': '{host} received a compiled Java class from {peer}, the second step of Log4Shell.',
  'rule-shell-text': 'a shell in clear',
  'ev-shell-command': '{peer} sent {host} the command “{text}” as soon as {host} had connected (reverse shell).',
  'ev-shell-output': 'Between {host} and {peer} there is a shell in clear: “{text}”.',
  'rule-known-rat-bytes': 'first bytes of a known remote control program',
  'ev-known-rat-bytes': '{host} opened the connection to {peer} with the first bytes of {family}.',
  'rule-exe-raw': 'program over a connection without a known protocol',
  'ev-exe-raw': '{peer} sent {host} a program over a connection of no known protocol.',
  'rule-mining-protocol': 'mining',
  'ev-mining-protocol':
    '{host} fetches work for mining a cryptocurrency from {peer} on port {port:plain}. If nobody there wanted that, a \
program does it in secret.',
} as const;
