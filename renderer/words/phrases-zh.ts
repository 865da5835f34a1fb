// Chinese for what the engine says in English: evidence, refusals (features bring their own). Patterns, first match wins; {1} is a part that is kept.

import type { ValueWords } from '../../contract/index.ts';

type Phrase = readonly [pattern: RegExp, text: string];

export const SENTENCES: readonly Phrase[] = [
  [
    /^(\d+) connections to the same peer, one each (.+?), self-signed certificate$/,
    '与同一对端的 {1} 次连接，每 {2} 一次，证书为自签名',
  ],
  [
    /^(\d+) connections to the same peer, one each (.+?), TLS without a server name on an unusual port$/,
    '与同一对端的 {1} 次连接，每 {2} 一次，TLS 无服务器名且端口不常见',
  ],
  [/^(\d+) connections to the same peer, one each (.+)$/, '与同一对端的 {1} 次连接，每 {2} 一次'],
  [/^(\d+) ports of one host tried within (\d+) s without an answer$/, '{2} 秒内尝试了同一主机的 {1} 个端口，均无应答'],
  [/^Only the helper opens interfaces.*$/, '只有辅助程序会打开接口，打开后它会放弃所有权限。'],
  [/^Capturing needs permission: copy this command.*$/, '捕获需要权限：复制并运行一次此命令，然后重试。'],
  [/^(.+) needs permission\. .*$/, '{1} 需要权限：请在起始页复制命令并运行一次。'],
  [/^The capture helper is not built.*$/, '捕获辅助程序尚未构建：安装时缺少 C++ 编译器。'],
  [/^libpcap was not found.*$/, '找不到 libpcap。'],
  [/^Interfaces cannot be listed: (.+)$/, '无法列出接口：{1}'],
  [/^No interface can be opened: (.+)$/, '无法打开任何接口：{1}'],
  [/^(.+) cannot be captured: (.+)$/, '无法捕获 {1}：{2}'],
  [
    /^Analysis was behind by more than the ring holds: ([\d,]+) segments.*$/,
    '分析落后超过环形缓冲的容量：{1} 个分段已捕获但未分析。',
  ],
  [/^(.+) is down; capturing goes on when it is up again\.$/, '{1} 已关闭；恢复后继续捕获。'],
  [/^(.+) is there again; start again to capture it\.$/, '{1} 已恢复；请重新开始捕获。'],
  [/^(.+) disappeared\.$/, '{1} 已消失。'],
  [
    /^Capturing stopped: (.+) disappeared\..* (\S+) is there again since (\S+): Restart captures it\.$/,
    '捕获已停止：{1} 已消失，已捕获的内容均保留。{2} 自 {3} 起恢复，可重新开始。',
  ],
  [/^Capturing stopped: (.+) disappeared\..*$/, '捕获已停止：{1} 已消失。已捕获的内容均保留。'],
  [
    /^Capturing stopped: (.+)\. The ([\d,]+) packets before it are kept\.$/,
    '捕获已停止：{1}。此前的 {2} 个数据包均保留。',
  ],
  [/^Capturing ended by itself after ([\d,]+) packets, as asked\.$/, '已按要求在 {1} 个数据包后停止。'],
  [/^Capturing ended by itself after ([\d,]+) s, as asked\.$/, '已按要求在 {1} 秒后停止。'],
  [/^Capturing ended by itself after ([\d,]+) bytes, as asked\.$/, '已按要求在 {1} 字节后停止。'],
  [/^The capture helper ended unexpectedly.*$/, '捕获辅助程序意外终止；已写入的内容均保留。'],
  [/^The bytes of packet ([\d,]+) are no longer on disk.*$/, '第 {1} 个数据包的字节已不在磁盘上：环形分段已轮换。'],
  [
    /^This flow began in a segment that is no longer on disk.*$/,
    '该流开始于已不在磁盘上的分段：无法重新给出理由和数据流，判定不变。',
  ],
  [/^\(its segment is no longer on disk\)$/, '（所在分段已不在磁盘上）'],
  [/^The capture helper is built: (.+)\.$/, '辅助程序已构建：{1}。'],
  [/^The helper may open interfaces\.$/, '辅助程序可以打开接口。'],
  [/^(\d+) interfaces are up: (.+)\.$/, '{1} 个接口已启用：{2}。'],
  [/^One interface is up: (.+)\.$/, '一个接口已启用：{1}。'],
  [/^No interface but loopback is there\.$/, '除环回外没有接口。'],
  [/^No interface but loopback is up; (.+) is down\.$/, '除环回外没有启用的接口；{1} 已关闭。'],
  [/^([\d.]+ GB) are free where captures are written\.$/, '捕获目录剩余 {1}。'],
  [/^Other sources here: (.+)\.$/, '可用的其他来源：{1}。'],
  [
    /^The helper is on a file system mounted nosuid.*$/,
    '辅助程序所在的文件系统以 nosuid 挂载，文件权能无效：请放到别处。',
  ],
  [/^This (container|process) may never hold NET_RAW.*$/, '此环境不允许 NET_RAW，无法捕获：请带该权能重新启动。'],
  [/^There is no file (.+)\.$/, '没有文件 {1}。'],
  [/^(.+) is a folder; open a capture in it\.$/, '{1} 是文件夹，请打开其中的捕获文件。'],
  [/^No capture is open\.$/, '没有打开的捕获。'],
  [/^There is no packet (\d+)\.$/, '没有数据包 {1}。'],
  [/^The capture filter is wrong: (.+)$/, '捕获过滤器有误：{1}'],
  [/^syntax error at the end$/, '末尾有语法错误'],
  [/^syntax error at '(.+)'$/, '“{1}”处有语法错误'],
  [/^Sorting by Info reads every packet.*$/, '按信息列排序需要读取每个数据包，最多 200,000 行。请先过滤。'],
  [
    /^The dissection engine ended on this packet and was started again.*$/,
    '解析引擎在此数据包上终止并已重启，字节按原样显示。',
  ],
  [/^The dissection engine ended on this packet a moment ago.*$/, '解析引擎刚刚在此数据包上终止，不会连续尝试两次。'],
  [/^Sightline is not answering\.$/, 'Sightline 没有响应。'],
  [/^Only a live capture can be started again\.$/, '只有实时捕获可以重新开始。'],
  [/^No flow is labelled benign or malicious.*$/, '没有流被标注为良性或恶意，因此两个文件都是空的。请先标注一些流。'],
  [
    /^'(.+)' asks for single packets in Wireshark; here it is known of the whole flow: write (.+)$/,
    '在 Wireshark 中“{1}”针对单个数据包；这里只知道整个流的值：请写 {2}',
  ],
  [
    /^'(.+)' asks for packets with that layer, which is not known of every packet here: write (.+) or (.+)$/,
    '“{1}”要求含该层的数据包，而这里并非每个数据包都知道：请写 {2} 或 {3}',
  ],
  [
    /^'(.+)' is the list of all layers, which is not known here: write (.+)$/,
    '“{1}”是全部协议层的列表，这里不知道：请写 {2}',
  ],
  [/^'(.+)' stands alone: it has no value to compare with$/, '“{1}”单独使用：没有可比较的值'],
  [/^(\S+) is a whole number; '(.*)' is none$/, '{1} 是整数，“{2}”不是'],
  [/^'(.*)' is more than (\S+) can be: (\d+)$/, '“{1}”超出 {2} 的最大值 {3}'],
  [
    /^(\S+) is a time in seconds with at most 9 decimals; '(.*)' is none$/,
    '{1} 是以秒计的时间，最多 9 位小数，“{2}”不是',
  ],
  [/^(\S+) is true or false; '(.*)' is neither$/, '{1} 为真或假，“{2}”都不是'],
  [/^(\S+) is there in every packet: write (.+)$/, '每个数据包都有 {1}：请写 {2}'],
  [/^'(.+)' is not an IPv4 address$/, '“{1}”不是 IPv4 地址'],
  [/^'(.+)' is not an IPv6 address$/, '“{1}”不是 IPv6 地址'],
  [/^'(.+)' is no MAC address.*$/, '“{1}”不是 MAC 地址'],
  [
    /^'(.+)' is neither bytes such as 16:03:01 nor a "text" in quotes$/,
    '“{1}”既不是 16:03:01 这样的字节，也不是加引号的文本',
  ],
  [/^'(.+)' is no escape of a text.*$/, '“{1}”不是文本的转义；反斜杠写作 \\\\，或在引号前加 r'],
  [
    /^.* \('(.+)'\) cannot be matched in a time that is bounded: write it without$/,
    '“{1}”无法在有限时间内匹配：请不要使用',
  ],
  [/^'\$' may only stand where an alternative ends$/, '“$”只能位于一个分支的末尾'],
  [/^a regular expression has at most (\d+) characters$/, '正则表达式最多 {1} 个字符'],
  [
    /^this regular expression repeats too much \((\d+) steps, (\d+) at most\).*$/,
    '该正则表达式重复过多（{1} 步，最多 {2} 步）：匹配可能耗时过长',
  ],
  [/^there is no field '(.+)'; did you mean (.+)\?$/, '没有字段“{1}”；是否指 {2}？'],
  [/^there is no field '(.+)'$/, '没有字段“{1}”'],
  [/^there is no feature '(.+)'.*$/, '没有特征“{1}”'],
  [/^a value is missing at the end$/, '末尾缺少值'],
  [/^a field is missing at the end$/, '末尾缺少字段'],
  [/^a value is expected here, not '(.+)'$/, '此处应为值，而不是“{1}”'],
  [/^a field is expected here, not '(.+)'$/, '此处应为字段，而不是“{1}”'],
  [/^'and' or 'or' is missing before '(.+)'$/, '“{1}”之前缺少 and 或 or'],
  [/^a '(.)' is missing$/, '缺少“{1}”'],
  [/^(\S+) is one of (.+)$/, '{1} 的取值为 {2}'],
  [/^(\S+) is a number; '(.*)' is none$/, '{1} 是数字，“{2}”不是'],
  [/^'(.+)' is neither an address nor a network.*$/, '“{1}”既不是地址也不是网段'],
  [/^(\S+) belongs to packets; filter by it in Packets$/, '{1} 属于数据包，请在“数据包”视图中使用'],
  [/^this text is not closed.*$/, '文本未闭合：缺少引号'],
  [/^'(.+)' is no comparison.*$/, '“{1}”不是比较运算符；== 表示相等'],
  [/^no regular expression: (.+)$/, '正则表达式有误：{1}'],
];

export const GROUPS: Record<string, string> = {
  Shape: '形状',
  'Payload lengths': '载荷长度',
  Times: '时间',
  Transport: '传输层',
  Bytes: '字节',
  Sequence: '序列',
  TLS: 'TLS',
  DNS: 'DNS',
  'HTTP, SSH, QUIC': 'HTTP、SSH、QUIC',
  Surroundings: '周围',
  Endpoints: '端点',
  Evidence: '证据',
};

export const VALUES: ValueWords = {
  missing: '缺失',
  yes: '是',
  no: '否',
  units: {
    class: '',
    version: '',
    count: '',
    ratio: '',
    packets: '个',
    'packets/s': '个/秒',
    B: 'B',
    'B/s': 'B/s',
    s: 's',
    days: '天',
    bits: '位',
    'bits/B': 'bits/B',
    bins: '个',
    hops: '跳',
    characters: '字符',
  },
};

export function translated(text: string, phrases: readonly Phrase[]): string {
  for (const [pattern, target] of phrases) {
    const m = pattern.exec(text);
    if (m) return target.replace(/\{(\d)\}/g, (_, n: string) => m[Number(n)] ?? '');
  }
  return text;
}
