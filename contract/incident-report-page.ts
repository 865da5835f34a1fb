// A report of incidents as a page of its own: it needs nothing from elsewhere, prints, and everything in it that comes
// from packets or people is text. Times are UTC, so that the page says the same wherever it is read.
import type { ReportData, ReportHost, ReportIncident, ReportPacket, ReportRule } from './incident-report.ts';
import type { IncidentState, IncidentWork, JournalEntry } from './incident-work.ts';
import { type EvidenceRow, peerShown } from './incidents.ts';
import { type Language, type Message, messageText, type PlainKey, say } from './messages.ts';
import { htmlLines, htmlText } from './html-text.ts';
import { TECHNIQUES } from './techniques.ts';
import { bytes, count } from './values.ts';

/** The language of a page, as its root says it. */
export interface PageLanguage extends Language {
  readonly lang: string;
}

const STYLE = `:root{color-scheme:light;font:13px/1.5 system-ui,sans-serif;--line:#d5d9df;--dim:#5b6470;--red:#b3261e;
--amber:#8a5a00;--bar:#9aa4b2}body{max-width:1040px;margin:2rem auto;padding:0 1.2rem;color:#14181f;background:#fff}
h1{font-size:22px;margin:0 0 .2rem}h2{font-size:16px;margin:2rem 0 .5rem}h3{font-size:13px;margin:1rem 0 .3rem}
table{border-collapse:collapse;width:100%;font-size:12px}td,th{border-bottom:1px solid var(--line);padding:.22rem .6rem
.22rem 0;text-align:start;vertical-align:top;overflow-wrap:anywhere}th{color:var(--dim);font-weight:600}
.n{text-align:end;white-space:nowrap;font-variant-numeric:tabular-nums}.mono,code{font-family:ui-monospace,monospace;
font-size:11.5px}dl{display:grid;grid-template-columns:11rem 1fr;gap:.15rem .8rem;margin:.6rem 0}dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere}.dim{color:var(--dim)}article{border-top:2px solid var(--line);margin-top:1.6rem;
padding-top:.6rem}article.malicious{border-top-color:var(--red)}article.suspicious{border-top-color:var(--amber)}
.chip{font-weight:650;margin-inline-end:.6rem}.malicious .chip,.c-malicious{color:var(--red)}.suspicious .chip,
.c-suspicious{color:var(--amber)}ul{padding-inline-start:1.2rem;margin:.3rem 0}svg{width:100%;height:auto;display:block}
svg text{font:10px system-ui,sans-serif;fill:#5b6470}.tag{border:1px solid var(--line);border-radius:4px;
padding:0 .4rem;margin-inline-end:.3rem}blockquote{margin:.3rem 0;padding-inline-start:.8rem;
border-inline-start:3px solid var(--line);white-space:pre-wrap}
@media print{body{margin:0;max-width:none}article,tr,svg{break-inside:avoid}a{color:inherit;text-decoration:none}}`;

export function incidentReportHtml(data: ReportData, language: PageLanguage): string {
  const page = new Page(data, language);
  return page.html();
}

class Page {
  private readonly data: ReportData;
  private readonly language: PageLanguage;

  constructor(data: ReportData, language: PageLanguage) {
    this.data = data;
    this.language = language;
  }

  html(): string {
    const { data } = this;
    const title = this.told(say('report-title', { name: data.capture.name }));
    const when = utc(Date.parse(data.made) / 1000);
    const made = this.told(say('report-made', { by: data.by, when, product: data.product }));
    return `<!doctype html><html lang="${htmlText(this.language.lang)}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>${title}</title><style>${STYLE}</style></head>
<body><h1>${title}</h1><p class="dim">${made}</p>
${this.capture()}${this.overview()}${this.timeline()}${data.incidents.map((i, n) => this.incident(i, n)).join('\n')}
${this.hosts()}</body></html>\n`;
  }

  private told(message: Message): string {
    return htmlText(messageText(message, this.language));
  }

