// Group I: HTTP, SSH, QUIC, as far as their openings show. HASSH is a fact and never stands here.
import type { FlowFacts } from '../protocols/index.ts';
import type { FactsGroup } from './context.ts';
import type { Evidence } from './evidence.ts';
import { isAddressName } from './name-shape.ts';
import { rememberedByName } from './remembered.ts';
import { classes, feature, places, rowsOf } from './rows.ts';

type Known<Of extends 'http' | 'ssh' | 'quic'> = NonNullable<FlowFacts[Of]>;

const REQUEST: Evidence = { by: 'message', of: 'http', dir: 0 };
const SSH_CLIENT: Evidence = { by: 'message', of: 'ssh', dir: 0 };
const QUIC: Evidence = { by: 'message', of: 'quic', dir: 0 };
const request = rowsOf(REQUEST, 'conditional');
const answer = rowsOf({ by: 'message', of: 'http', dir: 1 }, 'conditional');
const sshClient = rowsOf(SSH_CLIENT, 'conditional');
const sshServer = rowsOf({ by: 'message', of: 'ssh', dir: 1 }, 'conditional');
const quic = rowsOf(QUIC, 'conditional');

/** What a message carries; `bodyClass` tells it. */
const BODIES = classes(
  0,
  ['none', '无'],
  ['page', '网页'],
  ['script or style', '脚本或样式'],
  ['JSON or XML', 'JSON 或 XML'],
  ['image or sound', '图像或声音'],
  ['plain text', '纯文本'],
  ['form', '表单'],
  ['archive or program', '压缩包或程序'],
  ['other', '其他'],
);
/** First digit of a status (RFC 9110, 15). */
const STATUS = classes(
  1,
  ['informational', '信息'],
  ['success', '成功'],
  ['redirect', '重定向'],
  ['client’s error', '客户端错误'],
  ['server’s error', '服务器错误'],
);

const FEATURES = [
  feature('http', 'flag', 'an HTTP/1 head was seen', '出现 HTTP/1 头', REQUEST),
  request('http_get', 'flag', 'the first request is GET', '首个请求为 GET'),
  request('http_post', 'flag', 'the first request is POST', '首个请求为 POST'),
  request('http_other_method', 'flag', 'the first request has another method', '首个请求为其他方法'),
  request('http_fields', 'count', 'header fields of the first request', '首个请求的头字段数'),
  request('http_agent', 'flag', 'a user agent is given', '给出了 User-Agent'),
  request('http_agent_length', 'characters', 'length of the user agent', 'User-Agent 的长度'),
  request('http_agent_browser', 'flag', 'the user agent begins as browsers’ do', 'User-Agent 以浏览器方式开头'),
  request('http_host_address', 'flag', 'the host is an address', '主机为地址'),
  request('http_host_length', 'characters', 'length of the host', '主机名长度'),
  request('http_target_length', 'characters', 'length of the request’s target', '请求目标的长度'),
  request('http_target_depth', 'count', 'slashes in the target’s path', '请求路径的层数'),
  request('http_target_query', 'characters', 'length of the target’s query', '查询串的长度'),
  request('http_target_digits', 'share', 'digits in the target', '请求目标中数字的占比'),
  request('http_sent', BODIES, 'what the first request carries: #', '首个请求所带内容的类别'),
  answer('http_status', STATUS, 'the first answer: #', '首个应答的状态类别'),
  answer('http_body', BODIES, 'what the first answer carries: #', '首个应答所带内容的类别'),
  feature('ssh', 'flag', 'an SSH banner was seen', '出现 SSH 标识', SSH_CLIENT),
  sshClient('ssh_client_banner', 'characters', 'length of the client’s banner', '客户端标识的长度'),
  sshServer('ssh_server_banner', 'characters', 'length of the server’s banner', '服务器标识的长度'),
  sshClient(
    'ssh_client_exchanges',
    'count',
    'key exchange methods that the client offers',
    '客户端提供的密钥交换方法数',
  ),
  sshClient('ssh_client_ciphers', 'count', 'ciphers that the client offers', '客户端提供的加密算法数'),
  sshClient('ssh_client_macs', 'count', 'MACs that the client offers', '客户端提供的 MAC 数'),
  sshServer('ssh_server_ciphers', 'count', 'ciphers that the server offers', '服务器提供的加密算法数'),
  feature('quic', 'flag', 'a QUIC handshake was seen', '出现 QUIC 握手', QUIC),
  quic('quic_version', 'version', 'QUIC version: 0 drafts and others, 1, 2', 'QUIC 版本'),
  quic('quic_initials', 'count', 'Initial packets that could be opened', '可解开的 Initial 包数'),
  quic(
    'quic_destination_id',
    'B',
    'length of the client’s first destination connection id',
    '客户端首个目的连接 ID 的长度',
  ),
  quic('quic_source_id', 'B', 'length of the client’s source connection id', '客户端源连接 ID 的长度'),
  quic('quic_token', 'flag', 'the client’s first packet carries a token', '客户端首包带有令牌'),
];
const AT = places(FEATURES);

