// A window that is not believed, at a desk with a capture: whatever messages it sends, each request has one answer, none
// fails for a reason of the program's own, and nothing is opened, read or written that nobody gave it.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as Contract from '../../contract/index.ts';
import {
  type Answer,
  type HostMessage,
  MAX_MESSAGE_UNITS,
  type PathUse,
  REQUESTS,
  type RequestKind,
} from '../../contract/index.ts';
import type * as DeskModule from '../../engine/desk/index.ts';
import { spoken } from './contract-targets.ts';
import { latin } from './conversations.ts';
import { grantFor, seedBodies } from './request-seeds.ts';
import { type Load, type Target, words } from './target.ts';
import { jsonIn } from './tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SAMPLE = join(ROOT, 'assets', 'sample.pcapng');
const MOST_AT_ONCE = 5;
/**
 * A desk is made anew after so many runs, so that what one input left does not explain what another one found. Its
 * dissection process takes seconds to begin.
 */
const RUNS_OF_A_DESK = 20_000;

/** Kinds that ask the machine, or a process that cannot be counted here and has a room and campaigns of its own. */
const ELSEWHERE: ReadonlySet<string> = new Set<RequestKind>([
  'capture',
  'checkCapture',
  'checkRules',
  'colourMatches',
  'colouringRules',
  'decodeAs',
  'decodeTable',
  'doctor',
  'evaluate',
  'exportDissections',
  'interfaces',
  'keyTable',
  'lab',
  'measureRules',
  'neverMatched',
  'objects',
  'prefer',
  'preferences',
  'rows',
  'saveObjects',
  'search',
  'setColouringRules',
  'tree',
]);
/**
 * Kinds that change what dissection processes are told, which start anew then, and others that change something: asked
 * by themselves, so that no process is ever needed beside them.
 */
const CHANGES: ReadonlySet<string> = new Set<RequestKind>([
  'allow',
  'allowIndicator',
  'allowPreview',
  'allowRule',
  'allowRules',
  'checkRule',
  'closeTab',
  'comment',
  'deleteRule',
  'endRule',
  'exportProfile',
  'hello',
  'importProfile',
  'incidentAct',
  'keepFilters',
  'keepRule',
  'keyState',
  'keys',
  'label',
  'lastPlace',
  'learn',
  'mark',
  'model',
  'moveTab',
  'nameAddress',
  'newTab',
  'profile',
  'reloadThreat',
  'rule',
  'setThreat',
  'settings',
  'showTab',
  'switchRule',
  'tagFlows',
  'threat',
  'usedTags',
]);
const ENGINE_ANEW: ReadonlySet<string> = new Set<RequestKind>(['importProfile', 'keys', 'profile', 'settings']);

/** A fault of the program that reached the window as an answer. */
const FAULT = new RegExp(
  'Cannot (?:read|set|convert|mix|destructure|access)|is not (?:a function|iterable|defined|a constructor)|' +
    'undefined|call stack|Invalid (?:array|typed array|string|count|code)|out of (?:range|bounds)|circular',
);

export async function deskTargets(load: Load): Promise<Target[]> {
  const asks = (kind: string): boolean => !ELSEWHERE.has(kind) && !ENGINE_ANEW.has(kind);
  return [await deskTarget(load, 'desk', asks), await deskTarget(load, 'desk-changes', (kind) => CHANGES.has(kind))];
}