  private capture(): string {
    const { capture, judged } = this.data;
    const rows: (readonly [Message, string])[] = capture.files.flatMap(({ name, bytes: size, sha256 }) => [
      [say('report-file'), `${htmlText(name)} <span class="dim">${htmlText(bytes(size))}</span>`] as const,
      [
        say('report-sha256'),
        sha256 === null ? this.told(say('report-no-hash')) : `<code>${htmlText(sha256)}</code>`,
      ] as const,
    ]);
    if (capture.first !== null && capture.last !== null)
      rows.push([say('report-time'), `${htmlText(utc(capture.first))} – ${htmlText(utc(capture.last))}`]);
    if (capture.shifted) rows.push([say('report-times'), this.told(say('report-captured-times'))]);
    rows.push([
      say('report-contents'),
      this.told(say('report-counts', { packets: capture.packets, flows: capture.flows })),
    ]);
    if (capture.interface !== null) rows.push([say('report-interface'), htmlText(capture.interface)]);
    if (capture.captureFilter !== '')
      rows.push([say('report-capture-filter'), `<code>${htmlText(capture.captureFilter)}</code>`]);
    if (capture.status !== null && capture.status !== 'ok')
      rows.push([say('report-state'), this.told(say('report-not-whole'))]);
    rows.push([
      say('report-judged'),
      `${htmlText(judged.model)} <code>${htmlText(judged.sha256.slice(0, 16))}</code> ${this.told(
        say(judged.learned ? 'report-own-network' : 'report-other-networks'),
      )}`,
    ]);
    const cells = rows.map(([name, value]) => `<dt>${this.told(name)}</dt><dd>${value}</dd>`).join('');
    return `<h2>${this.told(say('report-capture'))}</h2><dl>${cells}</dl>`;
  }

  private overview(): string {
    const { incidents, left } = this.data;
    const heads = ['report-gravity', 'report-incident', 'report-state', 'report-flows', 'report-began'] as const;
    const rows = incidents.map(({ alert, work, allowed }, n) => {
      const { incident: i } = alert;
      const state = allowed ? this.told(say('report-allowed')) : this.state(work.state);
      return `<tr><td class="c-${i.verdict ?? 'fact'}">${this.gravity(i)}</td>
<td><a href="#i${n}">${this.told(i.title)}</a></td><td>${state}</td><td class="n">${count(i.flows)}</td>
<td class="n">${htmlText(utc(i.first))}</td></tr>`;
    });
    const more = left > 0 ? `<p class="dim">${this.told(say('report-left', { left }))}</p>` : '';
    return `<h2>${this.told(say('report-incidents', { n: incidents.length }))}</h2><table><thead><tr>${heads
      .map((h) => `<th${h === 'report-flows' || h === 'report-began' ? ' class="n"' : ''}>${this.told(say(h))}</th>`)
      .join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>${more}`;
  }

  private gravity({ points, verdict }: ReportIncident['alert']['incident']): string {
    return this.told(say('report-points', { verdict: say(`report-${verdict ?? 'fact'}`), points }));
  }

  private state(state: IncidentState): string {
    return this.told(say(`report-state-${state}`));
  }

  /** Packets over time, and below them when each incident was. */
  private timeline(): string {
    const { from, to, packets } = this.data.timeline;
    if (packets.length === 0 || !(to > from)) return '';
    const shown = this.data.incidents.slice(0, LANES);
    const height = CHART + shown.length * LANE + 16;
    const most = Math.max(1, ...packets);
    const width = WIDTH / packets.length;
    const bars = packets.map((n, i) => {
      const tall = (n / most) * (CHART - 4);
      return n === 0 ? '' : rect({ x: i * width, y: CHART - tall, width: width * 0.8, height: tall }, '#9aa4b2');
    });
    const lanes = shown.map(({ alert }, n) => this.lane(alert.incident, n));
    const low = height - 3;
    const axis =
      `<text x="0" y="${low}">${htmlText(utc(from))}</text>` +
      `<text x="${WIDTH}" y="${low}" text-anchor="end">${htmlText(utc(to))}</text>`;
    const spoken = this.told(say('report-timeline'));
    const svg = `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${spoken}">`;
    return `<h2>${spoken}</h2>${svg}${bars.join('')}${lanes.join('')}${axis}</svg>`;
  }

