// Live rates: bits and packets a second of the last seconds as a graph, the hosts and protocols that made most of them,
// and what is told when a rate is exceeded or a host is seen.
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { packetRow, type LiveRates, type Rated } from '../../contract/index.ts';
import { ask, changeSettings, goToPacket, showPackets } from '../state/actions.ts';
import { askToNotify } from '../state/notify.ts';
import { useRates } from '../state/rates.ts';
import { chime } from '../state/sound.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bitRate, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import type { ChartData } from './chart-data.ts';
import { Chart } from './chart.tsx';
import { RateField } from './rate-field.tsx';

const SPANS = [30, 60, 300, 600] as const;
const EVERY = 1_000;

export function LiveRatesPage(): ReactNode {
  const word = useWord();
  const { span, set } = useRates();
  const phase = useStore((s) => s.session?.phase);
  const live = phase === 'live' || phase === 'paused';
  const [rates, setRates] = useState<LiveRates | null>(null);
  useEffect(() => {
    let wanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      const found = await client.ask('liveRates', { seconds: span, watched: [] }).catch(() => null);
      if (!wanted) return;
      if (found !== null) setRates(found);
      if (live || phase === 'reading') timer = setTimeout(() => void look(), EVERY);
    };
    void look();
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [span, live, phase]);
  const data = useMemo((): ChartData | null => {
    if (rates === null) return null;
    return {
      file: 'live-rates',
      title: word('stats.rates'),
      x: Float64Array.from(rates.bytes, (_, i) => i - rates.bytes.length + 1),
      xName: word('stats.g.time'),
      axes: [word('rates.bits'), word('rates.packets')],
      series: [
        { name: word('rates.bits'), values: rates.bytes.map((n) => n * 8), colour: 0, draw: 'line' },
        { name: word('rates.packets'), values: rates.packets, colour: 3, draw: 'line', axis: 1 },
      ],
    };
  }, [rates, word]);
  const open = (index: number): void => {
    if (rates === null) return;
    const from = rates.from + index;
    // The first packet of that second, where the list shows it.
    void ask('range', { from, to: from + 1 }).then((range) => {
      if (range !== null) goToPacket(packetRow(range.first));
    });
  };
  const last = (rates?.bytes.length ?? 0) - 1;
  return (
    <div className="stats-graph">
      <div className="stats-bar group-bar">
        <label>
          <span>{word('rates.span')}</span>
          <select className="field" value={span} onChange={(e) => set({ span: Number(e.target.value) })}>
            {SPANS.map((n) => (
              <option key={n} value={n}>
                {word('rates.seconds', { n })}
              </option>
            ))}
          </select>
        </label>
        <strong className="rates-now">
          {rates === null
            ? ''
            : word('rates.now', { bits: bitRate(rates.bytes[last]!), packets: rates.packets[last]! })}
        </strong>
        <RateLimits />
      </div>
      {live || phase === 'reading' ? null : <p className="stat-note">{word('rates.file', { n: span })}</p>}
      {rates?.cut === true ? <p className="stat-note">{word('rates.cut')}</p> : null}
      {data === null ? null : <Chart data={data} open={open} />}
      {rates === null ? null : (
        <div className="rates-lists">
          <Shares title={word('rates.hosts')} rated={rates.hosts} seconds={span} />
          <Shares title={word('rates.protocols')} rated={rates.protocols} seconds={span} />
        </div>
      )}
    </div>
  );
}

function Shares(p: { readonly title: string; readonly rated: readonly Rated[]; readonly seconds: number }): ReactNode {
  const word = useWord();
  const most = p.rated[0]?.bytes ?? 1;
  return (
    <section className="stats-card value-card" aria-label={p.title}>
      <h3>{p.title}</h3>
      <ul>
        {p.rated.map((r) => (
          <li key={r.text}>
            <button type="button" className="value-row" onClick={() => void showPackets(r.filter)}>
              <i className="stat-bar" style={{ width: `${(100 * r.bytes) / most}%` }} aria-hidden="true" />
              <span className="value-text">{visible(r.text)}</span>
              <span className="value-count">
                {word('rates.share', { rate: bitRate(r.bytes / p.seconds), packets: r.packets })}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Those of packets, the desktop and the sound are the ones of Settings, shown here too. */
function RateLimits(): ReactNode {
  const word = useWord();
  const { limits, set } = useRates();
  const settings = useStore((s) => s.settings);
  const [refused, setRefused] = useState(false);
  const change = (next: Partial<typeof limits>): void => set({ limits: { ...limits, ...next } });
  const desktop = async (on: boolean): Promise<void> => {
    const may = !on || (await askToNotify());
    setRefused(!may);
    if (may) await changeSettings({ notify: on });
  };
  if (settings === null) return null;
  const { notify, notifySound, notifyRate } = settings;
  return (
    <fieldset className="rates-limits">
      <legend>{word('rates.tell')}</legend>
      <label>
        <span>{word('rates.over')}</span>
        <input
          className="field rates-amount"
          type="number"
          min={0}
          value={limits.megabits === 0 ? '' : limits.megabits}
          onChange={(e) => change({ megabits: Math.max(0, Math.min(1e9 - 1, Number(e.target.value) || 0)) })}
        />
        <span>{word('rates.overBits')}</span>
      </label>
      <label>
        <span>{word('rates.over')}</span>
        <RateField key={notifyRate} rate={notifyRate} />
        <span>{word('rates.overPackets')}</span>
      </label>
      <label>
        <span>{word('rates.host')}</span>
        <input
          className="field"
          value={limits.hosts}
          maxLength={1_000}
          placeholder={word('rates.hostHint')}
          onChange={(e) => change({ hosts: e.target.value })}
        />
      </label>
      <label title={word('rates.asSettings')}>
        <input type="checkbox" checked={notify} onChange={(e) => void desktop(e.target.checked)} />
        <span>{word('rates.desktop')}</span>
      </label>
      <label title={word('rates.asSettings')}>
        <input
          type="checkbox"
          checked={notifySound}
          onChange={(e) => {
            if (e.target.checked) chime();
            void changeSettings({ notifySound: e.target.checked });
          }}
        />
        <span>{word('rates.sound')}</span>
      </label>
      {refused ? (
        <span className="dim" role="status">
          {word('rates.denied')}
        </span>
      ) : null}
    </fieldset>
  );
}
