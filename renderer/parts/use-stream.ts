// The stream that is followed: asked for again when its kind, its number or what dissectors are told changes.
import { useEffect, useRef, useState } from 'react';
import { type FollowKind, type FollowPage, flowRow, type Message, saidBy } from '../../contract/index.ts';
import type { Followed } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';

export interface FollowedStream {
  /** What was asked for; null while the selection's flow is not known, or where there is none. */
  readonly what: Followed | null;
  readonly page: FollowPage | null;
  readonly problem: Message | null;
  readonly follow: (kind: FollowKind, substream: number | null) => void;
  readonly next: (forward: boolean) => Promise<boolean>;
}

export function useStream(): FollowedStream {
  const flow = useStore((s) => s.flow);
  const told = useStore((s) => s.told);
  const [what, setWhat] = useState<Followed | null>(null);
  const [page, setPage] = useState<FollowPage | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);
  const latest = useRef<Followed | null>(null);
  const turn = useRef<Promise<boolean>>(Promise.resolve(true));
  latest.current = what;
  // A click in the stream selects another packet; the stream stays the one that was opened.
  useEffect(() => {
    if (what === null && flow !== null) setWhat({ flow, kind: 'tcp', substream: null });
  }, [what, flow]);
  useEffect(() => {
    setPage(null);
    setProblem(null);
    if (what === null) return undefined;
    const job = client.begin('follow', what);
    let current = true;
    job.answer.then(
      (answer) => {
        if (current) setPage(answer);
      },
      (error: Error) => {
        if (!current) return;
        const said = saidBy(error);
        // Whether a flow is of TCP is the host's to know.
        if (said.say === 'not-this-transport' && what.kind === 'tcp') setWhat({ ...what, kind: 'udp' });
        else setProblem(said);
      },
    );
    return () => {
      current = false;
      job.cancel();
    };
  }, [what, told]);
  return {
    what,
    page,
    problem,
    follow: (kind, substream) => setWhat((before) => (before === null ? null : { ...before, kind, substream })),
    next: (forward) => {
      // Steps that come quickly are each a step.
      const mine = turn.current.then(async () => {
        const from = latest.current;
        if (from === null) return false;
        const found = await client.ask('nextStream', { flow: from.flow, forward });
        if (found.flow === null) return false;
        latest.current = { flow: flowRow(found.flow), kind: from.kind, substream: null };
        setWhat(latest.current);
        return true;
      });
      turn.current = mine.catch(() => false);
      return turn.current;
    },
  };
}
