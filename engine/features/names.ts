// Group H: DNS. Of any flow, the answer of the capture's own DNS that led here; of a DNS flow, what its messages show together.
import { nameEntropy } from '../protocols/index.ts';
import { type Evidence, feature, type FactsGroup } from './context.ts';
import { digitShare } from './tls.ts';

const c = 'conditional' as const;
const resolution: Evidence = { by: 'resolution' };
const asked: Evidence = { by: 'message', of: 'dns', dir: 0 };
const answered: Evidence = { by: 'message', of: 'dns', dir: 1 };
const COUNT = 19;

export const names: FactsGroup = {
  letter: 'H',
  where: 'facts',
  title: 'DNS',
  source: 'features/names.ts',
  features: [
    feature(
      'name',
      'flag',
      'the capture’s own DNS gave the responder’s address before the flow began',
      '捕获中的 DNS 在流开始前给出了响应方地址',
      resolution,
      'context',
    ),
    feature('name_ttl', 's', 'how long that answer may be kept', '该应答的 TTL', resolution, c),
    feature('name_age', 's', 'age of that answer when the flow began', '流开始时该应答的已存在时间', resolution, c),
    feature('name_length', 'characters', 'length of the name that led here', '所解析名称的长度', resolution, c),
    feature('name_labels', 'count', 'labels of the name that led here', '所解析名称的段数', resolution, c),
    feature('name_digits', 'share', 'digits in the name that led here', '所解析名称中数字的占比', resolution, c),
    feature(
      'name_entropy',
      'bits',
      'entropy of the characters of the name that led here',
      '所解析名称字符的熵',
      resolution,
      c,
    ),
    feature('dns', 'flag', 'DNS messages were seen', '出现 DNS 报文', asked),
    feature('dns_queries', 'count', 'queries', 'DNS 查询数', asked, c),
    feature('dns_responses', 'count', 'responses', 'DNS 应答数', answered, c),
    feature(
      'dns_names',
      'count',
      'distinct names asked for (exact up to 256)',
      '查询的不同名称数（至多 256）',
      asked,
      c,
    ),
    feature(
      'dns_no_such_name',
      'share',
      'responses that say there is no such name',
      '“无此名称”应答的占比',
      answered,
      c,
    ),
    feature('dns_longest_label', 'characters', 'longest label asked for', '查询的最长段', asked, c),
    feature('dns_longest_name', 'characters', 'longest name asked for', '查询的最长名称', asked, c),
    feature('dns_carriers', 'share', 'queries for TXT or NULL', 'TXT 或 NULL 查询的占比', asked, c),
    feature('dns_entropy', 'bits', 'mean entropy of the names asked for', '查询名称的平均熵', asked, c),
    feature('dns_digits', 'share', 'mean share of digits in the names asked for', '查询名称中数字的平均占比', asked, c),
    feature(
      'dns_bytes_ratio',
      'ratio',
      'payload bytes answered for each byte asked',
      '应答与查询的载荷字节比',
      { by: 'message', of: 'dns', dir: 2 },
      c,
    ),
    feature('dns_unanswered', 'count', 'queries without a response', '无应答的查询数', asked, c),
  ],
  fill(v, out, at) {
    const { facts } = v;
    out.fill(NaN, at, at + COUNT);
    const r = facts?.resolution ?? null;
    out[at] = r === null ? 0 : 1;
    if (r !== null) {
      out[at + 1] = r.ttl;
      out[at + 2] = Math.max(0, v.startSeconds - r.at);
      out[at + 3] = r.name.length;
      out[at + 4] = r.name.split('.').length;
      out[at + 5] = digitShare(r.name);
      out[at + 6] = nameEntropy(r.name);
    }
    const d = facts?.dns ?? null;
    out[at + 7] = d === null ? 0 : 1;
    if (d === null) return;
    out[at + 8] = d.queries;
    out[at + 9] = d.responses;
    out[at + 10] = d.distinctNames;
    out[at + 11] = d.responses > 0 ? d.noSuchName / d.responses : NaN;
    out[at + 12] = d.longestLabel;
    out[at + 13] = d.longestName;
    out[at + 14] = d.queries > 0 ? d.carriers / d.queries : NaN;
    out[at + 15] = d.entropy;
    out[at + 16] = d.digits;
    out[at + 17] = v.payloadForward > 0 ? v.payloadReverse / v.payloadForward : NaN;
    out[at + 18] = Math.max(0, d.queries - d.responses);
  },
};
