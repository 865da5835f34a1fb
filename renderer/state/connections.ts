// What the graph of connections shows; it stays while other views are looked at.
import { create } from 'zustand';
import type { ConnectionNodes, ConnectionWeight } from '../../contract/index.ts';

interface ConnectionState {
  readonly nodes: ConnectionNodes;
  readonly weight: ConnectionWeight;
  readonly most: number;
  set(change: Partial<ConnectionState>): void;
}

export const useConnections = create<ConnectionState>((set) => ({
  nodes: 'hosts',
  weight: 'bytes',
  most: 50,
  set: (change) => set(change),
}));
