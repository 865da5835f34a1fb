// 数据包列表、窗格与菜单的中文词汇。
import type { listEn } from './list-en.ts';

export const listZh: Record<keyof typeof listEn, string> = {
  packetHidden: '列表不显示数据包 {n}：过滤器将其排除。',
  filterTaken: '过滤器排除了数据包 {n}，已被清除。',
  othersNotOpened: '已打开 {name}。同时只打开一个捕获文件；未打开：{others}。',
  'setting.colours': '数据包颜色',
  'setting.colours.on': 'Wireshark 规则',
  'setting.colours.off': '无',
  partialRowsHint: '捕获文件过大，解析引擎无法整体载入：协议与信息来自可见数据包及其前后的数据包。',
  panesShown: '窗格',
  'group.other': '其他协议流',
};
