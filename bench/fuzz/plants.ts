// Checks that are taken out of a copy of the build, one at a time, for the fuzzer to notice.

export interface Plant {
  /** Below the build's engine/. */
  readonly file: string;
  readonly check: string;
  /** Number of its occurrence. */
  readonly nth: number;
  readonly instead: string;
  /** The target that has to notice. */
  readonly target: string;
}

/** In decoders and rules. */
export const PLANTS: readonly Plant[] = [
  { file: 'protocols/tls-hello.js', check: 'if (end - at < 38)', nth: 0, instead: 'if (false)', target: 'tls' },
  { file: 'protocols/tls-hello.js', check: 'if (to > blockEnd)', nth: 0, instead: 'if (false)', target: 'tls' },
  { file: 'protocols/dns.js', check: 'if (p >= end)', nth: 0, instead: 'if (false)', target: 'dns' },
  { file: 'protocols/dns.js', check: 'p + 1 + size > end ||', nth: 0, instead: '', target: 'dns' },
  { file: 'protocols/dtls.js', check: 'end - p >= HEADER', nth: 0, instead: 'p < end', target: 'dtls' },
  { file: 'protocols/quic.js', check: '|| idAt + idSize >= end', nth: 0, instead: '', target: 'quic-header' },
  { file: 'protocols/ssh.js', check: 'if (p + 4 + size > end)', nth: 1, instead: 'if (false)', target: 'ssh' },
  { file: 'protocols/tcp-services.js', check: 'least: 11', nth: 0, instead: 'least: 4', target: 'recognise' },
  { file: 'protocols/framing.js', check: 'if (end - at < 6)', nth: 0, instead: 'if (false)', target: 'framing' },
  { file: 'rules/numbers-in.js', check: '|| at + bytes > buffer.length', nth: 0, instead: '', target: 'rule-steps' },
  {
    file: 'rules/explain-steps.js',
    check: 'inspection.passesBeyond(bytes, steps, known)',
    nth: 0,
    instead: 'inspection.passes(bytes, steps)',
    target: 'rule-steps',
  },
  { file: 'rules/choosing.js', check: 'if (groups === null)', nth: 0, instead: 'if (false)', target: 'rule-choices' },
  {
    file: 'rules/suricata-yaml.js',
    check: 'if (!(root instanceof Map))',
    nth: 0,
    instead: 'if (false)',
    target: 'suricata-yaml',
  },
  {
    file: 'rules/run/apps/cursor.js',
    check: 'if (count >= 0 && this.left >= count)',
    nth: 0,
    instead: 'if (true)',
    target: 'rules-ike',
  },
  {
    file: 'rules/run/transaction-tests.js',
    check: 'if (!final && !onlyFinds(test.steps))',
    nth: 0,
    instead: 'if (false)',
    target: 'rule-explain',
  },
  { file: 'decode/network.js', check: 'if (this.end - at < 20)', nth: 0, instead: 'if (false)', target: 'link' },
];

/** By boundary: in what comes from a window, from files, models and uploads, and in filters. */
export const BOUNDARY_PLANTS: Readonly<Record<string, readonly Plant[]>> = {
  contract: [
    { file: '../contract/wire.js', check: 'at = align(end);', nth: 0, instead: 'at = end;', target: 'wire-text' },
    {
      file: '../contract/schema.js',
      check: 'v.map((one) => paths(one, take))',
      nth: 0,
      instead: 'v',
      target: 'request',
    },
    {
      file: '../contract/schema.js',
      check: 'if (!Object.hasOwn(shape, key))',
      nth: 0,
      instead: 'if (false)',
      target: 'request',
    },
    {
      file: 'desk/grants.js',
      check: "refuse(say('path-without-grant'))",
      nth: 0,
      instead: 'said',
      target: 'desk-changes',
    },
    {
      file: '../electron/senders.js',
      check: 'webContents.mainFrame === senderFrame',
      nth: 0,
      instead: 'true',
      target: 'shell-ask',
    },
    {
      file: '../electron/desktop.js',
      check: '!path.startsWith(folder + sep)',
      nth: 0,
      instead: 'false',
      target: 'shell-address',
    },
  ],
  imports: [
    {
      file: 'desk/profiles.js',
      check: 'OF_HERE[file]?.includes(key) !== true',
      nth: 0,
      instead: 'true',
      target: 'profile-file',
    },
    {
      file: 'store/filter-file.js',
      check: 'said.filter((v) => shape.check(v, key) === null)',
      nth: 0,
      instead: 'said',
      target: 'kept-files',
    },
    {
      file: 'detect/baseline.js',
      check: 'Object.values(doc.groups).every(wholeGroup) ? doc : null',
      nth: 0,
      instead: 'doc',
      target: 'baseline',
    },
  ],
  models: [
    { file: 'detect/model-parts.js', check: '|| depth[i] >= MAX_DEPTH', nth: 0, instead: '', target: 'model-depth' },
    {
      file: 'detect/ml-forest.js',
      check: "(split && typeof node.splitValue !== 'number')",
      nth: 0,
      instead: 'false',
      target: 'ml-forest',
    },
  ],
  uploads: [
    {
      file: '../platform/uploads/receive.js',
      check: 'if (size > most)',
      nth: 0,
      instead: 'if (false)',
      target: 'upload-pieces',
    },
    {
      file: '../platform/uploads/receive.js',
      check: 'if (length !== null && size !== length)',
      nth: 0,
      instead: 'if (false)',
      target: 'upload-pieces',
    },
  ],
  filters: [
    {
      file: 'filter/printed-values.js',
      check: 'Object.hasOwn(FRAME, name)',
      nth: 0,
      instead: 'name in FRAME',
      target: 'filter-plan',
    },
  ],
};
