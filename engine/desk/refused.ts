// A request that is not done, and why.
import { type Message, SaidError } from '../../contract/index.ts';

/** The window shows the message in its language. */
export class Refused extends SaidError {
  readonly reason: 'no-capture' | 'not-found' | 'refused' | 'failed';
  constructor(reason: Refused['reason'], said: Message) {
    super(said);
    this.reason = reason;
  }
}
