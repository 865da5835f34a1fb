// Group I: HTTP, SSH, QUIC, as far as their openings show. HASSH is a fact and never stands here.
import type { FlowFacts } from '../protocols/index.ts';
import { type Evidence, feature, type FactsGroup } from './context.ts';
import { digitShare, isAddressName } from './tls.ts';

const c = 'conditional' as const;
const request: Evidence = { by: 'message', of: 'http', dir: 0 };
const answer: Evidence = { by: 'message', of: 'http', dir: 1 };
const sshClient: Evidence = { by: 'message', of: 'ssh', dir: 0 };
const sshServer: Evidence = { by: 'message', of: 'ssh', dir: 1 };
const quic: Evidence = { by: 'message', of: 'quic', dir: 0 };
const BODIES =
  '0 none, 1 page, 2 script or style, 3 JSON or XML, 4 image or sound, 5 plain text, 6 form, 7 archive or program, 8 other';
const COUNT = 30;

export const applications: FactsGroup = {
  letter: 'I',
  where: 'facts',
  title: 'HTTP, SSH, QUIC',
  source: 'features/applications.ts',
  features: [
    feature('http', 'flag', 'an HTTP/1 head was seen', '出现 HTTP/1 头', request),
    feature('http_get', 'flag', 'the first request is GET', '首个请求为 GET', request, c),
    feature('http_post', 'flag', 'the first request is POST', '首个请求为 POST', request, c),
    feature('http_other_method', 'flag', 'the first request has another method', '首个请求为其他方法', request, c),
    feature('http_fields', 'count', 'header fields of the first request', '首个请求的头字段数', request, c),
    feature('http_agent', 'flag', 'a user agent is given', '给出了 User-Agent', request, c),
    feature('http_agent_length', 'characters', 'length of the user agent', 'User-Agent 的长度', request, c),
    feature(
      'http_agent_browser',
      'flag',
      'the user agent begins as browsers’ do',
      'User-Agent 以浏览器方式开头',
      request,
      c,
    ),
    feature('http_host_address', 'flag', 'the host is an address', '主机为地址', request, c),
    feature('http_host_length', 'characters', 'length of the host', '主机名长度', request, c),
    feature('http_target_length', 'characters', 'length of the request’s target', '请求目标的长度', request, c),
    feature('http_target_depth', 'count', 'slashes in the target’s path', '请求路径的层数', request, c),
    feature('http_target_query', 'characters', 'length of the target’s query', '查询串的长度', request, c),
    feature('http_target_digits', 'share', 'digits in the target', '请求目标中数字的占比', request, c),
    feature('http_sent', 'class', `what the first request carries: ${BODIES}`, '首个请求所带内容的类别', request, c),
    feature(
      'http_status',
      'class',
      'the first answer: 1 informational, 2 success, 3 redirect, 4 client’s error, 5 server’s error',
      '首个应答的状态类别',
      answer,
      c,
    ),
    feature('http_body', 'class', `what the first answer carries: ${BODIES}`, '首个应答所带内容的类别', answer, c),
    feature('ssh', 'flag', 'an SSH banner was seen', '出现 SSH 标识', sshClient),
    feature('ssh_client_banner', 'characters', 'length of the client’s banner', '客户端标识的长度', sshClient, c),
    feature('ssh_server_banner', 'characters', 'length of the server’s banner', '服务器标识的长度', sshServer, c),
    feature(
      'ssh_client_exchanges',
      'count',
      'key exchange methods that the client offers',
      '客户端提供的密钥交换方法数',
      sshClient,
      c,
    ),
    feature('ssh_client_ciphers', 'count', 'ciphers that the client offers', '客户端提供的加密算法数', sshClient, c),
    feature('ssh_client_macs', 'count', 'MACs that the client offers', '客户端提供的 MAC 数', sshClient, c),
    feature('ssh_server_ciphers', 'count', 'ciphers that the server offers', '服务器提供的加密算法数', sshServer, c),
    feature('quic', 'flag', 'a QUIC handshake was seen', '出现 QUIC 握手', quic),
    feature('quic_version', 'version', 'QUIC version: 0 drafts and others, 1, 2', 'QUIC 版本', quic, c),
    feature('quic_initials', 'count', 'Initial packets that could be opened', '可解开的 Initial 包数', quic, c),
    feature(
      'quic_destination_id',
      'B',
      'length of the client’s first destination connection id',
      '客户端首个目的连接 ID 的长度',
      quic,
      c,
    ),
    feature('quic_source_id', 'B', 'length of the client’s source connection id', '客户端源连接 ID 的长度', quic, c),
    feature('quic_token', 'flag', 'the client’s first packet carries a token', '客户端首包带有令牌', quic, c),
  ],
  fill(v, out, at) {
    const { facts } = v;
    out.fill(NaN, at, at + COUNT);
    out[at] = out[at + 17] = out[at + 24] = 0;
    if (facts === null) return;
    if (facts.http !== null) fillHttp(facts.http, out, at);
    if (facts.ssh !== null) {
      const [client, server] = facts.ssh;
      out[at + 17] = client.banner === null && server.banner === null ? 0 : 1;
      const known = (n: number): number => (n < 0 ? NaN : n);
      out[at + 18] = client.banner?.length ?? NaN;
      out[at + 19] = server.banner?.length ?? NaN;
      out[at + 20] = known(client.exchanges);
      out[at + 21] = known(client.ciphers);
      out[at + 22] = known(client.macs);
      out[at + 23] = known(server.ciphers);
    }
    if (facts.quic !== null) {
      const q = facts.quic;
      out[at + 24] = 1;
      out[at + 25] = q.version === 1 ? 1 : q.version === 0x6b3343cf ? 2 : 0;
      out[at + 26] = q.opened;
      if (q.destinationId >= 0) {
        out[at + 27] = q.destinationId;
        out[at + 28] = q.sourceId;
        out[at + 29] = q.token ? 1 : 0;
      }
    }
  },
};

