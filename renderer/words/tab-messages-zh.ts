// 主机关于标签页的话。
import type { TAB_ENGLISH } from '../../contract/index.ts';

export const TAB_ZH: Record<keyof typeof TAB_ENGLISH, string> = {
  'no-such-tab': '该标签页已关闭。',
  'too-many-tabs': 'Sightline 最多同时打开 {max:plain} 个标签页；请先关闭一个。',
  'what-tabs': '打开的标签页列表',
  'tabs-not-written': '无法写入打开的标签页：{why}。',
};
