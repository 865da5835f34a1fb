// `npm run test:oracle [-- --update]`: every capture under ../shared/data beside tshark; writes docs/oracle.md, and the
// list when told to.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { compareNdpi } from './ndpi.ts';
import { compareFilters, filterCaptures, filterSection, whyFilter } from './filters.ts';
import { campaign, captureFiles, CLASSES, DATA, knownDifferences, LIST_FILE } from './campaign.ts';

const DOCUMENT = fileURLToPath(new URL('../../docs/oracle.md', import.meta.url));
const filters = await compareFilters(filterCaptures());
const unexplained = filters.differences.filter((d) => whyFilter(d) === '').length;
for (const d of filters.differences.filter((x) => whyFilter(x) === '').slice(0, 30))
  console.log(`filter differs: ${d.file} ${d.filter}`);
// `--filters`: only that section, a minute instead of many.
if (process.argv.includes('--filters')) {
  const before = readFileSync(DOCUMENT, 'utf8').split('\n## Filters\n')[0]!.trimEnd();
  writeFileSync(DOCUMENT, [before, '', ...filterSection(filters)].join('\n'));
  console.log(`${filters.differences.length} filters differ, ${unexplained} of them unexplained.`);
  process.exit(unexplained > 0 ? 1 : 0);
}

const update = process.argv.includes('--update');
const c = await campaign(captureFiles(), process.env['SIGHTLINE_ORACLE_CACHE'], (n) => {
  if (process.stderr.isTTY && n % 10 === 0) process.stderr.write(`\r${n} captures`);
});
const known = new Set(knownDifferences().map((d) => `${d.file} ${d.key}`));
const fresh = c.differences.filter((d) => !known.has(`${d.file} ${d.key}`));
const byClass = new Map<string, number>();
for (const d of c.differences) byClass.set(d.kind, (byClass.get(d.kind) ?? 0) + 1);
const whys = [...Map.groupBy(c.factDifferences, (d) => d.why)].sort((a, b) => b[1].length - a[1].length);
const ndpi = await compareNdpi(
  [...captureFiles()].filter((f) => f.includes('/corpus/')),
  (f) => f.split('/').slice(-2).join('/'),
);
const rows = [...ndpi.rows].map(([name, r]) => ({ name, ...r, all: r.both + r.onlyNdpi + r.onlyOurs }));
const agreed = rows.reduce((n, r) => n + r.both, 0);
const asked = rows.reduce((n, r) => n + r.all, 0);
const protocolSection = [
  '## Protocol by content beside nDPI',
  '',
  `ndpiReader -d (content alone), ${ndpi.files} captures of the corpus, ${ndpi.flows} flows that both have. Over ` +
    `the protocols that we recognise by content: ${agreed} of ${asked} agree, ` +
    `${((agreed / Math.max(1, asked)) * 100).toFixed(2)} %. A flow counts as nDPI's only where nDPI names the ` +
    `protocol and we do not, as ours only where nDPI says 'Unknown' or another of these.`,
  '',
  '| protocol | both | nDPI only | ours only | agreement |',
  '|---|---|---|---|---|',
  ...rows.map(
    (r) =>
      `| ${r.name} | ${r.both} | ${r.onlyNdpi} | ${r.onlyOurs} | ` +
      `${r.all === 0 ? 'none there' : `${((r.both / r.all) * 100).toFixed(1)} %`} |`,
  ),
  '',
  "Disagreements by kind (all that have two flows, and what is left of one). Most of the small ones are nDPI's " +
    'guesses by few bytes: RTP in OMRON FINS, MQTT in Kerberos and LDAP, TLS in Lustre and MongoDB (the captures ' +
    "are nDPI's own tests of false positives). DNScrypt and AVAST carry plain DNS messages; a flow that begins " +
    'with STUN and goes on with DTLS is DTLS to us.',
  '',
  '| kind | flows | captures |',
  '|---|---|---|',
  ...[...ndpi.kinds]
    .sort((a, b) => b[1].flows - a[1].flows)
    .slice(0, 45)
    .map(([kind, k]) => `| ${kind} | ${k.flows} | ${[...k.files].slice(0, 3).join(', ')} |`),
  '',
];
const percent = (n: number, of: number): string => `${((n / of) * 100).toFixed(2)} %`;

