// 统计所说的话：contract/stats-messages-en.ts 的键，花括号中的位置相同。
export const STATS_ZH = {
  'stats-unread': '有 {packets} 个数据包未计入：其字节已不在磁盘上。',
  'stats-hierarchy-columns':
    '由首部和协议列统计：捕获超过 {limit} 个数据包。此时每个数据包在传输层之上只归入一个协议。',
  'stats-hierarchy-growing': '由首部和协议列统计，因为捕获尚未完成。此时每个数据包在传输层之上只归入一个协议。',
  'stats-expert-pieces':
    '解析引擎将捕获分为 {pieces} 段，两台主机之间的会话都完整。因另一台主机而对某连接所说的内容可能缺失。',
  'stats-expert-cut':
    '解析引擎将捕获分为 {pieces} 段。有 {cut} 个连接大于一段而被切开：跨切口的信息可能缺失或不同。其余连接都完整。',
  'stats-expert-left':
    '解析引擎将捕获分为 {pieces} 段，切开 {cut} 个连接。有 {packets} 个数据包未计入：引擎在此终止，或其字节已不在磁盘上。',
  'stats-names-left': '区分前 {names} 个名称；其他名称的 {messages} 条消息未计入。',
  'stats-field-none': '没有字段“{field}”',
  'stats-field-numbers': '“{field}”不是数值：只能统计 COUNT FRAMES 和 COUNT FIELDS',
  'stats-field-load': 'LOAD 须由耗时字段得出，“{field}”不是',
  'stats-field-too-many': '“{field}”的值超过 {most} 个',
  'stats-field-packets': '解析引擎在此捕获中找到 {packets} 个数据包：无法按编号询问。',
  'stats-no-tcp': '此流不是 TCP。',
  'stats-no-file': '没有可以计算摘要的单个文件。',
  'stats-ended': '解析引擎在数据包 {packet} 处终止。',
} as const;
