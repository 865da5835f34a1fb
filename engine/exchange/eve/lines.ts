// Events of EVE beside alerts, of captures: flow, tls, dns, http, quic, fileinfo (docs/formats.md).
import { plainJson } from '../../../contract/index.ts';
import type { Analysis } from '../../session/index.ts';
import type { DnsExchange } from '../talks/dns-reader.ts';
import type { FileSaid } from '../talks/file-said.ts';
import type { HttpSaid } from '../talks/http-said.ts';
import type { Stamp } from '../talks/stamp.ts';
import { type TalkEnds, TalkWalk } from '../talks/walk.ts';
import { WholeFile } from '../whole-file.ts';
import { dnsMembers } from './dns.ts';
import { eveEvent, type EveEvent, type EveKind } from './event.ts';
import { applicationOf, flowMembers } from './flow.ts';
import { fileMembers, httpMembers } from './http.ts';
import { quicMembers, tlsMembers } from './tls.ts';

export class EveLines {
  /** Events of each kind. */
  readonly counts: Record<EveKind, number> = { flow: 0, tls: 0, dns: 0, http: 0, quic: 0, fileinfo: 0 };
  private readonly file: WholeFile;

  /** @throws WriteError */
  constructor(path: string) {
    this.file = new WholeFile(path);
  }

  /** What is to be given the capture's packets again. @param name of the capture */
  walk(analysis: Analysis, name: string): TalkWalk {
    const { columns } = analysis.flows;
    const write = (kind: EveKind, at: Stamp, ends: TalkEnds, more: EveEvent): void => {
      this.counts[kind]++;
      this.file.write(`${plainJson(eveEvent(kind, at, ends, name, more))}\n`);
    };
    return new TalkWalk(analysis, {
      dns: (ends, exchange) => askedAndAnswered(ends, exchange, write),
      http: (ends, said) => {
        write('http', said.at, ends, httpMembers(said));
        for (const file of filesOf(said))
          write('fileinfo', said.at, ends, fileMembers(file, said.application, said, said.depth - 1));
      },
      carried: (ends, { at, application, file }) => {
        if (file.size > 0) write('fileinfo', at, ends, fileMembers(file, application, null, 0));
      },
      tls: (ends, said, at) => {
        if (said.client !== null) write('tls', at, ends, tlsMembers(said));
      },
      quic: (ends, quic, at) => {
        if (quic.said.client !== null) write('quic', at, ends, quicMembers(quic));
      },
      over: (flow) => {
        const reason = columns.endReasonOf(flow.row);
        write('flow', flow.last, flow, flowMembers(flow, reason, applicationOf(flow.services)));
      },
    });
  }

  /** @throws WriteError */
  async close(): Promise<void> {
    await this.file.commit();
  }

  discard(): void {
    this.file.discard();
  }
}

type Write = (kind: EveKind, at: Stamp, ends: TalkEnds, more: EveEvent) => void;

function askedAndAnswered(ends: TalkEnds, exchange: DnsExchange, write: Write): void {
  const { question, answer, at, answered, place } = exchange;
  if (question !== null) write('dns', at, ends, dnsMembers(question, place));
  if (answer !== null) write('dns', answered ?? at, ends, dnsMembers(answer, place));
}

function filesOf(said: HttpSaid): readonly FileSaid[] {
  return [...(said.request?.files ?? []), ...(said.answer?.files ?? [])].filter((file) => file.size > 0);
}
