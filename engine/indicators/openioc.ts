// OpenIOC 1.0 and 1.1 (Mandiant): XML in which each Indicator is OR or AND of items, and an item names what it searches.
// Items of an AND are refused where there is more than one: an entry would match more than was meant. The XML is read by
// a reader of elements, attributes and texts alone; a document type or an entity of its own refuses the file.
import { type Message, say } from '../../contract/index.ts';
import { Beside, type Intake, type ListRead } from './intake.ts';
import type { ListReader } from './table-reader.ts';
import type { IndicatorType } from './types.ts';
import { told } from './value.ts';

const LARGEST = 33_554_432;
const MAX_DEPTH = 64;

/** What is searched, lower case, to a type. */
const SEARCHES: ReadonlyMap<string, IndicatorType> = new Map(
  (
    [
      ['md5', 'fileitem/md5sum fileitem/md5 fileitem/hash/md5 processitem/md5sum filedownloadhistoryitem/md5sum'],
      ['sha1', 'fileitem/sha1sum fileitem/sha1'],
      ['sha256', 'fileitem/sha256sum fileitem/sha256'],
      ['address', 'portitem/remoteip routeentryitem/destination network/ip dnsentryitem/recorddata/ipv4address'],
      ['domain', 'network/dns dnsentryitem/host dnsentryitem/recordname urlhistoryitem/hostname'],
      ['url', 'urlhistoryitem/url network/url filedownloadhistoryitem/sourceurl'],
    ] as const
  ).flatMap(([type, names]) => names.split(' ').map((name) => [name, type] as const)),
);

/** A mark of the XML: `<!--…-->`, `<?…?>`, `<![CDATA[…]]>`, `</a>`, `<a b="c">`. */
const MARK =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/)?>/y;
const ATTRIBUTE = /([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** An element that is open. */
interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** The Indicator around it. */
  readonly parent: Open | null;
  /** Of an Indicator: items and Indicators in it. */
  items: number;
}

interface Item {
  readonly line: number;
  readonly parent: Open | null;
  readonly condition: string;
  search: string;
  text: string;
}

export class OpenIocReader implements ListReader {
  private readonly intake: Intake;
  private readonly parts: string[] = [];
  private bytes = 0;
  private readonly open: Open[] = [];
  private readonly items: Item[] = [];
  private item: Item | null = null;
  private title = '';

  constructor(intake: Intake, list: ListRead) {
    this.intake = intake;
    list.format = 'openioc';
  }

  push(piece: string): void {
    this.bytes += piece.length;
    if (this.bytes <= LARGEST) this.parts.push(piece);
  }

  end(): void {
    if (this.bytes > LARGEST) {
      this.intake.refuse(0, say('is-too-large'));
      return;
    }
    const bytes = this.parts.join('');
    this.parts.length = 0;
    this.read(/[\x80-\xff]/.test(bytes) ? Buffer.from(bytes, 'latin1').toString('utf8') : bytes);
    const beside = new Beside();
    beside.note = this.title;
    for (const item of this.items) this.give(item, beside);
  }

  private read(text: string): void {
    let line = 1;
    for (let at = 0; at < text.length;) {
      const mark = text.indexOf('<', at);
      const end = mark < 0 ? text.length : mark;
      const between = text.slice(at, end);
      this.texts(between);
      line += newlines(between);
      if (mark < 0) break;
      MARK.lastIndex = mark;
      const found = MARK.exec(text);
      if (found === null) {
        const rest = text.slice(mark, mark + 40);
        this.intake.refuse(line, /^<!(?:DOCTYPE|ENTITY)/i.test(rest) ? say('indicator-xml-entities') : broken(rest));
        return;
      }
      const why = this.mark(found, line);
      if (why !== null) {
        this.intake.refuse(line, why);
        return;
      }
      line += newlines(found[0]);
      at = MARK.lastIndex;
    }
    if (this.open.length > 0) this.intake.refuse(line, broken(`<${this.open.at(-1)!.name}>`));
  }

  /** @returns why the rest is not read */
  private mark(found: RegExpExecArray, line: number): Message | null {
    const [all, data, closes, opens, attributes = '', alone] = found;
    if (data !== undefined) this.texts(data);
    if (closes !== undefined) {
      if (this.open.pop()?.name !== closes) return broken(all);
      if (bare(closes) === 'IndicatorItem') this.item = null;
      return null;
    }
    if (opens === undefined) return null;
    if (this.open.length >= MAX_DEPTH) return say('indicator-xml-deep', { max: MAX_DEPTH });
    this.opens(opens, attributesOf(attributes), line);
    if (alone !== undefined) {
      this.open.pop();
      if (bare(opens) === 'IndicatorItem') this.item = null;
    }
    return null;
  }

  private opens(name: string, attributes: ReadonlyMap<string, string>, line: number): void {
    const kind = bare(name);
    const parent = this.open.findLast((o) => bare(o.name) === 'Indicator') ?? null;
    if ((kind === 'Indicator' || kind === 'IndicatorItem') && parent !== null) parent.items++;
    if (kind === 'IndicatorItem') {
      this.item = { line, parent, condition: attributes.get('condition') ?? 'is', search: '', text: '' };
      if (attributes.get('negate') === 'true') this.item = { ...this.item, condition: 'not' };
      this.items.push(this.item);
    }
    if (kind === 'Context' && this.item !== null) this.item.search = attributes.get('search') ?? '';
    this.open.push({ name, attributes, parent, items: 0 });
  }

  private texts(text: string): void {
    const top = this.open.at(-1);
    if (top === undefined || text.trim() === '') return;
    const kind = bare(top.name);
    if (kind === 'Content' && this.item !== null) this.item.text += plain(text);
    else if (kind === 'short_description' && this.title === '') this.title = plain(text);
  }

  private give(item: Item, beside: Beside): void {
    const { intake } = this;
    for (let up = item.parent; up !== null; up = up.parent) {
      if (up.items > 1 && (up.attributes.get('operator') ?? 'OR').toUpperCase() === 'AND') {
        intake.refuse(item.line, say('openioc-both'));
        return;
      }
    }
    if (!['is', 'contains'].includes(item.condition) || (item.condition === 'contains' && !isName(item.search))) {
      intake.refuse(item.line, say('openioc-condition', { condition: told(item.condition) }));
      return;
    }
    const type = SEARCHES.get(item.search.toLowerCase());
    if (type === undefined) intake.refuse(item.line, say('openioc-search', { search: told(item.search) }));
    else intake.add(item.text.trim(), type, item.line, beside);
  }
}

/** 'contains' of a name is the name and what lies below it; of anything else it is more than an entry says. */
function isName(search: string): boolean {
  return SEARCHES.get(search.toLowerCase()) === 'domain';
}

/** An element's name without its namespace. */
function bare(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function broken(at: string): Message {
  return say('indicator-xml', { text: told(at) });
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(ATTRIBUTE)].map((m) => [m[1]!, plain(m[2] ?? m[3] ?? '')]));
}

/** XML's own five entities and characters by number; another one stays as it is written, and is no value. */
function plain(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name)] ?? all;
    const code = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function newlines(text: string): number {
  let n = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) n++;
  return n;
}
