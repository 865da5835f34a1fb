// What is searched for in text: names and patterns. Every pattern is linear on the bounded text that it is given.

export interface Pattern {
  readonly name: string;
  readonly pattern: RegExp;
}

/** Characters of the shortest text that any pattern of first bytes finds: a command and the end of its line. */
export const SHORTEST = 3;
/** Characters of the shortest text that a shell's output is known by. */
export const SHORTEST_OUTPUT = 13;
/** Characters of the shortest text that mining is known by: a miner's name. */
export const SHORTEST_MINING = 5;

/** Text of requests that is searched of one direction. */
export const MAX_EXPLOIT_TEXT = 200_000;
/** First bytes of a request's body that are searched. */
export const MAX_BODY_TEXT = 4_096;
/** A peer's first bytes in which a Java class is looked for. */
export const MAX_CLASS = 5_000;
export const MAX_SHELL = 3_000;
export const MAX_MINING = 2_000;
/** A peer's bytes in which a program is looked for. */
export const MAX_PROGRAM = 2 * 1024 * 1024;

/** Over a request's line. Runs of blanks are bounded, so that no pattern can take more than linear time. */
export const linePatterns: readonly Pattern[] = [
  {
    name: 'traversal',
    pattern: /(?:\.\.\/|%2e%2e\/|\.%2e\/|%2e\.\/|\.\.%2f){2}|\/etc\/passwd|\/bin\/(?:ba)?sh|boot\.ini/i,
  },
  {
    name: 'sqli',
    pattern: /union(?:\+|%20|\/\*\*\/){1,8}(?:all(?:\+|%20){1,8})?select|'(?:\+|%20){0,8}or(?:\+|%20){0,8}(?:'?1|%27)/i,
  },
  { name: 'sqli', pattern: /%27(?:\+|%20){0,8}(?:or|union|and)(?:\+|%20)|information_schema|sleep\(\d|waitfor/i },
  { name: 'xss', pattern: /%3Cscript|<script|javascript:|onerror=/i },
  {
    name: 'command-injection',
    pattern: /(?:;|%3b|`|%60|\$\(|%24%28)(?:\+|%20){0,8}(?:wget|curl|cat|id|whoami|nc|bash|sh|ls)\b/i,
  },
  {
    name: 'command-injection',
    pattern: /(?:\||%7c)(?:\+|%20){0,8}(?:wget|curl|whoami|bash|sh)\b|freemarker|getRuntime|\.%2e\//i,
  },
];

/** Over whole heads and first bytes of bodies. */
export const textPatterns: readonly Pattern[] = [
  { name: 'jndi', pattern: /\$(?:\{|%7b)(?:jndi|\$|lower|upper|::)/i },
  { name: 'shellshock', pattern: /\(\) ?\{ ?:;? ?\};/ },
];

export const agentPattern: Pattern = {
  name: 'scanner',
  pattern: /nikto|sqlmap|nmap|masscan|zgrab|dirbuster|gobuster|wpscan|nessus|openvas|acunetix|hydra/i,
};

/** At the very start of the peer's bytes. */
export const shellCommand: Pattern = {
  name: 'shell-command',
  pattern: /^(?:id|pwd|ls|whoami|cat |uname|cd |ipconfig|dir|net user|systeminfo|hostname)[ \r\n-]/,
};

/** By byte: a command of a shell begins with it. */
export const SHELL_LETTERS: Readonly<Uint8Array> = Uint8Array.from({ length: 256 }, (_, byte) =>
  'iplwucdnsh'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** In the first 3,000 bytes of either direction. */
export const shellOutputs: readonly Pattern[] = [
  { name: 'shell-output', pattern: /uid=\d{1,10}\(.{1,20}\) gid=/ },
  { name: 'shell-output', pattern: /Windows PowerShell\r?\nCopyright|Microsoft Windows \[Version/ },
];
/** In the initiator's first 3,000 bytes. */
export const shellVolume: Pattern = { name: 'shell-volume', pattern: /Volume Serial/ };

/** In the initiator's first 2,000 bytes. */
export const mining: Pattern = {
  name: 'mining',
  pattern: /"method" ?: ?"(?:mining\.|login"|eth_submit|eth_getWork|submit")|XMRig|NiceHash/,
};
