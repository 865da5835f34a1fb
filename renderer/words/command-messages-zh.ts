// 命令行关于其选项与输入所说的话。
import type { COMMAND_ENGLISH } from '../../contract/index.ts';

export const COMMAND_ZH: Readonly<Record<keyof typeof COMMAND_ENGLISH, string>> = {
  'cli-field-unknown': '没有字段“{name}”；tshark -G fields 与窗口的筛选器会列出现有字段',
  'cli-field-like': '没有字段“{name}”；是否指 {near}？',
  'cli-field-column': '没有列“{name}”：只有 number、time、source、destination、protocol、length、info',
  'cli-field-not-printed': '“{name}”没有可以打印的值',
  'cli-fields-cut': '{n} 个数据包的某个隐藏字段超出解析引擎所给的长度，已被截断',
};
