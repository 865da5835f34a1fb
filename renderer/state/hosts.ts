// Which host is looked at, and the filters that lead from it to flows and packets.
import { create } from 'zustand';
import { type HostPage, textAt } from '../../contract/index.ts';
import { ask, show } from './actions.ts';
import { useStore } from './store.ts';

interface Hosts {
  /** Id of its address. */
  readonly host: number | null;
}

export const useHosts = create<Hosts>(() => ({ host: null }));

useStore.subscribe((now, before) => {
  if (now.session?.session !== before.session?.session) useHosts.setState({ host: null });
});

/** Packets or flows of a host. */
export function addressFilter(address: string): string {
  return `${address.includes(':') ? 'ipv6.addr' : 'ip.addr'} == ${address}`;
}

export function hostFilter(page: HostPage, index: number): string {
  return addressFilter(textAt(page.address, index));
}

/** Looks at a host by its address, also from another view. */
export async function openHost(address: string): Promise<void> {
  const found = await ask('hostPlace', { address });
  if (found === null) return;
  useHosts.setState({ host: found.host });
  show('hosts');
}
