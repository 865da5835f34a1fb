// The dissect process: Wireshark's engine in WebAssembly, asked for one packet's tree at a time. A packet that crashes
// the engine ends this process only.
import { foreign, type Message, saidBy, say } from '../../contract/index.ts';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { decodePorts } from './decoded-ports.ts';
import type { WorkEngine, WorkSession } from './engine.ts';
import {
  fieldsBeginning,
  type FilterAnswer,
  type FilterRequest,
  framesLetThrough,
  type OfferedField,
} from './filtering.ts';
import { flatten, type FlatTree, type Vector } from './flatten.ts';
import {
  columnFormat,
  type FieldShown,
  rowTexts,
  valueFormat,
  type RowTexts,
  type WiregasmFrames,
} from './frame-rows.ts';
import { type KeyTable, type Preference, WITH_TABLES } from './setup.ts';
import { type ExpertPart, expertsOf, surveyed, type Survey } from './survey-frames.ts';
import { frameValues, type FrameValues } from './value-frames.ts';
import { type Work, work, type Worked } from './work.ts';
import { setPreference } from './work-preferences.ts';

type WiregasmSession = {
  load(): { readonly code: number; readonly error: string; readonly summary: { readonly packet_count: number } };
  getFrames(filter: string, skip: number, limit: number): WiregasmFrames;
  delete(): void;
} & WorkSession;
interface Wiregasm extends WorkEngine {
  init(): boolean;
  checkFilter(filter: string): { readonly ok: boolean; readonly error: string };
  completeFilter(beginning: string): { readonly fields: Vector<OfferedField> };
  readonly FS: {
    writeFile(path: string, data: Uint8Array | string): void;
    readFile(path: string, as: { readonly encoding: 'utf8' }): string;
    unlink(path: string): void;
    mkdirTree(path: string): void;
  };
  readonly DissectSession: new (path: string) => WiregasmSession;
}

/** A request: load a capture (a path, or bytes of a small one made for the purpose), or give a frame's tree. */
export type DissectRequest =
  | {
      readonly id: number;
      readonly kind: 'load';
      /** What its owner calls it. */
      readonly context: string;
      readonly path?: string;
      readonly bytes?: Uint8Array;
      /** Fields that `rows` gives of each frame. */
      readonly fields?: readonly FieldShown[];
      /** Instead of those: the field whose numbers `values` gives. */
      readonly values?: string;
    }
  | FilterRequest
  | { readonly id: number; readonly kind: 'tree'; readonly frame: number }
  | { readonly id: number; readonly kind: 'work'; readonly work: Work }
  | { readonly id: number; readonly kind: 'survey'; readonly from: number; readonly count: number }
  | { readonly id: number; readonly kind: 'experts'; readonly skip: number; readonly limit: number }
  | {
      readonly id: number;
      readonly kind: 'values';
      readonly field: string;
      readonly skip: number;
      readonly limit: number;
    }
  /** What the engine said of tables of keys. */
  | { readonly id: number; readonly kind: 'tables' }
  /** Frames, ascending, counted from 1. */
  | { readonly id: number; readonly kind: 'rows'; readonly frames: Uint32Array };

/** What a process is told once, before it is asked anything. */
export interface DissectOrders {
  readonly kind: 'setup';
  readonly preferences: readonly Preference[];
  /** Module, table and ports that it shall have. */
  readonly decoded: readonly Preference[];
  /** A key log of TLS. It goes into the engine's memory file system, never to a disk. */
  readonly keys: Uint8Array | null;
  /** Tables of keys; none where the process was not started to wait for them. */
  readonly tables: readonly KeyTable[];
  /** Wireshark's file of colouring rules, null for the engine's own, and where the process did not wait. */
  readonly colours: string | null;
}

export type DissectReply =
  | { readonly kind: 'ready' }
  | {
      readonly id: number;
      readonly ok: true;
      readonly tree?: FlatTree;
      readonly sources?: readonly { readonly name: string; readonly bytes: Uint8Array }[];
      readonly rows?: RowTexts;
      readonly worked?: Worked;
      /** Of `load`: how many packets the engine found. */
      readonly packets?: number;
      readonly filter?: FilterAnswer;
      /** Of `check`: the engine's words, null where it is a filter. */
      readonly mistake?: string | null;
      readonly fields?: readonly OfferedField[];
      readonly survey?: Survey;
      readonly experts?: ExpertPart;
      readonly values?: FrameValues;
      /** Lines of tables that the engine does not take, 0 where it names none. */
      readonly tableProblems?: readonly number[];
      readonly memory: number;
    }
  | { readonly id: number; readonly ok: false; readonly message: Message };

const FILE = '/uploads/context.pcapng';
const KEYS = '/uploads/keys.log';
/** The engine reads its rules of colours once, as it begins. */
const COLOURS = '/wireshark/colorfilters';
const waits = process.argv.includes(WITH_TABLES);
let module: Wiregasm;
let session: WiregasmSession | null = null;
let decoded: readonly Preference[] = [];

function applyPreferences(): void {
  module.applyPreferences();
  decodePorts(module, decoded);
}

