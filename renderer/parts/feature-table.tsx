// All features of a flow: value with its unit, meaning on hover, and where the value stands among benign flows of the
// protocol.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import type { FeatureInfo, FlowReasons } from '../../contract/index.ts';
import { applyFilter, showEvidence } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { count } from '../words/format.ts';
import { groupName, meaningOf, useWord, valueWithUnit } from '../words/words.ts';

/** Height of a row before it is measured: a long meaning takes two lines. */
const ROW = 24;
type Order = 'schema' | 'value' | 'percentile';

export function FeatureTable({
  reasons,
  flowId,
}: {
  readonly reasons: FlowReasons;
  readonly flowId: number;
}): ReactNode {
  const word = useWord();
  const features = useStore((s) => s.hello?.features ?? []);
  const scroll = useRef<HTMLDivElement>(null);
  const [wanted, setWanted] = useState('');
  const [order, setOrder] = useState<Order>('schema');
  const rows = useMemo(() => {
    const text = wanted.toLowerCase();
    const all = features
      .map((_, i) => i)
      .filter((i) => reasons.values[i] === reasons.values[i] && (text === '' || searched(features[i]!).includes(text)));
    if (order === 'percentile') all.sort((a, b) => rarity(reasons.percentiles[b]!) - rarity(reasons.percentiles[a]!));
    if (order === 'value') all.sort((a, b) => reasons.values[b]! - reasons.values[a]!);
    return all;
  }, [features, reasons, wanted, order]);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 6,
  });
  const missing = features.length - features.filter((_, i) => reasons.values[i] === reasons.values[i]).length;
  return (
    <>
      <div className="features-head">
        <h3>
          {word('features')}{' '}
          <span className="dim">{word('nOfSchema', { n: count(rows.length), missing: count(missing) })}</span>
        </h3>
        <input
          type="search"
          className="field small"
          value={wanted}
          placeholder={word('findFeature')}
          aria-label={word('findFeature')}
          onChange={(e) => setWanted(e.target.value)}
        />
        <button
          type="button"
          className="link-button"
          aria-pressed={order === 'percentile'}
          onClick={() => setOrder(order === 'percentile' ? 'schema' : 'percentile')}
          title={word('percentileHint')}
        >
          {word('percentileOf', {
            group: reasons.group === 'other' ? word('group.other') : reasons.group.toUpperCase(),
          })}
          {order === 'percentile' ? ' ▾' : ''}
        </button>
      </div>
      <div className="features" ref={scroll} tabIndex={0} role="group" aria-label={word('features')}>
        <ul style={{ height: list.getTotalSize() }}>
          {list.getVirtualItems().map((item) => {
            const i = rows[item.index]!;
            const f = features[i]!;
            const before = rows[item.index - 1];
            const group =
              order === 'schema' && (before === undefined || features[before]!.group !== f.group)
                ? groupName(f.group)
                : '';
            const p = reasons.percentiles[i]!;
            return (
              <li
                key={f.name}
                data-index={item.index}
                ref={list.measureElement}
                style={{ transform: `translateY(${item.start}px)` }}
                title={`${meaningOf(f.name)} · feature.${f.name}`}
              >
                <span className="feature-group">{group}</span>
                <button
                  type="button"
                  className="feature-name"
                  onClick={() => void applyFilter(`feature.${f.name} >= ${Number(reasons.values[i]!.toPrecision(6))}`)}
                  title={word('filterAtLeast')}
                >
                  {meaningOf(f.name)}
                </button>
                <button
                  type="button"
                  className="feature-value"
                  onClick={() => void showEvidence(reasons.flow, flowId, f.name)}
                  title={word('evidenceHint')}
                >
                  {valueWithUnit(reasons.values[i]!, f)}
                </button>
                <span className={`feature-percentile${rarity(p) > 45 ? ' rare' : ''}`}>
                  {p === p ? `${Math.round(p)} %` : ''}
                </span>
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}

/** What a search looks through. */
function searched({ name, group, en, zh, classes }: FeatureInfo): string {
  return [name, group, en, zh, ...classes.flatMap((c) => [c.en, c.zh])].join(' ').toLowerCase();
}

/** How far from the middle of benign flows, unknown last. */
function rarity(p: number): number {
  return p === p ? Math.abs(p - 50) : -1;
}
