// Adds up what judging captures gave to the tables of an evaluation.
import {
  type Comparison,
  type EvaluationReport,
  type FalseIncident,
  foreign,
  type GroupFigures,
  type Message,
  type RuleFigures,
  say,
  type SumFigures,
  type TlsFamily,
  type TlsFigures,
} from '../../contract/index.ts';
import { correctionOf, MALICIOUS_POINTS, RULE_TABLE } from '../evidence/index.ts';
import { goalsOf } from './goals.ts';
import { GROUPS, isNewSource, sourceFamily } from './groups.ts';
import type { CaptureResult, IncidentResult } from './result.ts';

const SUMS = [2, 3, 4, 5, 6];
const BUSY = 20;
const SHUFFLES = 200;
/** A capture counts as a day at most: stamps of two years in one file are no hours of traffic. */
const LONGEST = 86_400;

/** Incidents of a capture that would be raised at a sum, and count: those with a malicious flow, or in a benign one. */
export function raising(c: CaptureResult, points: number): readonly IncidentResult[] {
  return c.incidents.filter((i) => i.points >= points && (c.label === 'benign' || i.malicious > 0));
}

export function isRaised(c: CaptureResult, points = MALICIOUS_POINTS): boolean {
  return raising(c, points).length > 0;
}

/** A malicious capture of which a flow is known to be malicious. */
export function isVisible(c: CaptureResult): boolean {
  return c.label === 'malicious' && c.malicious > 0;
}

export function isRead(c: CaptureResult): boolean {
  return c.problem === null;
}

function isBackground(i: IncidentResult): boolean {
  return i.malicious === 0 && i.unknown === 0;
}

export type ReportHead = Pick<EvaluationReport, 'folder' | 'made' | 'model' | 'witness'>;

/** What a report and a comparison have both. @param results those that were read */
function sharedFigures(results: readonly CaptureResult[]): Pick<EvaluationReport, 'groups' | 'sums' | 'tls'> {
  const visible = results.filter(isVisible);
  const benign = results.filter((c) => c.label === 'benign');
  return {
    groups: GROUPS.map((g) =>
      figures(
        say(g.name),
        results.filter((c) => g.holds(c.source)),
        g,
      ),
    ),
    sums: SUMS.map((points): SumFigures => sumFigures(points, visible, benign, results)),
    tls: tlsFigures(results),
  };
}

/** @param all results of one run */
export function reportOf(all: readonly CaptureResult[], told: ReportHead): EvaluationReport {
  const results = all.filter(isRead);
  const visible = results.filter(isVisible);
  const benign = results.filter((c) => c.label === 'benign');
  const { groups, sums, tls } = sharedFigures(results);
  const backgroundOnly = results
    .filter((c) => c.label === 'malicious')
    .flatMap((c) => c.incidents.filter((i) => i.points >= MALICIOUS_POINTS && isBackground(i)).map((i) => named(c, i)));
  return {
    ...told,
    captures: results.length,
    flows: sum(results, (c) => c.flows),
    unreadable: all.filter((c) => !isRead(c)).map((c) => c.path),
    goals: goalsOf(groups, tls, backgroundOnly.length),
    groups,
    sources: [...new Set(results.map((c) => sourceFamily(c.source)))].sort().map((s) =>
      figures(
        foreign(s),
        results.filter((c) => sourceFamily(c.source) === s),
        null,
      ),
    ),
    families: families(visible),
    sums,
    rules: RULE_TABLE.map((r) => ruleFigures(r, visible, benign)),
    missed: visible.filter((c) => !isRaised(c)).map(missedCapture),
    falseIncidents: benign.flatMap((c) => raising(c, MALICIOUS_POINTS).map((i) => named(c, i))),
    backgroundOnly,
    tls,
    fingerprints: fingerprints(results),
    leaks: leaks(results),
    audit: null,
    compared: null,
    added: null,
    chance: chance(visible, benign),
  };
}

/** What another model makes of the same captures. @param own results of the report, in the same order */
export function comparisonOf(
  own: readonly CaptureResult[],
  other: readonly CaptureResult[],
  { model, witness }: Pick<ReportHead, 'model' | 'witness'>,
): Comparison {
  const differing = own.flatMap((a, i): Comparison['differing'][number][] => {
    const b = other[i]!;
    const counts = isRead(a) && isRead(b) && (a.label === 'benign' || isVisible(a));
    if (!counts || isRaised(a) === isRaised(b)) return [];
    const { path: capture, label, family } = a;
    return [{ capture, label, family, byOther: isRaised(b), points: [mostPoints(a), mostPoints(b)] }];
  });
  return { model, witness, ...sharedFigures(other.filter(isRead)), differing };
}

