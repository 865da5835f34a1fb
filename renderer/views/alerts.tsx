// Alerts: what turned malicious or was found by a rule, the newest first, each with its evidence and the way to its
// packets.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useEffectEvent, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { MAX_PAGE, type AlertRow, type SessionState } from '../../contract/index.ts';
import { allowAlert, goToPacket, openFlow, showPackets } from '../state/actions.ts';
import { selectFlow } from '../state/selection.ts';
import { useStore } from '../state/store.ts';
import { Empty } from '../parts/empty.tsx';
import { LabelButtons } from '../parts/label-buttons.tsx';
import { Chip } from '../parts/verdict.tsx';
import { client } from '../wire/client.ts';
import { count, moment, visible } from '../words/format.ts';
import { reasonText, ruleTitle, useWord } from '../words/words.ts';

const ROW = 118;

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
      </div>
    );
  return (
    <div className="alerts" ref={scroll} tabIndex={0} role="region" aria-label={word('alerts')} onKeyDown={keys}>
      <ul style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map((item) => {
          const a = alerts[item.index]!;
          return (
            <li
              key={item.key}
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

/** The packets of an alert: of its flow, or of all flows that its rule found at the same peer. */
function filterOf(alert: AlertRow): string {
  if (alert.evidence.length < 2) return `flow.id == ${alert.flowId}`;
  const peer = alert.responder.replace(/^\[?([^\]]*?)\]?(:\d+)?$/, '$1');
  return `flow.rule == ${alert.rule} and ip.addr == ${peer}`;
}

function Card({ alert: a }: { readonly alert: AlertRow }): ReactNode {
  const word = useWord();
  return (
    <>
      <div className="alert-line">
        <Chip verdict={a.verdict} score={a.score} />
        <strong>{ruleTitle(a)}</strong>
        <span className="dim">{moment(a.seconds)}</span>
        {a.allowed ? <span className="chip open">{word('allowedChip')}</span> : null}
      </div>
      <p className="ends">
        {a.initiator} → {a.responder} · {a.app}
        {a.name === null ? '' : ` · ${visible(a.name)}`}
      </p>
      <p className="alert-reasons">
        {a.reasons.length === 0 ? word('openForReasons') : a.reasons.map((r) => visible(reasonText(r))).join(' · ')}
      </p>
      <div className="alert-buttons">
        <button type="button" className="link-button" onClick={() => openFlow(a.flow)}>
          {word('openFlow')}
        </button>
        <button type="button" className="link-button" onClick={() => goToPacket(a.packet)}>
          {word('packetN', { n: count(a.packet + 1) })}
        </button>
        <button type="button" className="link-button" onClick={() => void showPackets(filterOf(a))}>
          {a.evidence.length > 1 ? word('evidenceFlows', { n: count(a.evidence.length) }) : word('showPackets')}
        </button>
        <LabelButtons flow={a.flow} label={a.label} />
        <button type="button" className="link-button" onClick={() => void allowAlert(a, !a.allowed)}>
          {word(a.allowed ? 'allowNoLonger' : 'allowMore')}
        </button>
      </div>
    </>
  );
}
