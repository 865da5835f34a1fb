// 平台关于上传、队列与结果的句子,与 contract/queue-messages-en.ts 同键。
import type { QUEUE_ENGLISH } from '../../contract/index.ts';

export const QUEUE_CHINESE: Readonly<Record<keyof typeof QUEUE_ENGLISH, string>> = {
  'upload-too-large': '文件超过 {most} 字节,这是可接收的上限。',
  'upload-over-quota': '账户只剩 {most} 字节的空间,而文件更大。请删除不需要的内容。',
  'upload-broke-off': '上传在 {got} 字节后中断,未保留任何内容。',
  'upload-not-kept': '服务器无法保存该文件:{why}',
  'upload-look-time': '未能在 {seconds} 秒内读出最初的数据包,因此不接收该文件。',
  'upload-look-memory': '读取最初的数据包占用的内存超过限制,因此不接收该文件。',
  'upload-look-ended': '读取最初的数据包时处理进程意外结束,因此不接收该文件。',
  'capture-gone': '该捕获已不存在。',
  'no-result-yet': '尚无结果。',
  'result-unreadable': '该捕获的结果已无法读取,请重新分析。',
  'queue-full': '一个账户在队列中最多可有 {most} 个捕获。请等待其中一个完成。',
  'analysis-memory': '分析占用的内存超过 {megabytes} MB,已被终止。',
  'analysis-time': '分析超过 {seconds} 秒,已被终止。',
  'analysis-ended': '该捕获使分析它的进程结束了 {times} 次,不再重试。',
  'analysis-lost': '分析该捕获期间服务器结束了 {times} 次,不再重试。',
  'network-not-learned': '没有以“{name}”为名的学习内容。',
  'window-only-shows': '平台上的窗口只能查看其捕获。',
  'window-link-used': '该窗口链接已使用,或窗口已结束。请重新在窗口中打开该捕获。',
  'export-not-made': '无法生成文件:{why}',
  'export-ended': '生成文件占用的时间或内存过多,已被终止。',
  'downloads-of-one': '该捕获已有 {most} 个文件正在生成，请等待其中一个完成。',
  'export-lost': '生成文件的进程在完成之前就结束了,请重试。',
};
