// 配置方案的中文词汇。
import type { profilesEn } from './profiles-en.ts';

export const profilesZh: Record<keyof typeof profilesEn, string> = {
  'profiles.title': '配置方案',
  'profiles.default': '默认',
  'profiles.now': '配置：{name}',
  'profiles.hint': '以一个名称保存列、着色、过滤器、协议首选项、窗格与时间格式',
  'profiles.switch': '切换配置方案',
  'profiles.manage': '管理配置方案…',
  'profiles.lead':
    '配置方案包含设置、已保存的过滤器与宏、协议首选项和窗格。更改保存在所用的方案中。标注、事件与 TLS 密钥不属于任何方案。',
  'profiles.inUse': '使用中',
  'profiles.use': '使用',
  'profiles.useNamed': '使用配置方案 {name}',
  'profiles.more': '{name} 的更多操作',
  'profiles.copy': '复制',
  'profiles.rename': '重命名',
  'profiles.delete': '删除',
  'profiles.export': '导出…',
  'profiles.import': '导入…',
  'profiles.new': '新建配置方案',
  'profiles.name': '名称',
  'profiles.create': '创建',
  'profiles.copyOf': '{name} 副本',
  'profiles.used': '现在使用配置方案 {name}。',
  'profiles.exported': '配置方案 {name} 已写入文件。',
  'profiles.imported': '已导入配置方案 {name}；选择后才会使用。',
  'profiles.deleted': '已删除配置方案 {name}。',
};
