// How networks are called of which something is learned.
import { networkCalled, type SessionState } from '../../contract/index.ts';
import type { useWord } from './words.ts';

/** The network that is called as where a live capture comes from; '' for none. */
export function sourceNetwork(session: SessionState): string {
  return session.source === 'live' ? networkCalled(session.interface ?? '') : '';
}

/** When verdicts stand on a network. @param source the network that is called as the live capture's interface */
export function usedBy(network: string, source: string): 'learn.usedAlways' | 'learn.usedThere' | 'learn.usedChosen' {
  if (network === '') return 'learn.usedAlways';
  return network === source ? 'learn.usedThere' : 'learn.usedChosen';
}

/** @param name '' for the one without a name */
export function networkName(name: string, word: ReturnType<typeof useWord>): string {
  return name === '' ? word('learn.unnamed') : name;
}
