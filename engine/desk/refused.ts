// What a request is refused with.
import { type Message, SaidError } from '../../contract/index.ts';

/** A request that is not done, and why: the window shows the message in its language. */
export class Refused extends SaidError {
  readonly reason: 'no-capture' | 'not-found' | 'refused' | 'failed';
  constructor(reason: Refused['reason'], said: Message) {
    super(said);
    this.reason = reason;
  }
}
