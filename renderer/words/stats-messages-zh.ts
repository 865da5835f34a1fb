// 统计所说的话：contract/stats-messages-en.ts 的键，花括号中的位置相同。
export const STATS_ZH = {
  'stats-unread': '有 {packets} 个数据包未计入：其字节已不在磁盘上。',
  'stats-hierarchy-columns':
    '由首部和协议列统计：捕获超过 {limit} 个数据包。此时每个数据包在传输层之上只归入一个协议。',
  'stats-hierarchy-growing': '由首部和协议列统计，因为捕获尚未完成。此时每个数据包在传输层之上只归入一个协议。',
  'stats-expert-limit': '专家信息由解析引擎给出，限于至多 {limit} 个数据包的完整捕获；此捕获有 {packets} 个。',
  'stats-expert-growing': '捕获完成后，解析引擎才给出专家信息。',
  'stats-no-tcp': '此流不是 TCP。',
  'stats-no-file': '没有可以计算摘要的单个文件。',
  'stats-ended': '解析引擎在数据包 {packet} 处终止。',
} as const;
