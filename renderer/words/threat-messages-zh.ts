// 引擎关于威胁规则与指标名单的消息，与 contract/threat-messages-en.ts 相同的键。
import type { THREAT_ENGLISH } from '../../contract/index.ts';

export const THREAT_MESSAGES_ZH: Readonly<Record<keyof typeof THREAT_ENGLISH, string>> = {
  'what-threat': '使用哪些威胁规则和名单',
  'threat-not-written': '无法写入所用的威胁规则：{why}。',
  'threat-rules-lost': '此捕获未经威胁规则检查：{why}。',
  'threat-lists-lost': '此捕获未与名单比对：{why}。',
  'threat-rules-missed': '威胁规则未看到此捕获的 {segments:plain} 个分段：它们在读取之前已被删除。',
  'threat-no-rules': '未对此捕获执行任何规则：请先添加规则。',
  'threat-no-rule': '所列文件中没有规则 {gid:plain}:{sid:plain}。',
  'threat-not-own': '规则 {gid:plain}:{sid:plain} 不是自有规则：可以将其停用。',
  'threat-rule-moved': '规则 {gid:plain}:{sid:plain} 所在的文件在读取之后已改变：请重新读取。',
  'threat-made-silent': '此规则与其来源不匹配：规则检查数据包的内容，而非其头部',
  'threat-no-text': '这不是规则',
  'threat-path-relative': '{path} 不是完整路径',
  'threat-own-unreadable': '无法读取自有规则文件：{why}。',
};
