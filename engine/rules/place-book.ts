// Places of rule headers by their text: most rules of a set say the same few, and share one set of each.
import type { Message } from '../../contract/index.ts';
import { type AddressSet, addressSet, type PortSet, portSet, type RuleVariables } from './places.ts';

/** Texts that are remembered; a set of rules with more different ones has lists of addresses in them. */
const MAX_TEXTS = 4_096;
/** Longer texts are lists, said once. */
const MAX_LENGTH = 256;

export class PlaceBook {
  private readonly variables: RuleVariables;
  private readonly addressTexts = new Map<string, AddressSet | Message>();
  private readonly portTexts = new Map<string, PortSet | Message>();

  constructor(variables: RuleVariables) {
    this.variables = variables;
  }

  addresses(text: string): AddressSet | Message {
    return remembered(this.addressTexts, text, () => addressSet(text, this.variables));
  }

  ports(text: string): PortSet | Message {
    return remembered(this.portTexts, text, () => portSet(text, this.variables));
  }
}

function remembered<V>(texts: Map<string, V>, text: string, make: () => V): V {
  const known = texts.get(text);
  if (known !== undefined) return known;
  const made = make();
  if (text.length <= MAX_LENGTH && texts.size < MAX_TEXTS) texts.set(text, made);
  return made;
}