  /** From when to when an incident was, and when its evidence that counts was first seen. */
  private lane(i: ReportIncident['alert']['incident'], n: number): string {
    const { from, to } = this.data.timeline;
    const x = (t: number): number => Math.max(0, Math.min(WIDTH, ((t - from) / (to - from)) * WIDTH));
    const y = CHART + 4 + n * LANE;
    const height = LANE - 3;
    const colour = i.verdict === 'malicious' ? '#b3261e' : '#b57500';
    const bar = rect({ x: x(i.first), y, width: Math.max(2, x(i.last) - x(i.first)), height }, colour, 0.3);
    const counted = i.evidence.filter((e) => e.counts);
    const marks = counted.map((e) => rect({ x: x(e.first), y, width: 2, height }, colour));
    const before = x(i.last) > WIDTH * 0.6;
    const end = before ? `x="${fixed(x(i.first) - 4)}" text-anchor="end"` : `x="${fixed(x(i.last) + 6)}"`;
    const named = `<text ${end} y="${y + 8}">${n + 1} ${htmlText(i.initiator)} → ${this.peer(i.peer)}</text>`;
    return `<a href="#i${n}">${bar}${marks.join('')}${named}</a>`;
  }

  private peer(peer: string): string {
    const shown = peerShown(peer);
    return typeof shown === 'string' ? htmlText(shown) : this.told(shown);
  }

  private incident({ alert, work, allowed, packets, rules = [] }: ReportIncident, n: number): string {
    const { incident: i } = alert;
    const title = `<h2><span class="chip">${this.gravity(i)}</span>${n + 1}. ${this.told(i.title)}</h2>`;
    const names = i.names.filter((name) => name !== i.peer).map((name) => htmlText(name));
    const ends = `${htmlText(i.initiator)} → ${this.peer(i.peer)}`;
    const state = allowed ? `${this.state(work.state)}, ${this.told(say('report-allowed'))}` : this.state(work.state);
    const told: (readonly [Message, string])[] = [
      [say('report-between'), names.length === 0 ? ends : `${ends} (${names.join(', ')})`],
      [say('report-time'), `${htmlText(utc(i.first))} – ${htmlText(utc(i.last))}`],
      [say('report-flows'), count(i.flows)],
      [say('report-state'), state],
    ];
    if (work.tags.length > 0)
      told.push([say('report-tags'), work.tags.map((t) => `<span class="tag">${htmlText(t)}</span>`).join('')]);
    const list = told.map(([name, value]) => `<dt>${this.told(name)}</dt><dd>${value}</dd>`).join('');
    const evidence = i.evidence.map((e) => this.evidence(e));
    const corrections = i.corrections.map((said) => `<li><b>±</b> ${this.told(said)}</li>`);
    const pieces = `<h3>${this.told(say('report-evidence'))}</h3><ul>${[...evidence, ...corrections].join('')}</ul>`;
    const body = `${title}<dl>${list}</dl>${pieces}${this.rules(rules)}${this.work(work)}${this.packets(packets)}`;
    return `<article id="i${n}" class="${i.verdict ?? 'fact'}">${body}</article>`;
  }

  private evidence(e: EvidenceRow): string {
    const technique =
      e.technique === null ? '' : ` ATT&amp;CK ${htmlText(`${e.technique} ${TECHNIQUES[e.technique]}`)}.`;
    const at = e.packets.slice(0, SHOWN_PACKETS).map((p) => count(p + 1));
    const shown = at.length === 0 ? '' : this.told(say('report-shown-by', { packets: at.join(', ') }));
    const points = e.counts ? `+${e.points}` : `(${e.points})`;
    const said = `<b>${e.points === 0 ? '·' : points}</b> ${this.told(e.said)}`;
    return `<li>${said}${technique} <span class="dim">${shown}</span></li>`;
  }

  private rules(rules: readonly ReportRule[]): string {
    if (rules.length === 0) return '';
    const told = rules.map(({ gid, sid, rev, msg, file, line, references, text }) => {
      const id = say('report-rule', { id: `${gid}:${sid}`, rev, file, line });
      const from = references.length === 0 ? '' : ` ${htmlText(references.join(', '))}`;
      const written = text === null ? '' : `<pre>${htmlText(text)}</pre>`;
      return `<li>${htmlText(msg)} <span class="dim">${this.told(id)}${from}</span>${written}</li>`;
    });
    return `<h3>${this.told(say('report-rules'))}</h3><ul>${told.join('')}</ul>`;
  }

