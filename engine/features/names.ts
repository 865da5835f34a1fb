// Group H: DNS. Of any flow, the answer of the capture's own DNS that led here; of a DNS flow, what its messages show
// together.
import type { FactsGroup } from './context.ts';
import type { Evidence } from './evidence.ts';
import { nameShape } from './name-shape.ts';
import { feature, places, rowsOf } from './rows.ts';

const RESOLUTION: Evidence = { by: 'resolution' };
const ASKED: Evidence = { by: 'message', of: 'dns', dir: 0 };
const resolved = rowsOf(RESOLUTION, 'conditional');
const asked = rowsOf(ASKED, 'conditional');
const answered = rowsOf({ by: 'message', of: 'dns', dir: 1 }, 'conditional');
const bothWays = rowsOf({ by: 'message', of: 'dns', dir: 2 }, 'conditional');

const FEATURES = [
  feature(
    'name',
    'flag',
    'the capture’s own DNS gave the responder’s address before the flow began',
    '捕获中的 DNS 在流开始前给出了响应方地址',
    RESOLUTION,
    'context',
  ),
  resolved('name_ttl', 's', 'how long that answer may be kept', '该应答的 TTL'),
  resolved('name_age', 's', 'age of that answer when the flow began', '流开始时该应答的已存在时间'),
  resolved('name_length', 'characters', 'length of the DNS name that led here', '所解析名称的长度'),
  resolved('name_labels', 'count', 'labels in the DNS name that led here', '所解析名称的段数'),
  resolved('name_digits', 'share', 'digits in the DNS name that led here', '所解析名称中数字的占比'),
  resolved('name_entropy', 'bits', 'entropy of the characters of the DNS name that led here', '所解析名称字符的熵'),
  feature('dns', 'flag', 'DNS messages were seen', '出现 DNS 报文', ASKED),
  asked('dns_queries', 'count', 'queries', 'DNS 查询数'),
  answered('dns_responses', 'count', 'responses', 'DNS 应答数'),
  asked('dns_names', 'count', 'distinct names asked for (exact up to 256)', '查询的不同名称数（至多 256）'),
  answered('dns_no_such_name', 'share', 'responses that say there is no such name', '“无此名称”应答的占比'),
  asked('dns_longest_label', 'characters', 'longest label asked for', '查询的最长段'),
  asked('dns_longest_name', 'characters', 'longest name asked for', '查询的最长名称'),
  asked('dns_carriers', 'share', 'queries for TXT or NULL', 'TXT 或 NULL 查询的占比'),
  asked('dns_entropy', 'bits', 'mean entropy of the names asked for', '查询名称的平均熵'),
  asked('dns_digits', 'share', 'mean share of digits in the names asked for', '查询名称中数字的平均占比'),
  bothWays('dns_bytes_ratio', 'ratio', 'payload bytes answered for each byte asked', '应答与查询的载荷字节比'),
  asked('dns_unanswered', 'count', 'queries without a response', '无应答的查询数'),
];
const AT = places(FEATURES);

export const names: FactsGroup = {
  letter: 'H',
  where: 'facts',
  title: 'DNS',
  source: 'engine/features/names.ts',
  features: FEATURES,
  fill(v, out, at) {
    const { facts } = v;
    const r = facts?.resolution ?? null;
    out[at + AT.name] = r === null ? 0 : 1;
    if (r !== null) {
      out[at + AT.name_ttl] = r.ttl;
      out[at + AT.name_age] = Math.max(0, v.startSeconds - r.at);
      out[at + AT.name_length] = r.name.length;
      const shape = nameShape(r.name);
      out[at + AT.name_labels] = shape.labels;
      out[at + AT.name_digits] = shape.digits;
      out[at + AT.name_entropy] = shape.entropy;
    }
    const d = facts?.dns ?? null;
    out[at + AT.dns] = d === null ? 0 : 1;
    if (d === null) return;
    out[at + AT.dns_queries] = d.queries;
    out[at + AT.dns_responses] = d.responses;
    out[at + AT.dns_names] = d.distinctNames;
    if (d.responses > 0) out[at + AT.dns_no_such_name] = d.noSuchName / d.responses;
    out[at + AT.dns_longest_label] = d.longestLabel;
    out[at + AT.dns_longest_name] = d.longestName;
    if (d.queries > 0) out[at + AT.dns_carriers] = d.carriers / d.queries;
    out[at + AT.dns_entropy] = d.entropy;
    out[at + AT.dns_digits] = d.digits;
    if (v.payloadForward > 0) out[at + AT.dns_bytes_ratio] = v.payloadReverse / v.payloadForward;
    out[at + AT.dns_unanswered] = Math.max(0, d.queries - d.responses);
  },
};
