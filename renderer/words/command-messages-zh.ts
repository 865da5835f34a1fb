// 命令行关于其选项与输入所说的话。
import type { COMMAND_ENGLISH } from '../../contract/index.ts';

export const COMMAND_ZH: Readonly<Record<keyof typeof COMMAND_ENGLISH, string>> = {
  'cli-field-unknown': '没有字段“{name}”；tshark -G fields 与窗口的筛选器会列出现有字段',
  'cli-field-like': '没有字段“{name}”；是否指 {near}？',
  'cli-field-column': '没有列“{name}”：只有 number、time、source、destination、protocol、length、info',
  'cli-field-not-printed': '“{name}”没有可以打印的值',
  'cli-fields-cut': '{n} 个数据包的某个隐藏字段超出解析引擎所给的长度，已被截断',
  'cli-window-only': '{field} 是人在窗口中所作的标记，只有窗口知道',
  'cli-asked-of-rules': '{field} 属于威胁规则：请用 --rules FILE 指定规则',
  'cli-asked-of-lists': '{field} 属于指标列表：请用 --indicators FILE 指定列表',
  'cli-rules-unasked': '--rules 用于含 rule.sid 等字段的筛选器或 -e：此处没有',
  'cli-lists-unasked': '--indicators 用于含 indicator.list 等字段的筛选器或 -e：此处没有',
  'cli-read-twice': '{name} 经管道只能读一次，而判定、规则与列表需要读两次：请先保存为文件',
  'cli-changed-meanwhile': '{name} 在读取期间被更改：不输出其任何内容',
  'cli-not-scored': '此处不作评分：判定、威胁规则与列表请用 `sightline packets -Y`',
  'cli-no-stream': '此捕获中没有流 {what}；`sightline flows` 会列出流，tcp.stream 从 0 计数',
  'cli-not-carried': '承载此流的协议不承载 {kind}；可以按 {kinds} 跟踪',
  'cli-bytes-missing': '[捕获中缺少 {n} 字节]',
  'cli-sum-missing': '--sums 中没有它的一行',
  'cli-sum-differs': '其 SHA-256 与 --sums 所记不同：文件已被更改',
  'cli-card-differs': '其 SHA-256 与模型卡所记不同',
  'cli-no-card': '旁边没有可供核对的模型卡 {card}',
  'cli-watch-none': '{folder} 不是可以监视的文件夹',
  'cli-watch-killed': '它已使程序终止 {n} 次，不再尝试',
  'cli-watch-busy': '{folder} 已由进程 {pid:plain} 监视',
};