async function deskTarget(load: Load, name: string, isAsked: (kind: string) => boolean): Promise<Target> {
  const { Desk, Grants, serve } = await load<typeof DeskModule>('desk/index');
  const { english } = await load<typeof Contract>('../contract/index');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-fuzz-desk-'));
  const secret = join(folder, 'secret');
  mkdirSync(secret);
  copyFileSync(SAMPLE, join(secret, 'secret.pcapng'));
  writeFileSync(join(secret, 'secret.rules'), 'alert tcp any any -> any any (msg:"x"; sid:1;)\n');
  const chosen = join(folder, 'chosen');
  mkdirSync(chosen);
  copyFileSync(SAMPLE, join(chosen, 'chosen.pcapng'));
  const secrets = readdirSync(secret).join();

  let desk: DeskModule.Desk | null = null;
  let runs = 0;
  const opened = async (of: DeskModule.Desk): Promise<void> => {
    const { desks } = of.tabs;
    if (desks.some((d) => d.session !== null)) return;
    const place = of.tabs.place();
    await place.openFile(SAMPLE, 'sample');
    await place.session?.done;
  };
  const fresh = async (): Promise<DeskModule.Desk> => {
    if (desk !== null && runs++ % RUNS_OF_A_DESK !== 0) return desk;
    await desk?.close();
    for (const made of ['data', 'cache', 'written']) {
      rmSync(join(folder, made), { recursive: true, force: true });
      mkdirSync(join(folder, made));
    }
    desk = new Desk({
      product: 'Sightline',
      version: 'fuzzed',
      root: ROOT,
      dataFolder: join(folder, 'data'),
      cacheFolder: join(folder, 'cache'),
      helper: '/nowhere/helper',
      native: true,
    });
    await opened(desk);
    if (name === 'desk') await desk.filters.check('tcp.port == 443');
    return desk;
  };

  /** Nothing of what nobody chose is open, remembered or changed. */
  const kept = (of: DeskModule.Desk): void => {
    if (readdirSync(secret).join() !== secrets) throw new Error(`written: ${readdirSync(secret).join()}`);
    const { settings, threats } = of.shared;
    const wish = [...threats.wish.rules, ...threats.wish.indicators, ...threats.wish.allow];
    const named = [...of.tabs.desks.map((d) => d.path), settings.hostsFile, settings.placesFile, settings.networksFile];
    for (const path of [...named, ...wish])
      if (path?.includes(secret) === true) throw new Error(`${path} was taken, and nobody chose it`);
  };

  const asked = (messages: readonly unknown[]): number =>
    messages.filter((m) => {
      const { id, kind } = (m ?? {}) as Record<string, unknown>;
      return Number.isInteger(id) && typeof kind === 'string';
    }).length;

  const kinds = (Object.keys(REQUESTS) as RequestKind[]).filter(isAsked);
  const path = JSON.stringify(join(secret, 'secret.pcapng'));
  return {
    name,
    end: async () => {
      await desk?.close();
      rmSync(folder, { recursive: true, force: true });
    },
    limit: 6_000,
    isText: true,
    seeds: kinds.flatMap((kind) =>
      seedBodies(kind).map((body, id) => latin(JSON.stringify([{ id, kind, body, tab: null, session: 1 }]))),
    ),
    words: words(
      ',',
      ':',
      path,
      '"path":',
      JSON.stringify(join(secret, 'secret.rules')),
      JSON.stringify(secret),
    ).concat(
      words('"10.0.0.1"', '"tcp.port == 443"', '"192.168.1.0/24"', '"2030-01-01"', '"grant:open"', '"session":', '-1'),
      ['time', 'source', 'flows', 'severity', 'address', 'bytes'].map((column) => latin(`"${column}"`)),
    ),
    run: async (data) => {
      const said = jsonIn(data);
      if (said === undefined) return;
      const messages = (Array.isArray(said) ? said : [said]).slice(0, MOST_AT_ONCE).filter((m) => {
        const kind = String(((m ?? {}) as Record<string, unknown>)['kind']);
        return isAsked(kind) || !Object.hasOwn(REQUESTS, kind);
      });
      const now = await fresh();
      await opened(now);
      const grants = new Grants();
      const given: Record<PathUse, string> = {
        open: join(chosen, 'chosen.pcapng'),
        folder: chosen,
        pipe: join(chosen, 'none'),
        save: join(folder, 'written', 'one'),
        'save-folder': join(folder, 'written'),
      };
      for (const [use, at] of Object.entries(given)) grants.add(grantFor(use as PathUse), at, use as PathUse);
      const answers: { id: number; answer: Answer<RequestKind> }[] = [];
      const wanted = asked(messages);
      let whole: () => void = () => undefined;
      const all = new Promise<void>((resolve) => {
        whole = resolve;
      });
      const served = serve(
        now,
        {
          send: (message: HostMessage) => {
            if (!('answer' in message)) return;
            answers.push(message);
            if (answers.length === wanted) whole();
          },
        },
        grants,
      );
      try {
        for (const message of messages) served.receive(structuredClone(message));
        if (wanted > 0 && answers.length < wanted) await all;
        for (const { answer } of answers) {
          if (answer.ok) {
            if (structuredClone(answer.value) === undefined) throw new Error('an answer of nothing');
            continue;
          }
          const text = english(answer.message);
          spoken(text);
          if (answer.reason === 'failed' && FAULT.test(text)) throw new Error(`failed: ${text}`);
        }
        if (answers.length > wanted || data.length > MAX_MESSAGE_UNITS) throw new Error('more answers than requests');
        kept(now);
      } finally {
        served.close();
      }
    },
  };
}
