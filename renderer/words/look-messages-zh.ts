// 地址名称与着色规则所说的话：contract/look-messages-en.ts 的键，花括号中的位置相同。
export const LOOK_ZH = {
  'hosts-unreadable': '未使用 hosts 文件 {path}：{why}。',
  'hosts-none': '没有 hosts 文件 {path}。',
  'hosts-lines-left': 'hosts 文件 {path} 只使用前 {taken} 个名称。',
  'not-an-address': '“{text}”不是 IPv4、IPv6 或以太网地址。',
  'not-a-name': '“{text}”不能作为名称：为空，或看似地址。',
  'names-too-many': '手动命名的地址最多 {most} 个。',
  'names-left': '捕获中还有 {left} 个名称未列出：数量过多。',
  'names-none': '名称来自用户、hosts 文件以及捕获自身所说：不向任何服务器查询。',
  'what-colours': '着色规则文件',
  'colours-not-written': '无法写入着色规则：{why}。',
  'colour-no-filter': '该规则没有过滤器。',
  'colour-odd-name': '规则名称不能含“@”或换行：规则文件以它们为界。',
  'colour-odd-filter': '规则的过滤器不能含“@”或换行：规则文件以它们为界。',
  'colours-lines-left': '{path} 中有 {left} 行不是着色规则，已略去。',
} as const;
