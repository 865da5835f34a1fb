// Names of the ATT&CK techniques that rules show (MITRE ATT&CK for Enterprise; a proper noun, the same in every language).

export const TECHNIQUES = {
  T1008: 'Fallback Channels',
  T1016: 'System Network Configuration Discovery',
  T1018: 'Remote System Discovery',
  T1021: 'Remote Services',
  'T1021.002': 'SMB/Windows Admin Shares',
  'T1021.003': 'Distributed Component Object Model',
  T1036: 'Masquerading',
  T1046: 'Network Service Discovery',
  T1047: 'Windows Management Instrumentation',
  'T1048.003': 'Exfiltration Over Unencrypted Non-C2 Protocol',
  T1059: 'Command and Scripting Interpreter',
  T1071: 'Application Layer Protocol',
  'T1071.001': 'Web Protocols',
  'T1071.003': 'Mail Protocols',
  'T1071.004': 'DNS',
  T1095: 'Non-Application Layer Protocol',
  T1105: 'Ingress Tool Transfer',
  T1110: 'Brute Force',
  T1190: 'Exploit Public-Facing Application',
  T1210: 'Exploitation of Remote Services',
  T1496: 'Resource Hijacking',
  T1568: 'Dynamic Resolution',
  'T1568.002': 'Domain Generation Algorithms',
  'T1569.002': 'Service Execution',
  T1570: 'Lateral Tool Transfer',
  T1571: 'Non-Standard Port',
  'T1573.002': 'Asymmetric Cryptography',
} as const;

export type Technique = keyof typeof TECHNIQUES;