export const applications: FactsGroup = {
  letter: 'I',
  where: 'facts',
  title: 'HTTP, SSH, QUIC',
  source: 'engine/features/applications.ts',
  features: FEATURES,
  fill(v, out, at) {
    const { facts } = v;
    out[at + AT.http] = 0;
    out[at + AT.ssh] = 0;
    out[at + AT.quic] = 0;
    if (facts === null) return;
    if (facts.http !== null) fillHttp(facts.http, out, at);
    if (facts.ssh !== null) fillSsh(facts.ssh, out, at);
    if (facts.quic !== null) fillQuic(facts.quic, out, at);
  },
};

function fillHttp(h: Known<'http'>, out: Float32Array, at: number): void {
  out[at + AT.http] = 1;
  if (h.method !== null) {
    const get = h.method === 'GET';
    const post = h.method === 'POST';
    out[at + AT.http_get] = get ? 1 : 0;
    out[at + AT.http_post] = post ? 1 : 0;
    out[at + AT.http_other_method] = get || post ? 0 : 1;
    out[at + AT.http_fields] = h.fields;
    out[at + AT.http_agent] = h.userAgent === null ? 0 : 1;
    if (h.userAgent !== null) {
      out[at + AT.http_agent_length] = h.userAgent.length;
      out[at + AT.http_agent_browser] = h.userAgent.startsWith('Mozilla/') ? 1 : 0;
    }
    if (h.host !== null) {
      const host = h.host.replace(/:\d+$/, '');
      out[at + AT.http_host_address] = isAddressName(host) ? 1 : 0;
      out[at + AT.http_host_length] = host.length;
    }
    fillTarget(h.target, out, at);
    out[at + AT.http_sent] = h.sentType === null ? 0 : bodyClass(h.sentType);
  }
  if (h.status > 0) {
    out[at + AT.http_status] = Math.floor(h.status / 100);
    out[at + AT.http_body] = h.contentType === null ? 0 : bodyClass(h.contentType);
  }
}

const SLASH = 47;
const ZERO = 48;
const QUESTION = 63;

function fillTarget(target: string, out: Float32Array, at: number): void {
  let slashes = 0;
  let digits = 0;
  let query = -1;
  for (let i = 0; i < target.length; i++) {
    const c = target.charCodeAt(i);
    if (c >= ZERO && c <= ZERO + 9) digits++;
    else if (c === SLASH && query < 0) slashes++;
    else if (c === QUESTION && query < 0) query = i;
  }
  out[at + AT.http_target_length] = target.length;
  out[at + AT.http_target_depth] = slashes;
  out[at + AT.http_target_query] = query < 0 ? 0 : target.length - query - 1;
  out[at + AT.http_target_digits] = digits / Math.max(1, target.length);
}

/** @param type a Content-Type in lower case, of which there are a few dozen @returns a value of BODIES */
const bodyClass = rememberedByName((type): number => {
  if (/html/.test(type)) return 1;
  if (/javascript|ecmascript|css/.test(type)) return 2;
  if (/json|xml/.test(type)) return 3;
  if (/^(image|audio|video|font)\//.test(type)) return 4;
  if (type.startsWith('text/')) return 5;
  if (/urlencoded|multipart/.test(type)) return 6;
  return /octet-stream|zip|gzip|x-rar|x-7z|x-ms|exe|dosexec|java-archive|x-cab|pdf/.test(type) ? 7 : 8;
});

function fillSsh([client, server]: Known<'ssh'>, out: Float32Array, at: number): void {
  out[at + AT.ssh] = client.banner === null && server.banner === null ? 0 : 1;
  out[at + AT.ssh_client_banner] = client.banner?.length ?? NaN;
  out[at + AT.ssh_server_banner] = server.banner?.length ?? NaN;
  out[at + AT.ssh_client_exchanges] = known(client.exchanges);
  out[at + AT.ssh_client_ciphers] = known(client.ciphers);
  out[at + AT.ssh_client_macs] = known(client.macs);
  out[at + AT.ssh_server_ciphers] = known(server.ciphers);
}

/** A count that is negative while the list was not seen. */
function known(count: number): number {
  return count < 0 ? NaN : count;
}

function fillQuic(q: Known<'quic'>, out: Float32Array, at: number): void {
  out[at + AT.quic] = 1;
  out[at + AT.quic_version] = quicVersion(q.version);
  out[at + AT.quic_initials] = q.opened;
  if (q.destinationId < 0) return;
  out[at + AT.quic_destination_id] = q.destinationId;
  out[at + AT.quic_source_id] = q.sourceId;
  out[at + AT.quic_token] = q.token ? 1 : 0;
}

/** RFC 9000, 15; RFC 9369, 3.1. */
function quicVersion(version: number): number {
  if (version === 1) return 1;
  return version === 0x6b3343cf ? 2 : 0;
}
