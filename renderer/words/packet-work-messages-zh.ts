// What work on packets says, in Chinese: the keys of contract/packet-work-messages-en.ts.
import type { PACKET_WORK_ENGLISH } from '../../contract/index.ts';

export const PACKET_WORK_ZH: Readonly<Record<keyof typeof PACKET_WORK_ENGLISH, string>> = {
  'deep-ended': '解析器在此崩溃或耗时过长，已重新启动。',
  'no-such-objects': '解析器不认识 {kind} 的对象：{why}。',
  'object-not-had': '无法从解析器取得该对象：{why}。',
  'object-too-large': '该对象大于 {most} 字节。',
  'no-such-object': '没有这个对象。',
  'no-object-chosen': '没有选择对象。',
  'not-this-transport': '此流的传输层不承载 {kind}。',
  'no-key-lines': '这不是 TLS 密钥日志：没有找到 CLIENT_RANDOM 或 CLIENT_TRAFFIC_SECRET_0 之类的行。',
  'no-table-lines': '里面没有任何一行。',
  'table-wrong': '解析器不接受此表：{why}。',
  'key-file-too-large': '密钥日志最多 {most} 字节。',
  'key-file-unreadable': '无法读取密钥日志：{why}。',
  'what-dissectors': '解析器首选项',
  'dissectors-not-written': '解析器首选项只在本次运行中保留：{why}。',
  'no-such-preference': '解析器没有首选项“{name}”。',
  'preference-wrong': '解析器不接受“{value}”：{why}。',
  'preference-one-of': '应为以下之一：{values}',
  'preference-true-false': '应为 TRUE 或 FALSE',
  'preference-whole': '应为 0 到 4294967295 的整数',
  'cannot-decode-as': '“{module}”不能从 {table} 解码。',
  'no-such-bytes': '该数据包没有这些字节。',
  'pattern-too-large': '正则表达式超过 {max:plain} 步。',
  'pattern-wrong': '这不是正则表达式：{why}。',
};
