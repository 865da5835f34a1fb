// 主机关于配置方案的话。
import type { PROFILE_ENGLISH } from '../../contract/index.ts';

export const PROFILE_ZH: Record<keyof typeof PROFILE_ENGLISH, string> = {
  'no-such-profile': '没有配置方案“{name}”。',
  'profile-name': '“{name}”不能作为配置方案的名称：可用字母、数字、空格、点与短横，最多 {max:plain} 个字符。',
  'profile-there': '已有配置方案“{name}”。',
  'profile-default': '默认配置方案不能重命名或删除。',
  'too-many-profiles': '已有 {max:plain} 个配置方案，不能再多。',
  'profile-not-done': '无法更改配置方案：{why}',
  'what-profile': '所用配置方案的名称',
  'what-layout': '配置方案的布局',
  'profile-not-written': '无法写入配置方案：{why}。',
  'no-profile-file': '{path} 不是 Sightline 的配置方案。',
};
