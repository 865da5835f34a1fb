// Incidents: what evidence adds up to, per initiator and peer, the newest first, each piece with the way to its
// packets. Beside them hosts, in the order of what was found on them.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { MAX_PAGE, type AlertRow, type SessionState } from '../../contract/index.ts';
import { allowAlert, goToPacket, openFlow, showPackets } from '../state/actions.ts';
import { selectFlow } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { Empty } from '../parts/empty.tsx';
import { LearnOffer } from '../parts/learn.tsx';
import { LabelButtons } from '../parts/label-buttons.tsx';
import { EvidenceList, Points } from '../parts/evidence-list.tsx';
import { client } from '../wire/client.ts';
import { count, moment, seconds, visible, zone } from '../words/format.ts';
import { peerText, sentence, useWord } from '../words/words.ts';

/** Height of a card before it is measured. */
const ROW = 150;
/** Between cards. */
const GAP = 10;
const NAMES = 3;
const HOSTS = 50;

export function Alerts(): ReactNode {
  const word = useWord();
  const session = useStore((s) => s.session)!;
  const [alerts, setAlerts] = useState<readonly AlertRow[]>([]);
  const [total, setTotal] = useState(0);
  const [wanted, setWanted] = useState(MAX_PAGE);
  /** Number of the card chosen: new alerts come before it. */
  const [number, setNumber] = useState<number | null>(null);
  const chosen = Math.max(
    0,
    alerts.findIndex((a) => a.number === number),
  );
  const scroll = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: alerts.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 4,
    gap: GAP,
    getItemKey: (i) => alerts[i]!.number,
  });
  useEffect(() => {
    let current = true;
    const load = async (): Promise<void> => {
      const all: AlertRow[] = [];
      let n = 0;
      for (let from = 0; from < wanted; from += MAX_PAGE) {
        const page = await client.ask('alerts', { from, count: MAX_PAGE });
        all.push(...page.alerts);
        n = page.total;
        if (all.length >= n) break;
      }
      if (current) {
        setAlerts(all);
        setTotal(n);
      }
    };
    void load().catch(() => undefined);
    return () => {
      current = false;
    };
  }, [session.alerts, session.revision, session.session, wanted]);
  const any = alerts.length > 0;
  useEffect(() => scroll.current?.focus(), [any]);
  const choose = (alert: AlertRow | undefined): void => {
    setNumber(alert?.number ?? null);
    selectFlow(alert?.flow ?? null);
  };
  // Label keys apply to the highlighted card, which is the first one until another is chosen.
  const there = alerts.some((a) => a.number === number);
  const chooseFirst = useEffectEvent(() => choose(alerts[0]));
  useEffect(() => {
    if (!there && any) chooseFirst();
  }, [there, any]);

  const keys = (event: KeyboardEvent): void => {
    const alert = alerts[chosen];
    if (event.target !== scroll.current || event.ctrlKey || event.altKey) return;
    const by = { ArrowDown: 1, j: 1, J: 1, ArrowUp: -1, k: -1, K: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      const to = Math.max(0, Math.min(alerts.length - 1, chosen + by));
      choose(alerts[to]);
      list.scrollToIndex(to, { align: 'auto' });
    } else if (event.key === 'Enter' && alert) openFlow(alert.flow);
    else if (event.key.toLowerCase() === 'a' && alert) void allowAlert(alert, !alert.allowed);
    else if (event.key.toLowerCase() === 'p' && alert) goToPacket(alert.packet);
  };
  if (alerts.length === 0)
    return (
      <div className="alerts" role="region" aria-label={word('alerts')}>
        <Empty text={word(noAlerts(session.phase))} />
        <LearnOffer />
      </div>
    );
  return (
    <div className="incidents">
      <div className="alerts" ref={scroll} tabIndex={0} role="region" aria-label={word('alerts')} onKeyDown={keys}>
        <ul style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const a = alerts[item.index]!;
            return (
              <li
                key={item.key}
                data-index={item.index}
                ref={list.measureElement}
                className={classOf(a, item.index === chosen)}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => choose(a)}
              >
                <Card alert={a} />
              </li>
            );
          })}
        </ul>
        {total > alerts.length ? (
          <button type="button" className="button" onClick={() => setWanted(wanted + 4 * MAX_PAGE)}>
            {word('moreAlerts', { n: count(total - alerts.length) })}
          </button>
        ) : null}
        <LearnOffer />
      </div>
      <Hosts alerts={alerts} />
    </div>
  );
}