function answer(request: DissectRequest): DissectReply {
  const memory = (): number => process.memoryUsage.rss();
  if (request.kind === 'load') {
    session?.delete();
    session = null;
    const { values, fields = [] } = request;
    module.setPref('gui', 'column.format', values === undefined ? columnFormat(fields) : valueFormat(values));
    applyPreferences();
    module.FS.writeFile(FILE, request.bytes ?? readFileSync(request.path!));
    const made = new module.DissectSession(FILE);
    const loaded = made.load();
    module.FS.unlink(FILE);
    if (loaded.code !== 0) {
      made.delete();
      return { id: request.id, ok: false, message: loaded.error ? foreign(loaded.error) : say('dissect-not-loaded') };
    }
    session = made;
    return { id: request.id, ok: true, packets: loaded.summary.packet_count, memory: memory() };
  }
  if (request.kind === 'fields') {
    const fields = fieldsBeginning((beginning) => module.completeFilter(beginning), request.beginning);
    return { id: request.id, ok: true, fields, memory: memory() };
  }
  if (request.kind === 'check') {
    const { ok, error } = module.checkFilter(request.filter);
    return { id: request.id, ok: true, mistake: ok ? null : error, memory: memory() };
  }
  if (request.kind === 'tables') return { id: request.id, ok: true, tableProblems, memory: memory() };
  if (request.kind === 'work')
    return { id: request.id, ok: true, worked: work(module, session, request.work), memory: memory() };
  if (session === null) return { id: request.id, ok: false, message: say('dissect-no-capture') };
  if (request.kind === 'rows')
    return { id: request.id, ok: true, rows: rowTexts(session, request.frames), memory: memory() };
  if (request.kind === 'filter') {
    const filter = framesLetThrough(session, request.filter, request.skip, request.limit);
    return { id: request.id, ok: true, filter, memory: memory() };
  }
  if (request.kind === 'survey')
    return { id: request.id, ok: true, survey: surveyed(session, request.from, request.count), memory: memory() };
  if (request.kind === 'experts')
    return { id: request.id, ok: true, experts: expertsOf(session, request.skip, request.limit), memory: memory() };
  if (request.kind === 'values') {
    const values = frameValues(session, request.field, request.skip, request.limit);
    return { id: request.id, ok: true, values, memory: memory() };
  }
  const frame = session.getFrame(request.frame);
  const sources = Array.from({ length: Math.min(16, frame.data_sources.size()) }, (_, i) => {
    const { name, data } = frame.data_sources.get(i);
    return { name, bytes: new Uint8Array(Buffer.from(data, 'base64')) };
  });
  const isFilter = (text: string): boolean => module.checkFilter(text).ok;
  const tree = flatten(frame.tree, sources[0]?.bytes ?? new Uint8Array(0), isFilter);
  return { id: request.id, ok: true, tree, sources, memory: memory() };
}

/** Where the engine reads tables of its user's when it begins: in its memory file system. */
const PROFILE = '/home/web_user/.config/wireshark';
/** Lines that it does not take, 0 where it names none. Its own words repeat keys: they stay here. */
const tableProblems: number[] = [];
const TABLE_PROBLEM = /^Error loading table '[^']*': (?:\w+:(\d+): )?/;

function begin(tables: readonly KeyTable[], colours: string | null): void {
  module.ownColours = module.FS.readFile(COLOURS, { encoding: 'utf8' });
  if (colours !== null) module.FS.writeFile(COLOURS, colours);
  if (tables.length > 0) module.FS.mkdirTree(PROFILE);
  for (const { table, text } of tables) module.FS.writeFile(`${PROFILE}/${table}`, Buffer.from(text, 'utf8'));
  module.init();
  for (const { table } of tables) module.FS.unlink(`${PROFILE}/${table}`);
  // Wireshark decrypts ESP where it is told to; whoever gives keys wants it.
  if (tables.some(({ table }) => table === 'esp_sa')) setPreference(module, 'esp', 'enable_encryption_decode', 'TRUE');
}

/** What the engine does not take was refused when the user said it; an older file may have it all the same. */
function setUp(orders: DissectOrders): void {
  if (waits) begin(orders.tables, orders.colours);
  for (const [name, key, value] of orders.preferences) setPreference(module, name, key, value);
  if (orders.keys !== null) {
    module.FS.writeFile(KEYS, orders.keys);
    module.setPref('tls', 'keylog_file', KEYS);
  }
  ({ decoded } = orders);
  applyPreferences();
}

async function start(): Promise<void> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@goodtools/wiregasm/dist/wiregasm.js');
  const load = require(entry) as (options: object) => Promise<Wiregasm>;
  module = await load({
    locateFile: (name: string) => join(dirname(entry), name),
    print: () => undefined,
    printErr: () => undefined,
    handleStatus: (_kind: number, said: string) => {
      const wrong = TABLE_PROBLEM.exec(said);
      if (wrong !== null) tableProblems.push(Number(wrong[1] ?? 0));
    },
  });
  if (!waits) begin([], null);
  process.on('message', (request: DissectRequest | DissectOrders) => {
    if (request.kind === 'setup') {
      setUp(request);
      return;
    }
    let reply: DissectReply;
    try {
      reply = answer(request);
    } catch (error) {
      reply = { id: request.id, ok: false, message: saidBy(error) };
    }
    // An engine that aborted is not used again: the process ends, which its owner hears of.
    if ('id' in reply && !reply.ok && /^(?:Aborted|RuntimeError)/.test(String(reply.message.values?.['text'] ?? '')))
      process.exit(3);
    process.send!(reply);
  });
  process.on('disconnect', () => process.exit(0));
  process.send!({ kind: 'ready' } satisfies DissectReply);
}

await start();