/** Points of the gravest incident that counts. */
function mostPoints(c: CaptureResult): number {
  return Math.max(0, ...raising(c, 0).map((i) => i.points));
}

/** A capture that nothing raised, and the incident that came nearest. */
function missedCapture(c: CaptureResult): EvaluationReport['missed'][number] {
  const held = c.incidents.filter((i) => i.malicious > 0);
  const points = Math.max(0, ...held.map((i) => i.points));
  const best = held.find((i) => i.points === points);
  return { capture: c.path, family: c.family, points, rules: best?.rules ?? [] };
}

function figures(
  name: Message,
  of: readonly CaptureResult[],
  goal: { readonly raised: number | null; readonly benign: number | null } | null,
): GroupFigures {
  const visible = of.filter(isVisible);
  const benign = of.filter((c) => c.label === 'benign');
  const busy = benign.filter((c) => c.flows >= BUSY);
  return {
    name,
    malicious: visible.length,
    raised: visible.filter((c) => isRaised(c)).length,
    benign: benign.length,
    falseCaptures: benign.filter((c) => isRaised(c)).length,
    busy: busy.length,
    busyRaised: busy.filter((c) => isRaised(c)).length,
    benignFlows: sum(benign, (c) => c.flows),
    falseIncidents: sum(benign, (c) => raising(c, MALICIOUS_POINTS).length),
    hours: sum(benign, (c) => Math.min(LONGEST, c.seconds)) / 3600,
    wantRaised: goal?.raised ?? null,
    wantBenign: goal?.benign ?? null,
  };
}

function sumFigures(
  points: number,
  visible: readonly CaptureResult[],
  benign: readonly CaptureResult[],
  all: readonly CaptureResult[],
): SumFigures {
  return {
    points,
    malicious: visible.length,
    raised: visible.filter((c) => isRaised(c, points)).length,
    benign: benign.length,
    falseCaptures: benign.filter((c) => isRaised(c, points)).length,
    falseIncidents: sum(benign, (c) => raising(c, points).length),
    backgroundOnly: sum(
      all.filter((c) => c.label === 'malicious'),
      (c) => c.incidents.filter((i) => i.points >= points && isBackground(i)).length,
    ),
  };
}

function families(visible: readonly CaptureResult[]): EvaluationReport['families'] {
  return [...Map.groupBy(visible, (c) => c.family)]
    .map(([family, list]) => ({ family, captures: list.length, raised: list.filter((c) => isRaised(c)).length }))
    .sort((a, b) => b.captures - a.captures || (a.family < b.family ? -1 : 1));
}

function ruleFigures(
  rule: { readonly name: string; readonly kind: string; readonly points: number },
  visible: readonly CaptureResult[],
  benign: readonly CaptureResult[],
): RuleFigures {
  const carrying = visible.filter((c) => c.carried.includes(rule.name));
  const seen = benign.filter((c) => c.seen.includes(rule.name));
  const falls = (c: CaptureResult): boolean =>
    isRaised(c) && !raising(c, MALICIOUS_POINTS).some((i) => holds(c, i, rule.name));
  const sources = new Set(carrying.map((c) => sourceFamily(c.source))).size;
  const oneSource = sources === 1 ? 'one source' : null;
  return {
    rule: rule.name,
    kind: rule.kind,
    points: rule.points,
    maliciousOld: carrying.filter((c) => !isNewSource(c.source)).length,
    maliciousNew: carrying.filter((c) => isNewSource(c.source)).length,
    benignOld: seen.filter((c) => !isNewSource(c.source)).length,
    benignNew: seen.filter((c) => isNewSource(c.source)).length,
    neededMalicious: visible.filter(falls).length,
    neededBenign: benign.filter(falls).length,
    sources,
    thin: carrying.length === 1 ? 'one capture' : oneSource,
  };
}

/** Whether an incident keeps enough points without a rule; an inherited one needs another of its host that does. */
function holds(c: CaptureResult, i: IncidentResult, without: string): boolean {
  if (i.inherited) {
    return c.incidents.some(
      (o) => !o.inherited && o.initiator === i.initiator && o.points >= MALICIOUS_POINTS && holds(c, o, without),
    );
  }
  const best = new Map<string, number>();
  const rules = i.rules.filter((r) => r.rule !== without);
  for (const r of rules) best.set(r.kind, Math.max(best.get(r.kind) ?? 0, r.points));
  const points = [...best.values()].reduce((a, b) => a + b, 0);
  const corrections = correctionOf(
    rules.map((r) => r.rule),
    points,
    { pc: true, namedHosts: null, byName: false },
  );
  return corrections.reduce((n, c) => n + c.points, points) >= MALICIOUS_POINTS;
}

