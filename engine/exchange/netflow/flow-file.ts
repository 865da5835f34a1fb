// Flow exports in a file: messages one after the other (as RFC 5655 has them), or a capture of their datagrams.
import type { Analysis } from '../../session/index.ts';
import { pcapHeader, pcapRecord } from '../pcap-writer.ts';
import type { Stamp } from '../talks/stamp.ts';
import { TalkWalk } from '../talks/walk.ts';
import { WholeFile } from '../whole-file.ts';
import { exportedFlow } from './flow-export.ts';
import { IPFIX_PORT, IpfixMessages } from './ipfix.ts';
import { NETFLOW9_PORT, NetFlow9Messages } from './netflow9.ts';
import { exportDatagram } from './udp-capture.ts';

const ETHERNET_LINK = 1;
const FORMS = {
  ipfix: { port: IPFIX_PORT, Messages: IpfixMessages },
  netflow9: { port: NETFLOW9_PORT, Messages: NetFlow9Messages },
} as const;

export class FlowExportFile {
  flows = 0;
  messages = 0;
  private readonly file: WholeFile;
  private readonly out: IpfixMessages | NetFlow9Messages;

  /** @param path ends with .pcap for a capture of datagrams @throws WriteError */
  constructor(path: string, form: keyof typeof FORMS) {
    const { port, Messages } = FORMS[form];
    const asCapture = path.toLowerCase().endsWith('.pcap');
    this.file = new WholeFile(path);
    if (asCapture) this.file.write(pcapHeader(ETHERNET_LINK, true));
    this.out = new Messages((message, at) => {
      this.messages++;
      if (asCapture) this.file.write(recordOf(exportDatagram(message, port), at));
      else this.file.write(message);
    });
  }

  /** What is to be given the capture's packets again. */
  walk(analysis: Analysis): TalkWalk {
    return new TalkWalk(analysis, {
      over: (over) => {
        const flow = exportedFlow(analysis, over);
        if (flow === null) return;
        this.flows++;
        this.out.add(flow);
      },
    });
  }

  /** @throws WriteError */
  async close(): Promise<void> {
    this.out.end();
    await this.file.commit();
  }

  discard(): void {
    this.file.discard();
  }
}

function recordOf(frame: Uint8Array, { seconds, nanoseconds }: Stamp): Uint8Array {
  return pcapRecord(seconds >>> 0, nanoseconds, frame.length, frame);
}
