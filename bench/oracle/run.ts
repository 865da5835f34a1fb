// `npm run test:oracle [-- --update]`: every capture under ../shared/data beside tshark; writes docs/oracle.md, and the list when told to.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { campaign, captureFiles, CLASSES, DATA, knownDifferences, LIST_FILE } from './campaign.ts';

const update = process.argv.includes('--update');
const c = await campaign(captureFiles(), process.env['SIGHTLINE_ORACLE_CACHE'], (n) => { if (process.stderr.isTTY && n % 10 === 0) process.stderr.write(`\r${n} captures`); });
const known = new Set(knownDifferences().map((d) => `${d.file} ${d.key}`));
const fresh = c.differences.filter((d) => !known.has(`${d.file} ${d.key}`));
const byClass = new Map<string, number>();
for (const d of c.differences) byClass.set(d.kind, (byClass.get(d.kind) ?? 0) + 1);
const percent = (n: number, of: number): string => `${((n / of) * 100).toFixed(2)} %`;

const lines = [
  '# Beside tshark', '', `Written by \`npm run test:oracle\` on ${new Date().toISOString().slice(0, 10)} over ${DATA.split('/').slice(-2).join('/')}: ${c.files} captures that tshark opens (${c.notOpened} it does not), ${c.packets} packets.`, '',
  '| what | differs | of | share |', '|---|---|---|---|',
  `| conversations, TCP and UDP, innermost, packets and bytes by direction | ${c.differences.length} | ${c.conversations} | ${percent(c.differences.length, c.conversations)} |`,
  ...(['source', 'destination', 'length'] as const).map((k) => `| ${k} column | ${c.wrong[k]} | ${c.packets} packets | ${percent(c.wrong[k], c.packets)} |`),
  `| Protocol column, mean over captures | ${c.wrong.protocol} | ${c.packets} packets | ${((1 - c.protocolMean) * 100).toFixed(2)} % |`,
  `| JA3, JA3S, server names of TLS over TCP | ${c.helloDifferences.length} | ${c.hellos} | ${percent(c.helloDifferences.length, c.hellos)} |`, '',
  '## Conversations by class', '', '| class | differences | why |', '|---|---|---|', ...[...byClass].sort((a, b) => b[1] - a[1]).map(([k, n]) => `| ${k} | ${n} | ${CLASSES[k]} |`), '',
  '## Protocol column by kind, the 40 heaviest', '', '| ours | mean share of packets | captures |', '|---|---|---|',
  ...[...c.protocolKinds].sort((a, b) => b[1].weight - a[1].weight).slice(0, 40).map(([k, v]) => `| ${k} | ${percent(v.weight, c.files)} | ${v.files} |`), '',
  '## Handshakes', '', 'What is left and why: hellos inside of OpenVPN over TCP (tshark takes them out of its framing; they do not lie in consecutive segments of TLS), inside of CAPWAP (a tunnel that we do not enter yet) and behind a PROXY protocol header (`haproxy.pcap`); `tls_invalid_reads.pcap` and `tls_cipher_lens.pcap` hold hellos whose lengths contradict themselves, where tshark reads on past an inner length and we stop at it.', '', '| capture | packet | what | ours | tshark |', '|---|---|---|---|---|', ...c.helloDifferences.map((d) => `| ${d.file} | ${d.no} | ${d.what} | ${d.ours || '–'} | ${d.theirs} |`), '',
];
writeFileSync(fileURLToPath(new URL('../../docs/oracle.md', import.meta.url)), lines.join('\n'));
if (update) writeFileSync(LIST_FILE, `${JSON.stringify({ classes: CLASSES, differences: c.differences }, null, 1)}\n`);
console.log(lines.slice(4, 12).join('\n'));
for (const d of fresh.slice(0, 30)) console.log(`not in the list: ${d.file} ${d.key} (${d.kind})`);
const failed = fresh.length > 0 && !update;
console.log(failed ? `${fresh.length} conversations differ that did not before.` : `No new difference (${c.differences.length} known).`);
process.exit(failed ? 1 : 0);
