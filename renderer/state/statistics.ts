// Which page of Statistics is open, and what was chosen on it; it stays while other views are looked at.
import { create } from 'zustand';
import { packetRow, type StatLayer, type StatTableName } from '../../contract/index.ts';
import type { WordKey } from '../words/words.ts';
import { ask } from './actions.ts';
import { selectFlow } from './selection.ts';
import { useStore } from './store.ts';

/** Pages in the order of the list beside them. */
export const STAT_PAGES = [
  'properties',
  'hierarchy',
  'conversations',
  'endpoints',
  'lengths',
  'io',
  'tcp',
  'sequence',
  'expert',
  'dns',
  'http',
  'tls',
  'services',
  'rates',
  'connections',
  'groups',
  'values',
  'resolved',
] as const;
export type StatPageName = (typeof STAT_PAGES)[number];

interface StatisticsState {
  readonly page: StatPageName;
  readonly layer: StatLayer;
  /** Second table of pages that have two. */
  readonly servers: boolean;
  /** Only the packets that the list shows count. */
  readonly displayed: boolean;
  set(change: Partial<StatisticsState>): void;
}

export const useStatistics = create<StatisticsState>((set) => ({
  page: 'properties',
  layer: 'ip',
  servers: false,
  displayed: false,
  set: (change) => set(change),
}));

function openStatistics(page: StatPageName): void {
  useStatistics.getState().set({ page });
  useStore.getState().set({ view: 'statistics' });
}

/** Graphs of the TCP connection that a packet belongs to. @param row of the packet */
export async function openTcpGraphs(row: number): Promise<void> {
  const place = await ask('place', { which: 'packets', row: packetRow(row) });
  if (place === null || place.flow === null) return;
  selectFlow(place.flow);
  openStatistics('tcp');
}

/** Words of the palette: what says nothing by itself there has a longer name. */
const TITLES: Partial<Record<StatPageName, WordKey>> = {
  dns: 'stats.key.dns',
  http: 'stats.key.http',
  tls: 'stats.key.tls',
};

export const STATISTICS_COMMANDS = STAT_PAGES.map((page) => ({
  id: `statistics-${page}`,
  title: TITLES[page] ?? (`stats.${page}` as WordKey),
  open: true,
  run: () => openStatistics(page),
}));

/** Pages that count flows, and so those that the list of flows shows. */
export const OF_FLOWS: readonly StatPageName[] = ['connections', 'groups', 'values'];

/** The table of a page, null for pages that are none. */
export function tableOf(s: Pick<StatisticsState, 'page' | 'layer' | 'servers'>): StatTableName | null {
  switch (s.page) {
    case 'conversations':
      return `conv-${s.layer}`;
    case 'endpoints':
      return `end-${s.layer}`;
    case 'dns':
    case 'http':
      return s.servers ? `${s.page}-servers` : s.page;
    case 'hierarchy':
    case 'lengths':
    case 'expert':
    case 'tls':
    case 'services':
    case 'resolved':
      return s.page;
    case 'properties':
    case 'io':
    case 'tcp':
    case 'sequence':
    case 'rates':
    case 'connections':
    case 'groups':
    case 'values':
      return null;
  }
}