function fillHttp(h: NonNullable<FlowFacts['http']>, out: Float32Array, at: number): void {
  out[at] = 1;
  if (h.method !== null) {
    out[at + 1] = h.method === 'GET' ? 1 : 0;
    out[at + 2] = h.method === 'POST' ? 1 : 0;
    out[at + 3] = h.method === 'GET' || h.method === 'POST' ? 0 : 1;
    out[at + 4] = h.fields;
    out[at + 5] = h.userAgent === null ? 0 : 1;
    if (h.userAgent !== null) {
      out[at + 6] = h.userAgent.length;
      out[at + 7] = h.userAgent.startsWith('Mozilla/') ? 1 : 0;
    }
    if (h.host !== null) {
      const host = h.host.replace(/:\d+$/, '');
      out[at + 8] = isAddressName(host) ? 1 : 0;
      out[at + 9] = host.length;
    }
    const query = h.target.indexOf('?');
    const path = query < 0 ? h.target : h.target.slice(0, query);
    out[at + 10] = h.target.length;
    out[at + 11] = path.split('/').length - 1;
    out[at + 12] = query < 0 ? 0 : h.target.length - query - 1;
    out[at + 13] = digitShare(h.target);
    out[at + 14] = bodyClass(h.sentType);
  }
  if (h.status > 0) {
    out[at + 15] = Math.floor(h.status / 100);
    out[at + 16] = bodyClass(h.contentType);
  }
}

/** @param type a Content-Type in lower case */
function bodyClass(type: string | null): number {
  if (type === null) return 0;
  if (/html/.test(type)) return 1;
  if (/javascript|ecmascript|css/.test(type)) return 2;
  if (/json|xml/.test(type)) return 3;
  if (/^(image|audio|video|font)\//.test(type)) return 4;
  if (type.startsWith('text/')) return 5;
  if (/urlencoded|multipart/.test(type)) return 6;
  return /octet-stream|zip|gzip|x-rar|x-7z|x-ms|exe|dosexec|java-archive|x-cab|pdf/.test(type) ? 7 : 8;
}
