// The rail: views, in the order of their number keys.
import type { ReactNode } from 'react';
import { show } from '../state/actions.ts';
import { useStore, type View } from '../state/store.ts';
import { count } from '../words/format.ts';
import { useWord } from '../words/words.ts';

const ICONS: Record<string, string> = {
  packets: 'M3 5h12M3 9h12M3 13h8',
  flows: 'M3 6h10l-3-3M15 12H5l3 3',
  alerts: 'M9 2.5 16.5 15.5h-15zM9 7.5v4M9 13.4v.2',
  // Two machines and the line between them.
  hosts: 'M2.5 3.5h5v4h-5zM10.5 10.5h5v4h-5zM5 7.5v5h5.5M3.5 14.5h3',
  // Bars over an axis.
  statistics: 'M2.5 15.5h13M5 13V9M9 13V4M13 13V7',
  // A shield with a tick.
  rules: 'M9 2 14.5 4.2v4.3c0 3.6-2.3 6.2-5.5 7.5-3.2-1.3-5.5-3.9-5.5-7.5V4.2zM6.4 9l1.9 1.9 3.4-3.6',
  // A flask.
  lab: 'M7 2.5h4M7.8 2.5v4.6L3.6 14a1 1 0 0 0 .9 1.5h9a1 1 0 0 0 .9-1.5l-4.2-6.9V2.5M5.8 11h6.4',
  // A hub and eight teeth.
  settings: [
    'M9 6.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6',
    'M9 1.8v2M9 14.2v2M1.8 9h2M14.2 9h2',
    'M3.9 3.9l1.4 1.4M12.7 12.7l1.4 1.4M14.1 3.9l-1.4 1.4M5.3 12.7l-1.4 1.4',
  ].join(''),
};
export const VIEWS: readonly View[] = ['packets', 'flows', 'alerts', 'lab', 'statistics', 'hosts', 'rules'];

export function Rail(): ReactNode {
  const word = useWord();
  const view = useStore((s) => s.view);
  const alerts = useStore((s) => s.session?.alerts ?? 0);
  const open = useStore((s) => s.session !== null);
  const set = useStore((s) => s.set);
  return (
    <nav className="rail" aria-label={word('views')}>
      {VIEWS.map((v, i) => (
        <button
          key={v}
          type="button"
          className="rail-button"
          aria-current={v === view ? 'page' : undefined}
          disabled={!open && v !== 'lab' && v !== 'rules'}
          title={`${word(v as 'packets')} (${i + 1})`}
          onClick={() => show(v)}
        >
          <Icon name={v} />
          <span>{word(v as 'packets')}</span>
          {v === 'alerts' && alerts > 0 ? (
            <b className="badge" aria-label={word('nAlerts', { n: count(alerts) })}>
              {alerts > 99 ? '99+' : alerts}
            </b>
          ) : null}
        </button>
      ))}
      <button
        type="button"
        className="rail-button last"
        title={word('settings')}
        onClick={() => set({ dialog: 'settings' })}
      >
        <Icon name="settings" />
        <span>{word('settings')}</span>
      </button>
    </nav>
  );
}

function Icon({ name }: { readonly name: string }): ReactNode {
  return (
    <svg viewBox="0 0 18 18" width="20" height="20" aria-hidden="true">
      <path
        d={ICONS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
