// By which baseline a capture is judged: that of where it comes from, else of the network that was chosen.
import { type Message, networkCalled } from '../../contract/index.ts';
import { type Baseline, type BaselineDocument, isOfModel, type Model } from '../detect/index.ts';
import type { KnownNetwork } from '../evidence/index.ts';
import { storedBaseline } from '../exchange/index.ts';
import { baselineFrom, knownFrom } from '../session/index.ts';

/** What verdicts stand on beside the model. */
export interface Judging {
  readonly baseline: Baseline;
  readonly known: KnownNetwork | null;
  /** Whose it is, '' for the network without a name. */
  readonly network: string;
  /** Where what was learned cannot be read, why not. */
  readonly note: Message | null;
}

/** @param network by its name; where nothing usable is learned of it, verdicts are against other networks */
export function judgingOf(dataFolder: string, model: Model, network: string): Judging {
  const { document, note } = storedBaseline(dataFolder, network === '' ? null : network);
  return judging(model, document, network, note);
}

/**
 * @param source where a live capture comes from, such as an interface
 * @param chosen what holds where nothing usable is learned by the source's name
 */
export function judgingOn(dataFolder: string, model: Model, source: string, chosen: Judging): Judging {
  const network = networkCalled(source);
  if (network === '') return chosen;
  const { document } = storedBaseline(dataFolder, network);
  return document !== null && isOfModel(document, model) ? judging(model, document, network, null) : chosen;
}

function judging(model: Model, document: BaselineDocument | null, network: string, note: Message | null): Judging {
  return { baseline: baselineFrom(model, document), known: knownFrom(document), network, note };
}
