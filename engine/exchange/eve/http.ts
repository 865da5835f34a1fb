// EVE's `http` and `fileinfo`.
import type { FileSaid } from '../talks/file-said.ts';
import { fieldOf, type HttpMessage, type HttpSaid } from '../talks/http-said.ts';
import { eveApplication, type EveEvent, eveText } from './event.ts';

function field(message: HttpMessage | null, name: string): string | undefined {
  const value = fieldOf(message, name);
  return value === null ? undefined : eveText(value);
}

/** The object `http`, as it stands beside files too. */
function httpObject(said: HttpSaid): EveEvent {
  const host = said.host === null ? null : /^(.*?)(?::(\d{1,5}))?$/s.exec(said.host);
  const range = field(said.answer, 'content-range');
  const location = field(said.answer, 'location');
  const type = field(said.answer, 'content-type');
  return {
    hostname: host === null ? undefined : eveText(host[1]!),
    http_port: host?.[2] === undefined ? undefined : Number(host[2]),
    url: said.target === null ? undefined : eveText(said.target),
    http_user_agent: field(said.request, 'user-agent'),
    http_content_type: type?.replace(/\s*;.*$/s, ''),
    content_range: range === undefined ? undefined : { raw: range },
    http_refer: field(said.request, 'referer'),
    http_method: said.method === null ? undefined : eveText(said.method),
    protocol: protocolOf(said),
    version: said.application === 'http2' ? '2' : undefined,
    status: said.status ?? undefined,
    redirect: location,
    length: said.answer?.sent ?? 0,
  };
}

function protocolOf({ request, answer }: HttpSaid): string | undefined {
  const said = request?.protocol ?? answer?.protocol ?? '';
  return said === '' ? undefined : eveText(said);
}

export function httpMembers(said: HttpSaid): EveEvent {
  return { app_proto: eveApplication(said.application), tx_id: said.depth - 1, http: httpObject(said) };
}

/** @param http where HTTP carried it @param place of its transaction, from 0 */
export function fileMembers(file: FileSaid, application: string, http: HttpSaid | null, place: number): EveEvent {
  const { md5, sha1, sha256 } = file;
  const text = (value: string): string | undefined => (value === '' ? undefined : value);
  return {
    app_proto: eveApplication(application),
    http: http === null ? undefined : httpObject(http),
    fileinfo: {
      filename: file.name === '' ? undefined : eveText(file.name),
      gaps: false,
      state: sha256 !== '' ? 'CLOSED' : 'TRUNCATED',
      md5: text(md5),
      sha1: text(sha1),
      sha256: text(sha256),
      stored: false,
      size: file.size,
      tx_id: place,
    },
  };
}
