// Keywords of files and of frames: names, lists of hashes, parts of messages.
import { say } from '../../contract/index.ts';
import { plainContent } from './content-step.ts';
import type { KeywordTable, ReadKeyword } from './keyword.ts';
import { contentBytes, quotedOf } from './quoted.ts';
import { shown } from './syntax.ts';

const FILES = ['http1', 'http2', 'smtp', 'ftp-data', 'smb', 'nfs'];

/** The set of hashes that a rule names: whoever runs the rules reads the list beside the rule's file. */
export function hashSet(kind: string, file: string): string {
  return `${kind}:${file}`;
}

function hashes(kind: 'md5' | 'sha1' | 'sha256'): ReadKeyword {
  return (b, value, keyword) => {
    const q = quotedOf(value ?? '');
    if (q === null || q.text === '') return say('rule-word', { keyword, word: shown(value ?? '') });
    b.sets.push({ name: hashSet(kind, q.text), type: kind, load: q.text });
    return b.addTo(`file.hash-${kind}`, FILES, 'both', {
      step: 'dataset',
      operation: q.negated ? 'isnotset' : 'isset',
      set: hashSet(kind, q.text),
    });
  };
}

function fileName(isExtension: boolean): ReadKeyword {
  return (b, value, keyword) => {
    const q = quotedOf(value ?? '');
    const bytes = q === null ? null : contentBytes(isExtension ? `.${q.text}` : q.text);
    if (bytes === null) return say('rule-quotes', { keyword });
    if ('say' in bytes) return bytes;
    const step = { ...plainContent(bytes, q!.negated), nocase: true, endsWith: isExtension };
    return b.addTo('file.name', FILES, 'both', step);
  };
}

/** Parts of messages that readers tell, by application. */
const FRAMES: Readonly<Record<string, readonly string[]>> = {
  mqtt: ['pdu', 'header', 'data'],
  sip: ['pdu', 'request.line', 'request.headers', 'request.body', 'response.line', 'response.headers', 'response.body'],
  websocket: ['pdu', 'header', 'data'],
  ssh: ['record.hdr', 'record.data', 'record.pdu'],
  enip: ['pdu', 'hdr', 'data', 'enip.item', 'cip'],
};

/** `frame:pdu` of the header's application, or `frame:sip.pdu`. */
const frame: ReadKeyword = (b, value, keyword) => {
  const said = (value ?? '').trim().toLowerCase();
  for (const application of b.applications ?? Object.keys(FRAMES)) {
    const known = Object.hasOwn(FRAMES, application) ? FRAMES[application]! : [];
    const name = said.startsWith(`${application}.`) ? said.slice(application.length + 1) : said;
    if (known.includes(name)) return b.enter(`frame.${application}.${name}`, [application], 'both');
  }
  return say('rule-word', { keyword, word: shown(said) });
};

export const FILE_KEYWORDS: KeywordTable = {
  filemd5: hashes('md5'),
  filesha1: hashes('sha1'),
  filesha256: hashes('sha256'),
  filename: fileName(false),
  fileext: fileName(true),
  frame,
};
