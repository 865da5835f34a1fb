// Gets one packet's tree: chooses the context, maps frame numbers back, and does not ask for a packet again at once that
// ended the engine two times, or took too much of it.
import { packTexts, type PacketRow, type TreePage, type Message, say } from '../../contract/index.ts';
import type { PacketBytes } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import { contextFile, contextOf, WHOLE_BYTES, WHOLE_PACKETS, type Context } from './context.ts';
import type { FlatTree } from './flatten.ts';
import { isOtherInContext } from './piece-fields.ts';
import type { DissectProcess, NotAnswered } from './process.ts';

const TREE_LIMIT = 5_000;
export const LOAD_LIMIT = 20_000;

export interface TreeSource {
  readonly analysis: Analysis;
  readonly bytes: PacketBytes;
  readonly path: string;
  /** Changes with every capture. */
  readonly session: number;
  /** The file is complete and this large, so that the dissector may have it whole; null while it grows. */
  readonly wholeBytes: number | null;
  /** Whether a packet's bytes can be read still; without it all can. */
  readonly readable?: (row: PacketRow) => boolean;
  /** Key logs of TLS that the capture has within itself. */
  readonly secrets: readonly string[];
}

export type TreeAnswer =
  | { readonly ok: true; readonly tree: TreePage }
  | { readonly ok: false; readonly message: Message };

/** The engine has the whole capture. */
export function isWhole(s: Pick<TreeSource, 'analysis' | 'wholeBytes'>): boolean {
  return s.wholeBytes !== null && s.wholeBytes <= WHOLE_BYTES && s.analysis.packets.count <= WHOLE_PACKETS;
}

/** @param fields columns that are wanted, null for those that there are @returns what failed, null where it is loaded */
export async function loadWhole(
  process: DissectProcess,
  s: TreeSource,
  fields: readonly string[] | null,
): Promise<NotAnswered | null> {
  const whole = `${s.session} whole`;
  const loaded = process.context;
  const name = fields === null || fields.length === 0 ? whole : `${whole} ${fields.join(' ')}`;
  // Columns that nobody asks for now do no harm.
  if (loaded === name || (name === whole && loaded?.startsWith(`${whole} `))) return null;
  const asked = await process.ask({ kind: 'load', context: name, path: s.path, fields: fields ?? [] }, LOAD_LIMIT);
  return asked.ok ? null : asked;
}

export class Trees {
  protected readonly process: DissectProcess;
  private deadly: string | null = null;

  constructor(process: DissectProcess) {
    this.process = process;
  }

  async tree(s: TreeSource, row: PacketRow): Promise<TreeAnswer> {
    const key = `${s.session} ${row}`;
    const got = await this.process.inTurnAgain(() => this.treeNow(s, row, key));
    if (got.ok) {
      this.deadly = null;
      return got;
    }
    if (got.died) this.deadly = key;
    return { ok: false, message: got.died ? say('tree-ended') : got.message };
  }

  private async treeNow(
    s: TreeSource,
    row: PacketRow,
    key: string,
  ): Promise<Extract<TreeAnswer, { ok: true }> | NotAnswered> {
    if (this.deadly === key) {
      this.deadly = null;
      return { ok: false, died: false, lost: false, message: say('tree-not-twice') };
    }
    const whole = isWhole(s);
    const context: Context = whole ? { name: 'whole', rows: [] } : contextOf(s.analysis, row);
    const name = `${s.session} ${context.name}`;
    const failed = whole
      ? await loadWhole(this.process, s, null)
      : await this.loadPart(name, () => contextFile(s.analysis, s.bytes, context.rows, s.secrets));
    if (failed !== null) return failed;
    const asked = await this.process.ask(
      { kind: 'tree', frame: whole ? row + 1 : context.rows.indexOf(row) + 1 },
      TREE_LIMIT,
    );
    if (!asked.ok) return asked;
    const { tree, sources } = asked.reply;
    return { ok: true, tree: page(tree!, sources ?? [], whole ? null : context.rows) };
  }

  private async loadPart(name: string, bytes: () => Uint8Array): Promise<NotAnswered | null> {
    if (this.process.context === name) return null;
    const loaded = await this.process.ask({ kind: 'load', context: name, bytes: bytes() }, LOAD_LIMIT);
    return loaded.ok ? null : loaded;
  }
}

/** Frame numbers of a context are not those of the capture, so each is mapped back, also within texts. */
function page(t: FlatTree, sources: TreePage['sources'], rows: readonly PacketRow[] | null): TreePage {
  const number = (frame: number): number => (rows === null || frame === 0 ? frame : (rows[frame - 1] ?? -1) + 1);
  const label =
    rows === null
      ? t.label
      : t.label.map((said, i) => {
          const frame = t.frame[i]!;
          if (frame > 0) return said.replace(new RegExp(`\\b${frame}\\b(?!.*\\b${frame}\\b)`), String(number(frame)));
          return /^(Frame|Frame Number:?) \d+/.test(said)
            ? said.replace(/\d+/, (n) => String(number(Number(n))))
            : said;
        });
  const filter =
    rows === null
      ? t.filter
      : t.filter.map((said, i) => {
          if (isOtherInContext(said)) return '';
          return t.frame[i]! > 0 || said.startsWith('frame.number ')
            ? said.replace(/\d+$/, (n) => String(number(Number(n))))
            : said;
        });
  return {
    depth: t.depth,
    label: packTexts(label),
    filter: packTexts(filter),
    start: t.start,
    length: t.length,
    source: t.source,
    frame: t.frame.map((f) => number(f)),
    sources,
    left: t.left,
    partial: rows !== null,
  };
}
