// Names that stand in certificates nobody made for a site of their own. Collected November 2026: OpenSSL's default
// configuration (Debian's and Red Hat's openssl.cnf), tutorials, and the default subjects that the makers of remote
// control tools and command frameworks ship (their public sources and documentation). 'Test' is left out: it stood in
// four benign captures and in no malicious one.

/** Whole words of subject or issuer, without regard to case. */
export const DEFAULT_SUBJECTS: readonly string[] = [
  // OpenSSL and tutorials
  'Some-State',
  'Internet Widgits',
  'localhost',
  'example.com',
  'example.org',
  'example.net',
  'Global Security',
  'IT Department',
  'Default Company',
  'Some Company',
  'Some-Company',
  // tools
  'AsyncRAT',
  'Quasar',
  'DcRat',
  'BitRAT',
  'VenomRAT',
  'Venom',
  'Orcus',
  'Cobalt Strike',
  'CobaltStrike',
  'Covenant',
  'Empire',
  'MetasploitSelfSigned',
  'Pupy',
  'Sliver',
  'Havoc',
  'XWorm',
  'HVNC',
  'AnyDesk',
  'ServerCN',
];