function named(c: CaptureResult, i: IncidentResult): FalseIncident {
  const { initiator, peer, points, inherited, rules } = i;
  return { capture: c.path, initiator, peer, points, inherited, rules };
}

function tlsFigures(results: readonly CaptureResult[]): TlsFigures {
  const peers = results.flatMap((c) => c.tlsPeers.map((p) => ({ ...p, family: c.family, label: c.label })));
  const channels = peers.filter((p) => p.c2 > 0);
  const benign = peers.filter((p) => p.label === 'benign');
  const raised = (p: { readonly points: number }): boolean => p.points >= MALICIOUS_POINTS;
  const total = (pick: (c: CaptureResult) => number): number => sum(results, pick);
  return {
    channels: channels.length,
    own: channels.filter((p) => raised(p) && !p.inherited).length,
    inherited: channels.filter((p) => raised(p) && p.inherited).length,
    benignPeers: benign.length,
    benignRaised: benign.filter(raised).length,
    families: [...Map.groupBy(channels, (p) => p.family)]
      .map(([family, list]): TlsFamily => ({
        family,
        peers: list.length,
        own: list.filter((p) => raised(p) && !p.inherited).length,
        inherited: list.filter((p) => raised(p) && p.inherited).length,
        flows: sum(
          results.filter((c) => c.family === family),
          (c) => c.tls.c2Flows,
        ),
        over: sum(
          results.filter((c) => c.family === family),
          (c) => c.tls.c2Over,
        ),
      }))
      .sort((a, b) => b.peers - a.peers),
    c2Flows: total((c) => c.tls.c2Flows),
    c2Over: total((c) => c.tls.c2Over),
    ordinaryFlows: total((c) => c.tls.ordinaryFlows),
    ordinaryOver: total((c) => c.tls.ordinaryOver),
  };
}

function fingerprints(results: readonly CaptureResult[]): EvaluationReport['fingerprints'] {
  return (['JA3', 'JA4'] as const).flatMap((kind) => {
    const of = (p: CaptureResult['tlsPeers'][number]): string | null => (kind === 'JA3' ? p.ja3 : p.ja4);
    const ordinary = new Set(results.flatMap((c) => c.tlsPeers.filter((p) => p.ordinary > 0).map(of)));
    const bad = new Map<string, Set<CaptureResult>>();
    for (const c of results) {
      for (const p of c.tlsPeers) {
        const value = of(p);
        if (value === null || p.c2 === 0 || ordinary.has(value)) continue;
        bad.set(value, (bad.get(value) ?? new Set()).add(c));
      }
    }
    return [...bad]
      .map(([value, set]) => {
        const captures = [...set];
        const before = captures.some((c) => !isNewSource(c.source));
        return {
          kind,
          value,
          captures: captures.length,
          sources: [...new Set(captures.map((c) => sourceFamily(c.source)))],
          carriedOver: before ? captures.filter((c) => isNewSource(c.source)).length : 0,
        };
      })
      .sort((a, b) => b.sources.length - a.sources.length || b.captures - a.captures);
  });
}

/** The same flow in captures of two sources. */
function leaks(results: readonly CaptureResult[]): EvaluationReport['leaks'] {
  const owner = new Map<string, string>();
  const found = new Map<string, number>();
  for (const c of results) {
    const source = sourceFamily(c.source);
    for (const print of c.prints) {
      const other = owner.get(print);
      if (other === undefined) owner.set(print, source);
      else if (other !== source) {
        const key = [other, source].sort().join('\n');
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
  }
  return [...found].map(([key, flows]) => {
    const [a, b] = key.split('\n');
    return { a: a!, b: b!, flows };
  });
}

/** Labels of captures dealt out at random: how many of those called malicious are raised then. */
function chance(visible: readonly CaptureResult[], benign: readonly CaptureResult[]): number {
  const raised = [...visible.map((c) => isRaised(c)), ...benign.map((c) => isRaised(c))];
  let seed = 12_345;
  let total = 0;
  for (let n = 0; n < SHUFFLES; n++) {
    for (let i = 0; i < visible.length; i++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      const j = i + (seed % (raised.length - i));
      [raised[i], raised[j]] = [raised[j]!, raised[i]!];
    }
    total += raised.slice(0, visible.length).filter(Boolean).length;
  }
  return visible.length === 0 ? 0 : total / SHUFFLES / visible.length;
}

function sum<T>(list: readonly T[], pick: (item: T) => number): number {
  return list.reduce((n, item) => n + pick(item), 0);
}