  private work({ notes, log }: IncidentWork): string {
    const by = (e: JournalEntry): string => `${htmlText(e.who)}, ${htmlText(utc(Date.parse(e.at) / 1000))}`;
    const written = notes.map((e) => `<blockquote>${htmlLines(e.value)}</blockquote><p class="dim">${by(e)}</p>`);
    const trail = log
      .filter((e) => e.what === 'state')
      .toReversed()
      .map((e) => `<li>${by(e)}: ${this.state(e.value as IncidentState)}</li>`);
    const told = written.length === 0 ? '' : `<h3>${this.told(say('report-notes'))}</h3>${written.join('')}`;
    return trail.length === 0 ? told : `${told}<h3>${this.told(say('report-trail'))}</h3><ul>${trail.join('')}</ul>`;
  }

  private packets(packets: readonly ReportPacket[]): string {
    if (packets.length === 0) return '';
    const heads = [
      ['report-no', 'n'],
      ['report-at', 'n'],
      ['report-source'],
      ['report-destination'],
      ['report-protocol'],
      ['report-length', 'n'],
      ['report-info'],
    ] as const;
    const rows = packets.map((p) => [
      count(p.no),
      utc(p.time, 6),
      p.source,
      p.destination,
      p.protocol,
      count(p.length),
      p.info,
    ]);
    return `<h3>${this.told(say('report-packets'))}</h3>${this.table(heads, rows, 'mono')}`;
  }

  private hosts(): string {
    const { hosts } = this.data;
    if (hosts.length === 0) return '';
    const heads = [
      ['report-address'],
      ['report-names'],
      ['report-flows', 'n'],
      ['report-peers', 'n'],
      ['report-in', 'n'],
      ['report-out', 'n'],
      ['report-first', 'n'],
      ['report-last', 'n'],
    ] as const;
    const row = (h: ReportHost): string[] => [
      h.address,
      h.names.slice(0, 6).join(', '),
      count(h.flows),
      count(h.peers),
      bytes(h.bytesIn),
      bytes(h.bytesOut),
      utc(h.first),
      utc(h.last),
    ];
    return `<h2>${this.told(say('report-hosts'))}</h2>${this.table(heads, hosts.map(row), '')}`;
  }

  /** @param heads words, and n where numbers stand @param rows texts, which are not markup yet */
  private table(
    heads: readonly (readonly [PlainKey, 'n'?])[],
    rows: readonly (readonly string[])[],
    of: string,
  ): string {
    const at = (i: number): string => (heads[i]![1] === undefined ? '' : ' class="n"');
    const top = heads.map(([key], i) => `<th${at(i)}>${this.told({ say: key })}</th>`).join('');
    const lines = rows.map((row) => `<tr>${row.map((t, i) => `<td${at(i)}>${htmlText(t)}</td>`).join('')}</tr>`);
    return `<table class="${of}"><thead><tr>${top}</tr></thead><tbody>${lines.join('')}</tbody></table>`;
  }
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function rect({ x, y, width, height }: Box, colour: string, opacity = 1): string {
  const size = `x="${fixed(x)}" y="${fixed(y)}" width="${fixed(width)}" height="${fixed(height)}"`;
  return `<rect ${size} fill="${colour}" fill-opacity="${opacity}"/>`;
}

/** Of the picture, in its own units; incidents that it names. */
const WIDTH = 1000;
const CHART = 90;
const LANE = 13;
const LANES = 40;
/** Numbers of packets that a piece of evidence names. */
const SHOWN_PACKETS = 12;

function fixed(n: number): string {
  return n.toFixed(1);
}

/** A moment in UTC. @param digits of its second */
function utc(seconds: number, digits: 0 | 6 = 0): string {
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8e12) return '–';
  const text = new Date(Math.floor(seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const part = digits === 0 ? '' : (seconds - Math.floor(seconds)).toFixed(digits).slice(1);
  return `${text}${part} UTC`;
}
