// `sightline export --as pcapng`: the capture with verdicts and labels as comments of each flow's first packet.
import { count, type PacketRow } from '../contract/index.ts';
import { captureIdentity, flowKey, packetBytes, type Store, WholeFile } from '../engine/host.ts';
import { flowComment, writeMarked } from '../engine/host-exchange.ts';
import { UsageError } from './context.ts';
import type { Export } from './export-run.ts';
import type { Judge } from './judged.ts';

/** @throws WriteError */
export function pcapngExport(path: string, judge: Judge, store: Store): Export {
  const file = new WholeFile(path);
  const counts = { packets: 0, flows: 0, captures: 0 };
  return {
    capture: async ({ path: at, name, input, analysis }) => {
      if (++counts.captures > 1)
        throw new UsageError('pcapng takes one capture; `sightline merge` makes one of several');
      const labels = store.labels(captureIdentity(input.path));
      /** By the number of the packet. */
      const comments = new Map<number, string>();
      await judge(at, name, (record) => {
        if (record.type === 'incident') return;
        const label = labels.get(flowKey(record));
        comments.set(record.first_packet, flowComment(label === undefined ? record : { ...record, label }));
      });
      const bytes = packetBytes(at);
      try {
        counts.packets += writeMarked(file, analysis, bytes, (row: PacketRow) => comments.get(row + 1) ?? null);
      } finally {
        bytes.close();
      }
      counts.flows += comments.size;
    },
    close: async () => {
      await file.commit();
      return [`${count(counts.packets)} packets in ${path}; ${count(counts.flows)} flows have a comment.`];
    },
    discard: () => file.discard(),
  };
}
