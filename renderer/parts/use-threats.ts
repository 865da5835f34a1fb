// Asks what is loaded and what matched, as long as somebody looks at it: at once, and again while it changes.
import { useEffect, useState } from 'react';
import type { FlowRow, PacketRow, PacketThreat, ThreatState } from '../../contract/index.ts';
import { lookAtThreats, useThreats } from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';

/** How often work under way is looked at, and a capture that goes on, ms. */
const WHILE_BUSY = 400;
const WHILE_READING = 1500;

/** @returns null until the host has answered */
export function useThreatState(): ThreatState | null {
  const state = useThreats((s) => s.state);
  const connected = useStore((s) => s.connected);
  const session = useStore((s) => s.session?.session ?? null);
  const phase = useStore((s) => s.session?.phase ?? 'done');
  const every = useEvery(phase === 'reading' || phase === 'live', state?.busy === true);
  useEffect(() => {
    if (connected) void lookAtThreats();
  }, [connected, session, phase]);
  useEffect(() => {
    if (!connected || every === null) return undefined;
    // The next question waits for the answer to the one before: a host that is busy is not asked more often.
    let current = true;
    let timer: ReturnType<typeof setTimeout>;
    const again = (): void => {
      timer = setTimeout(() => {
        void lookAtThreats().then(() => {
          if (current) again();
        });
      }, every);
    };
    again();
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [connected, every]);
  return state;
}

function useEvery(grows: boolean, busy: boolean): number | null {
  if (busy) return WHILE_BUSY;
  return grows ? WHILE_READING : null;
}

export interface Matches {
  readonly threats: readonly PacketThreat[];
  /** Beyond those that are listed. */
  readonly more: number;
}

interface Known extends Matches {
  readonly key: string;
}

/** @returns null until they are known */
export function usePacketThreats(packet: PacketRow | null): Matches | null {
  return useMatches('packet', packet);
}

/** @returns null until they are known */
export function useFlowThreats(flow: FlowRow | null): Matches | null {
  return useMatches('flow', flow);
}

/** Read again when rules are turned on or off, kept or read anew; until then the matches of before stand. */
function useMatches(of: 'packet' | 'flow', row: PacketRow | FlowRow | null): Matches | null {
  const session = useStore((s) => s.session?.session ?? null);
  const revision = useStore((s) => s.session?.revision ?? 0);
  const changes = useThreats((s) => s.changes);
  const [known, setKnown] = useState<Known | null>(null);
  const key = `${session} ${of} ${row}`;
  useEffect(() => {
    if (row === null || session === null) return undefined;
    let current = true;
    matchesOf(of, row).then(
      (found) => {
        if (current) setKnown({ ...found, key });
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [of, row, session, revision, changes, key]);
  return known?.key === key ? known : null;
}

async function matchesOf(of: 'packet' | 'flow', row: PacketRow | FlowRow): Promise<Matches> {
  if (of === 'flow') return client.ask('flowThreats', { flow: row as FlowRow });
  const { threats } = await client.ask('packetThreats', { packet: row as PacketRow });
  return { threats, more: 0 };
}
