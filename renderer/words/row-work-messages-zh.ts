// 关于标记与时间的消息：contract/row-work-messages-en.ts 的键。
import type { ROW_WORK_ENGLISH } from '../../contract/index.ts';

export const ROW_WORK_ZH: Record<keyof typeof ROW_WORK_ENGLISH, string> = {
  'list-reordered': '列表顺序已改变：请重新选择行。',
  'field-comment': '数据包的注释（文件中的或在此写下的）',
  'field-time-reference': '是时间参考',
  'relative-with-references':
    'frame.time_relative 从已设置的时间参考算起，而解析引擎不知道这些参考：请单独使用该字段，或取消时间参考。',
};