function noAlerts(phase: SessionState['phase']): 'noAlertsYet' | 'noAlertsLive' | 'noAlerts' {
  if (phase === 'reading') return 'noAlertsYet';
  return phase === 'live' ? 'noAlertsLive' : 'noAlerts';
}

function classOf(alert: AlertRow, chosen: boolean): string {
  return `alert-card ${alert.verdict}${alert.allowed ? ' allowed' : ''}${chosen ? ' chosen' : ''}`;
}

/** The packets between an incident's two ends. */
function filterOf({ incident: i, flowId }: AlertRow): string {
  return i.evidence.length === 0 ? `flow.id == ${flowId}` : `flow.incident == ${i.id}`;
}

function Card({ alert: a }: { readonly alert: AlertRow }): ReactNode {
  const word = useWord();
  const { incident: i } = a;
  const names = i.names.filter((name) => name !== i.peer);
  return (
    <>
      <div className="alert-line">
        <Points incident={i} />
        <strong>{visible(sentence(i.title))}</strong>
        {a.allowed ? <span className="chip open">{word('allowedChip')}</span> : null}
      </div>
      <p className="ends">
        {i.initiator} → {peerText(i.peer)}
        {names.length === 0 ? '' : ` · ${names.slice(0, NAMES).map(visible).join(', ')}`} ·{' '}
        {word('nFlows', { n: count(i.flows) })} · {moment(i.first)} {zone(i.first)}
        {i.last - i.first < 1 ? '' : ` · ${seconds(i.last - i.first)}`}
      </p>
      <EvidenceList incident={i} />
      <div className="alert-buttons">
        <button type="button" className="link-button" onClick={() => openFlow(a.flow)}>
          {word('openFlow')}
        </button>
        <button type="button" className="link-button" title={word('raisedHint')} onClick={() => goToPacket(a.packet)}>
          {word('raisedAt', { n: count(a.packet + 1) })}
        </button>
        <button type="button" className="link-button" onClick={() => void showPackets(filterOf(a))}>
          {word('evidenceFlows', { n: count(i.flows) })}
        </button>
        <LabelButtons flow={a.flow} label={a.label} />
        <button type="button" className="link-button" onClick={() => void allowAlert(a, !a.allowed)}>
          {word(a.allowed ? 'allowNoLonger' : 'allowMore')}
        </button>
      </div>
    </>
  );
}

/** Hosts by the sum of their incidents, which orders them and judges nothing. */
function Hosts({ alerts }: { readonly alerts: readonly AlertRow[] }): ReactNode {
  const word = useWord();
  const hosts = new Map<string, { points: number; malicious: number; suspicious: number }>();
  for (const { incident: i, allowed } of alerts) {
    if (allowed) continue;
    const h = hosts.get(i.initiator) ?? { points: 0, malicious: 0, suspicious: 0 };
    h.points += i.points;
    if (i.verdict === 'malicious') h.malicious++;
    else h.suspicious++;
    hosts.set(i.initiator, h);
  }
  const sorted = [...hosts].sort((a, b) => b[1].malicious - a[1].malicious || b[1].points - a[1].points);
  return (
    <aside className="hosts" aria-label={word('hosts')}>
      <h2>{word('hosts')}</h2>
      <p className="dim">{word('hostsHint')}</p>
      <ul>
        {sorted.slice(0, HOSTS).map(([host, h]) => (
          <li key={host}>
            <button type="button" className="link-button" onClick={() => void showPackets(`ip.src == ${host}`)}>
              {host}
            </button>
            <span>
              {h.malicious > 0 ? <i className="dot malicious" /> : <i className="dot suspicious" />}{' '}
              {word('hostIncidents', { n: count(h.malicious + h.suspicious), points: count(h.points) })}
            </span>
          </li>
        ))}
      </ul>
    </aside>
  );
}
