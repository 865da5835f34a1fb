// Suricata's own classes of rules (classification.config): priority, and what the class is called for people.

export interface RuleClass {
  /** 1 is the gravest. */
  readonly priority: number;
  readonly text: string;
}

const of = (priority: number, text: string): RuleClass => ({ priority, text });

const CLASSES: Readonly<Record<string, RuleClass>> = {
  'not-suspicious': of(3, 'Not Suspicious Traffic'),
  unknown: of(3, 'Unknown Traffic'),
  'bad-unknown': of(2, 'Potentially Bad Traffic'),
  'attempted-recon': of(2, 'Attempted Information Leak'),
  'successful-recon-limited': of(2, 'Information Leak'),
  'successful-recon-largescale': of(2, 'Large Scale Information Leak'),
  'attempted-dos': of(2, 'Attempted Denial of Service'),
  'successful-dos': of(2, 'Denial of Service'),
  'attempted-user': of(1, 'Attempted User Privilege Gain'),
  'unsuccessful-user': of(1, 'Unsuccessful User Privilege Gain'),
  'successful-user': of(1, 'Successful User Privilege Gain'),
  'attempted-admin': of(1, 'Attempted Administrator Privilege Gain'),
  'successful-admin': of(1, 'Successful Administrator Privilege Gain'),
  'rpc-portmap-decode': of(2, 'Decode of an RPC Query'),
  'shellcode-detect': of(1, 'Executable code was detected'),
  'string-detect': of(3, 'A suspicious string was detected'),
  'suspicious-filename-detect': of(2, 'A suspicious filename was detected'),
  'suspicious-login': of(2, 'An attempted login using a suspicious username was detected'),
  'system-call-detect': of(2, 'A system call was detected'),
  'tcp-connection': of(4, 'A TCP connection was detected'),
  'trojan-activity': of(1, 'A Network Trojan was detected'),
  'unusual-client-port-connection': of(2, 'A client was using an unusual port'),
  'network-scan': of(3, 'Detection of a Network Scan'),
  'denial-of-service': of(2, 'Detection of a Denial of Service Attack'),
  'non-standard-protocol': of(2, 'Detection of a non-standard protocol or event'),
  'protocol-command-decode': of(3, 'Generic Protocol Command Decode'),
  'web-application-activity': of(2, 'access to a potentially vulnerable web application'),
  'web-application-attack': of(1, 'Web Application Attack'),
  'misc-activity': of(3, 'Misc activity'),
  'misc-attack': of(2, 'Misc Attack'),
  'icmp-event': of(3, 'Generic ICMP event'),
  'inappropriate-content': of(1, 'Inappropriate Content was Detected'),
  'policy-violation': of(1, 'Potential Corporate Privacy Violation'),
  'default-login-attempt': of(2, 'Attempt to login by a default username and password'),
  'targeted-activity': of(1, 'Targeted Malicious Activity was Detected'),
  'exploit-kit': of(1, 'Exploit Kit Activity Detected'),
  'external-ip-check': of(2, 'Device Retrieving External IP Address Detected'),
  'domain-c2': of(1, 'Domain Observed Used for C2 Detected'),
  'pup-activity': of(2, 'Possibly Unwanted Program Detected'),
  'credential-theft': of(1, 'Successful Credential Theft Detected'),
  'social-engineering': of(2, 'Possible Social Engineering Attempted'),
  'coin-mining': of(2, 'Crypto Currency Mining Activity Detected'),
  'command-and-control': of(1, 'Malware Command and Control Activity Detected'),
};

function classOf(classtype: string | null): RuleClass | null {
  return classtype !== null && Object.hasOwn(CLASSES, classtype) ? CLASSES[classtype]! : null;
}

/** @returns 3 where the class is not among Suricata's own */
export function priorityOf(classtype: string | null): number {
  return classOf(classtype)?.priority ?? 3;
}

/** What a class is called; empty where it is not among Suricata's own, as Suricata writes it. */
export function classText(classtype: string | null): string {
  return classOf(classtype)?.text ?? '';
}
