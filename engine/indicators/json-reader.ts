// Bundles of STIX 2.1 and events of MISP: which of them a file is, its objects tell.
import { type Message, say } from '../../contract/index.ts';
import { Beside, type Intake, type ListRead } from './intake.ts';
import { JsonPieces, objectsIn, textIn } from './json-pieces.ts';
import { isExact, mispValues } from './misp-types.ts';
import { confidenceOf, momentOf } from './said.ts';
import { patternValues } from './stix-pattern.ts';
import type { ListReader } from './table-reader.ts';
import { told } from './value.ts';

type Parts = Readonly<Record<string, unknown>>;

const STIX = 'objects';
const ATTRIBUTES = 'Attribute';
/** Attributes of one event that wait for its title, which may come after them. */
const MAX_WAITING = 100_000;

export class JsonReader implements ListReader {
  private readonly intake: Intake;
  private readonly list: ListRead;
  private readonly pieces: JsonPieces;
  private readonly beside = new Beside();
  /** Of the MISP event that is read: its title and its author. */
  private info = '';
  private org = '';
  private readonly waiting: (readonly [attribute: Parts, line: number])[] = [];

  constructor(intake: Intake, list: ListRead) {
    this.intake = intake;
    this.list = list;
    this.pieces = new JsonPieces({
      arrays: new Set([STIX, ATTRIBUTES, '']),
      object: (array, object, line) => this.object(array, object, line),
      text: (within, name, text) => {
        if (within === 'Event' && name === 'info') {
          // Attributes that wait are of the event before, where it has said its title.
          if (this.info !== '') this.settle();
          this.info = text;
        }
        if (within === 'Orgc' && name === 'name') this.org = text;
      },
      refuse: (line, why) => intake.refuse(line, why),
    });
  }

  push(piece: string): void {
    this.pieces.push(piece);
  }

  end(): void {
    this.pieces.end();
    this.settle();
  }

  private object(array: string, object: Parts, line: number): void {
    if (array === ATTRIBUTES) {
      this.list.format ??= 'misp';
      this.waiting.push([object, line]);
      if (this.waiting.length >= MAX_WAITING) this.settle();
      return;
    }
    // An array that is the whole text: objects of STIX, or events.
    const event = object['Event'];
    if (typeof event === 'object' && event !== null) this.event(event as Parts, line);
    else this.stix(object, line);
  }

  private event(event: Parts, line: number): void {
    this.settle();
    this.list.format ??= 'misp';
    this.info = textIn(event, 'info');
    const author = event['Orgc'];
    this.org = typeof author === 'object' && author !== null ? textIn(author as Parts, 'name') : '';
    for (const attribute of objectsIn(event[ATTRIBUTES])) this.waiting.push([attribute, line]);
    for (const object of objectsIn(event['Object']))
      for (const attribute of objectsIn(object[ATTRIBUTES])) this.waiting.push([attribute, line]);
    this.settle();
  }

  private settle(): void {
    for (const [attribute, line] of this.waiting) this.attribute(attribute, line);
    this.waiting.length = 0;
  }

  /** An attribute of MISP: what is not meant to be looked for says so. */
  private attribute(a: Parts, line: number): void {
    if (a['to_ids'] === false || a['to_ids'] === '0' || a['deleted'] === true) return;
    const type = textIn(a, 'type');
    const values = mispValues(type, textIn(a, 'value'));
    if (values === null) {
      this.intake.refuse(line, say('indicator-type', { type: told(type) }));
      return;
    }
    const beside = this.beside.clear();
    const comment = textIn(a, 'comment');
    beside.note = [this.info, comment].filter((text) => text !== '').join(': ');
    beside.source = this.org;
    beside.last = Math.max(momentOf(textIn(a, 'last_seen')), momentOf(textIn(a, 'timestamp')));
    for (const { type: of, text } of values) this.intake.add(text, of, line, beside);
  }

  private stix(o: Parts, line: number): void {
    if (textIn(o, 'type') !== 'indicator') {
      if (textIn(o, 'type') !== '') this.list.format ??= 'stix';
      return;
    }
    this.list.format ??= 'stix';
    if (o['revoked'] === true) return;
    const id = told(textIn(o, 'id'));
    const refuse = (why: Message): void => this.intake.refuse(line, say('indicator-stix', { id, why }));
    const pattern = textIn(o, 'pattern');
    const language = textIn(o, 'pattern_type');
    if (language !== '' && language !== 'stix') {
      refuse(say('stix-pattern-type', { type: told(language) }));
      return;
    }
    const values = patternValues(pattern);
    if (!isValues(values)) {
      refuse(values);
      return;
    }
    const beside = this.beside.clear();
    beside.note = textIn(o, 'name') || textIn(o, 'description');
    const { confidence } = o;
    if (typeof confidence === 'number') beside.confidence = confidenceOf(String(Math.round(confidence)));
    beside.last = Math.max(momentOf(textIn(o, 'modified')), momentOf(textIn(o, 'valid_from')));
    beside.expires = momentOf(textIn(o, 'valid_until'));
    for (const { type, text } of values) this.intake.add(text, isExact(type, text), line, beside);
  }
}

function isValues(found: ReturnType<typeof patternValues>): found is Exclude<typeof found, Message> {
  return Array.isArray(found);
}
