// Echo requests and replies of ICMP (RFC 792, RFC 4443): how many there are and how their payloads differ.
import { IPPROTO_ICMP, latin1, type Layers } from '../decode/index.ts';
import { copied, type Seen } from './facts.ts';
import { type EchoFacts } from './types.ts';

const MAX_STARTS = 32;
const MAX_CLASSES = 49;

export class Echoes {
  private readonly starts = new Set<string>();
  private readonly classes = new Set<number>();

  take(observed: Seen, l: Layers, b: Uint8Array): void {
    const [request, reply] = l.ipProtocol === IPPROTO_ICMP ? [8, 0] : [128, 129];
    if (l.icmpType !== request && l.icmpType !== reply) return;
    const at = l.payloadAt;
    const end = at + l.payloadLength;
    const echo: EchoFacts = (observed.echo ??= {
      requests: 0,
      replies: 0,
      starts: 0,
      lengthClasses: 0,
      longestRequest: 0,
      first: new Uint8Array(0),
    });
    if (this.starts.size < MAX_STARTS) this.starts.add(latin1(b, at, Math.min(end, at + 32)));
    echo.starts = this.starts.size;
    if (l.icmpType === reply) {
      echo.replies++;
      return;
    }
    if (echo.requests++ === 0) echo.first = copied(b, at, Math.min(end, at + 64));
    echo.longestRequest = Math.max(echo.longestRequest, l.payloadWire);
    if (this.classes.size < MAX_CLASSES) this.classes.add(l.payloadWire >> 5);
    echo.lengthClasses = this.classes.size;
  }
}
