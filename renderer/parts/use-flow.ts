// A flow's record and what its verdict stands on, asked for when it is looked at and again when it changes.
import { useEffect, useState } from 'react';
import { type FlowDetail, type FlowReasons, type FlowRow, type Message, saidBy } from '../../contract/index.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';

export interface FlowSeen {
  readonly detail: FlowDetail | null;
  readonly reasons: FlowReasons | null;
  readonly problem: Message | null;
}

const NONE: FlowSeen = { detail: null, reasons: null, problem: null };
/** A flow that still grows is looked at again no more often than this, ms. */
const AGAIN = 700;

export function useFlow(flow: FlowRow | null): FlowSeen {
  const session = useStore((s) => s.session?.session ?? 0);
  const revision = useStore((s) => s.session?.revision ?? 0);
  const [seen, setSeen] = useState<FlowSeen & { readonly flow: FlowRow | null }>({ ...NONE, flow: null });
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setTick((n) => n + 1), AGAIN);
    return () => clearTimeout(timer);
  }, [revision]);
  useEffect(() => {
    if (flow === null) {
      setSeen({ ...NONE, flow });
      return undefined;
    }
    let current = true;
    const take = (change: Partial<FlowSeen>): void => {
      if (current) setSeen((before) => ({ ...(before.flow === flow ? before : NONE), ...change, flow }));
    };
    client.ask('flow', { flow }).then(
      (detail) => take({ detail }),
      (error: Error) => take({ problem: saidBy(error) }),
    );
    const job = client.begin('reasons', { flow });
    job.answer.then(
      (reasons) => take({ reasons, problem: null }),
      (error: Error) => take({ problem: saidBy(error) }),
    );
    return () => {
      current = false;
      job.cancel();
    };
  }, [flow, session, tick]);
  return seen.flow === flow ? seen : NONE;
}
