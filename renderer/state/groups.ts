// By what flows are grouped and how values are listed; it stays while other views are looked at.
import { create } from 'zustand';
import type { FacetName, GroupMeasure } from '../../contract/index.ts';
import { useStatistics } from './statistics.ts';
import { useStore } from './store.ts';

export interface GroupChoice {
  readonly by: readonly FacetName[];
  readonly measure: GroupMeasure;
  readonly distinct: FacetName | null;
}

interface GroupState extends GroupChoice {
  /** Unique values: the rarest first. */
  readonly rare: boolean;
  set(change: Partial<GroupState>): void;
}

export const useGroups = create<GroupState>((set) => ({
  by: ['app'],
  measure: 'bytes',
  distinct: 'host',
  rare: false,
  set: (change) => set(change),
}));

/** Opens the groups of a fact. @param displayed whether only the flows that the list shows count */
export function openGroups(by: FacetName, displayed: boolean): void {
  useGroups.getState().set({ by: [by] });
  useStatistics.getState().set({ page: 'groups', displayed });
  useStore.getState().set({ view: 'statistics' });
}
