// 数据包列表、窗格与菜单的中文词汇。
import type { listEn } from './list-en.ts';

export const listZh: Record<keyof typeof listEn, string> = {
  packetHidden: '列表不显示数据包 {n}：过滤器将其排除。',
  filterTaken: '过滤器排除了数据包 {n}，已被清除。',
  several: '{n} 个捕获文件',
  mergeByTime: '按时间合并',
  mergeHint: '含全部文件数据包的一个捕获，保存为文件；标注属于它。',
  openOnly: '仅打开 {name}',
  merging: '正在合并…',
  merged: '已合并 {n} 个数据包。',
  panesShown: '窗格',
  'group.other': '其他协议流',
};
