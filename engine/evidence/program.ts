// Evidence of what HTTP brings: programs, scripts, office documents, images that are none, and bodies that nobody can
// read.
//
// Exempt: programs and documents from well known hosts, but not from stores of anybody's; for opaque bodies what has a
// Referer or asks for a part (pages and players do), and what starts as a known kind of file.
import { say } from '../../contract/index.ts';
import { latin1 } from '../decode/index.ts';
import { type HttpExchange } from '../observe/index.ts';
import { IMAGE_STARTS, KNOWN_STARTS } from './data/body-starts.ts';
import { Gathered, hostOf, isOcsp, isToStranger, pathOf, short, shownHost } from './http-look.ts';
import { isPopular, isPopularForPrograms } from './popular.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

const OVER_HTTP: Rule = {
  name: 'exe-over-http',
  kind: 'program',
  points: 3,
  title: 'rule-exe-over-http',
  technique: 'T1105',
};
/** What devices fetch as their firmware from where anybody may store files. */
const FIRMWARE: Rule = { name: 'elf-from-store', kind: 'program', points: 1, title: 'rule-elf-from-store' };
const DISGUISED: Rule = {
  name: 'exe-disguised',
  kind: 'program',
  points: 3,
  title: 'rule-exe-disguised',
  technique: 'T1036',
};
const SCRIPT: Rule = {
  name: 'script-over-http',
  kind: 'program',
  points: 2,
  title: 'rule-script-over-http',
  technique: 'T1059',
};
const PATH: Rule = { name: 'http-program-path', kind: 'program', points: 1, title: 'rule-http-program-path' };
const OFFICE: Rule = { name: 'office-over-http', kind: 'document', points: 2, title: 'rule-office-over-http' };
const NO_IMAGE: Rule = { name: 'image-that-is-none', kind: 'image', points: 1, title: 'rule-image-that-is-none' };
const OPAQUE: Rule = { name: 'opaque-body', kind: 'opaque', points: 1, title: 'rule-opaque-body' };

export const PROGRAM_RULES: readonly Rule[] = [OVER_HTTP, FIRMWARE, DISGUISED, SCRIPT, PATH, OFFICE, NO_IMAGE, OPAQUE];

const PROGRAM_ENDING = /\.(?:exe|dll|scr|ps1|vbs|hta|jar|msi|bin|dat|bat)$/i;
const NO_PROGRAM_TYPE = /^(?:image|text|audio|video)\//;
const SHOWN_AS_IT_IS = /^(?:image|video|audio|font)\//;
const OPAQUE_BYTES = 1_500;
/** Bits a byte of the first 2,048. */
const OPAQUE_ENTROPY = 7.6;
const OPAQUE_RESPONSES = 20;
const IMAGE_BYTES = 16;

export function programJudge(): Judge {
  return { wants: SHOWS.exchanges, look };
}

function look(flow: FlowLook, found: Found): void {
  if (flow.exchanges.length === 0) return;
  const gathered = new Gathered();
  for (const exchange of flow.exchanges) {
    if (exchange.response !== null) body(flow, exchange, gathered);
    path(flow, exchange, gathered);
  }
  gathered.tell(found);
}

function path(flow: FlowLook, { request }: HttpExchange, gathered: Gathered): void {
  if (request === null || !flow.peerPublic || isOcsp(request) || !isToStranger(request)) return;
  const asked = pathOf(request.target);
  if (!PROGRAM_ENDING.test(asked)) return;
  gathered.note(PATH, request.packet, short(asked), () =>
    say('ev-http-program-path', { path: short(asked), host: shownHost(flow, request) }),
  );
}

function body(flow: FlowLook, { request, response }: HttpExchange, gathered: Gathered): void {
  if (response === null || response.body.length === 0) return;
  const text = latin1(response.body, 0, response.body.length);
  const host = shownHost(flow, request);
  const target = short(request?.target ?? '/');
  const type = response.contentType ?? '';
  const { packet } = response;
  if (isProgram(text)) {
    const named = hostOf(request);
    const store = isPopular(named) && text.startsWith('\x7fELF');
    if (!isPopularForPrograms(named))
      gathered.note(store ? FIRMWARE : OVER_HTTP, packet, text.slice(0, 2), () =>
        say(store ? 'ev-elf-from-store' : 'ev-exe-over-http', { host, path: target }),
      );
    if (NO_PROGRAM_TYPE.test(type))
      gathered.note(DISGUISED, packet, short(type), () =>
        say('ev-exe-disguised', { host, path: target, type: short(type) }),
      );
    return;
  }
  const script = scriptSign(text);
  if (script !== null)
    gathered.note(SCRIPT, packet, script, () => say('ev-script-over-http', { host, path: target, text: script }));
  const stranger = isToStranger(request);
  if (stranger && isOfficeDocument(text))
    gathered.note(OFFICE, packet, text.slice(0, 2), () => say('ev-office-over-http', { host, path: target }));
  if (type.startsWith('image/') && response.status === 200 && text.length > IMAGE_BYTES) {
    if (!IMAGE_STARTS.some((start) => text.startsWith(start)))
      gathered.note(NO_IMAGE, packet, short(type), () =>
        say('ev-image-that-is-none', { host, path: target, type: short(type) }),
      );
  }
  if (stranger && isOpaque(flow, { request, response, done: true }, text))
    gathered.note(OPAQUE, packet, '', () =>
      say('ev-opaque-body', { host, path: target, bits: response.entropy.toFixed(1) }),
    );
}

/** Windows' programs by their stub or header, Linux' by their first four bytes. */
function isProgram(text: string): boolean {
  if (text.startsWith('\x7fELF')) return true;
  return text.startsWith('MZ') && (text.includes('This program') || text.includes('PE\0\0'));
}

/** What gives a PowerShell or Windows script away, null without. */
function scriptSign(text: string): string | null {
  if (/^\s{0,8}powershell/i.test(text)) return 'powershell';
  return ['FromBase64String', 'WScript.Shell', '-nop'].find((sign) => text.includes(sign)) ?? null;
}

function isOfficeDocument(text: string): boolean {
  if (text.startsWith('\xd0\xcf\x11\xe0')) return true;
  return text.startsWith('PK\x03\x04') && (text.includes('word/') || text.includes('[Content_Types]'));
}

function isOpaque(flow: FlowLook, exchange: HttpExchange, text: string): boolean {
  const { request, response } = exchange;
  if (request === null || response === null) return false;
  if (response.status !== 200 || response.encoding !== null) return false;
  if (response.rawBytes < OPAQUE_BYTES || response.entropy < OPAQUE_ENTROPY) return false;
  if (request.referer !== null || request.range) return false;
  if (SHOWN_AS_IT_IS.test(response.contentType ?? '')) return false;
  if (KNOWN_STARTS.some((start) => text.startsWith(start)) || text.startsWith('ftyp', 4)) return false;
  return flow.observed.http.findIndex((e) => e.request === request) < OPAQUE_RESPONSES;
}