const lines = [
  '# Beside tshark',
  '',
  `Written by \`npm run test:oracle\` on ${new Date().toISOString().slice(0, 10)} over ` +
    `${DATA.split('/').slice(-2).join('/')}: ${c.files} captures that tshark opens (${c.notOpened} it does not), ` +
    `${c.packets} packets.`,
  '',
  '| what | differs | of | share |',
  '|---|---|---|---|',
  `| conversations, TCP and UDP, innermost, packets and bytes by direction | ${c.differences.length} | ` +
    `${c.conversations} | ${percent(c.differences.length, c.conversations)} |`,
  ...(['source', 'destination', 'length'] as const).map(
    (k) => `| ${k} column | ${c.wrong[k]} | ${c.packets} packets | ${percent(c.wrong[k], c.packets)} |`,
  ),
  `| Protocol column, mean over captures | ${c.wrong.protocol} | ${c.packets} packets | ` +
    `${((1 - c.protocolMean) * 100).toFixed(2)} % |`,
  '| fragmented datagrams that tshark put together: the same conversation | ' +
    `${c.differences.filter((d) => d.kind === 'fragments').length} | ${c.datagrams} | ` +
    `${percent(c.differences.filter((d) => d.kind === 'fragments').length, c.datagrams)} |`,
  `| JA3, JA3S, server names of TLS over TCP | ${c.helloDifferences.length} | ${c.hellos} | ` +
    `${percent(c.helloDifferences.length, c.hellos)} |`,
  '',
  '## Conversations by class',
  '',
  '| class | differences | why |',
  '|---|---|---|',
  ...[...byClass].sort((a, b) => b[1] - a[1]).map(([k, n]) => `| ${k} | ${n} | ${CLASSES[k]} |`),
  '',
  '## Protocol column by kind, the 40 heaviest',
  '',
  '| ours | mean share of packets | captures |',
  '|---|---|---|',
  ...[...c.protocolKinds]
    .sort((a, b) => b[1].weight - a[1].weight)
    .slice(0, 40)
    .map(([k, v]) => `| ${k} | ${percent(v.weight, c.files)} | ${v.files} |`),
  '',
  '## Facts of handshakes: TLS over TCP, DTLS, QUIC, SSH',
  '',
  'Values of every hello, certificate and key exchange that tshark shows. JA4, which this tshark does not know, ' +
    'is worked out from its own lists. A certificate is compared by the SHA-256 of its bytes, its subject, issuer ' +
    'and validity.',
  '',
  '| fact | differs | of |',
  '|---|---|---|',
  ...[...c.facts]
    .sort()
    .map(([what, n]) => `| ${what} | ${c.factDifferences.filter((d) => d.what === what).length} | ${n} |`),
  '',
  '| why | values | captures |',
  '|---|---|---|',
  ...whys.map(
    ([why, ds]) =>
      `| ${why || '**not explained**'} | ${ds.length} | ` +
      `${[...new Set(ds.map((d) => d.file.split('/').pop()!))].slice(0, 8).join(', ')} |`,
  ),
  '',
  ...protocolSection,
  '## Hellos by segment',
  '',
  'What is left and why: hellos inside of OpenVPN over TCP (tshark takes them out of its framing; they do not ' +
    'lie in consecutive segments of TLS) and behind a PROXY protocol header (`haproxy.pcap`); ' +
    '`tls_invalid_reads.pcap` and `tls_cipher_lens.pcap` hold hellos whose lengths contradict themselves, where ' +
    'tshark reads on past an inner length and we stop at it.',
  '',
  '| capture | packet | what | ours | tshark |',
  '|---|---|---|---|---|',
  ...c.helloDifferences.map((d) => `| ${d.file} | ${d.no} | ${d.what} | ${d.ours || '–'} | ${d.theirs} |`),
  '',
];
lines.push(...filterSection(filters));
writeFileSync(DOCUMENT, lines.join('\n'));
if (update) writeFileSync(LIST_FILE, `${JSON.stringify({ classes: CLASSES, differences: c.differences }, null, 1)}\n`);
console.log(lines.slice(4, 12).join('\n'));
for (const d of fresh.slice(0, 30)) console.log(`not in the list: ${d.file} ${d.key} (${d.kind})`);
const failed = (fresh.length > 0 && !update) || unexplained > 0;
console.log(
  failed
    ? `${fresh.length} conversations differ that did not before.`
    : `No new difference (${c.differences.length} known).`,
);
process.exit(failed ? 1 : 0);
