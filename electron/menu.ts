// The desktop menu: every entry is a command of the window, by the same id as in its palette.
import type { MenuItem } from './shell.ts';

/** The languages of the window. */
export type MenuLanguage = 'en' | 'zh';
type Label = Readonly<Record<MenuLanguage, string>>;
type Entry = readonly [label: Label, command: string, accelerator?: string] | null;

const MENUS: readonly (readonly [Label, readonly Entry[]])[] = [
  [
    { en: 'File', zh: '文件' },
    [
      [{ en: 'Open…', zh: '打开…' }, 'open', 'CmdOrCtrl+O'],
      [{ en: 'Open the sample', zh: '打开示例' }, 'sample'],
      null,
      [{ en: 'Save and export…', zh: '保存与导出…' }, 'save', 'CmdOrCtrl+S'],
      [{ en: 'Export specified packets…', zh: '导出特定数据包…' }, 'export-packets', 'CmdOrCtrl+Shift+S'],
      [{ en: 'Export packet dissections…', zh: '导出解析结果…' }, 'export-dissections'],
      [{ en: 'Export bytes of the line…', zh: '导出所选行的字节…' }, 'export-bytes', 'CmdOrCtrl+Shift+X'],
      [{ en: 'Export TLS session keys…', zh: '导出 TLS 会话密钥…' }, 'export-keys'],
      [{ en: 'Print…', zh: '打印…' }, 'print', 'CmdOrCtrl+P'],
      null,
      [{ en: 'Close capture', zh: '关闭捕获' }, 'close', 'CmdOrCtrl+Shift+W'],
    ],
  ],
  [
    { en: 'Capture', zh: '捕获' },
    [
      [{ en: 'Start or stop', zh: '开始或停止' }, 'start-stop', 'CmdOrCtrl+E'],
      [{ en: 'Pause or go on', zh: '暂停或继续' }, 'pause'],
      [{ en: 'Restart', zh: '重新开始' }, 'restart'],
    ],
  ],
  [
    { en: 'Go', zh: '转到' },
    [
      [{ en: 'Packets', zh: '数据包' }, 'packets', '1'],
      [{ en: 'Flows', zh: '流' }, 'flows', '2'],
      [{ en: 'Incidents', zh: '事件' }, 'alerts', '3'],
      [{ en: 'Lab', zh: '实验室' }, 'lab', '4'],
      [{ en: 'Statistics', zh: '统计' }, 'statistics', '5'],
      [{ en: 'Hosts', zh: '主机' }, 'hosts', '6'],
      [{ en: 'Rules and indicators', zh: '规则与指标' }, 'rules', '7'],
      null,
      [{ en: 'Go to packet…', zh: '转到数据包…' }, 'goto', 'CmdOrCtrl+G'],
      [{ en: 'Find…', zh: '查找…' }, 'find', 'CmdOrCtrl+F'],
      [{ en: 'Find next', zh: '查找下一个' }, 'find-next', 'CmdOrCtrl+N'],
      [{ en: 'Find previous', zh: '查找上一个' }, 'find-previous', 'CmdOrCtrl+B'],
      null,
      [{ en: 'Next in conversation', zh: '会话中的下一个' }, 'next-neighbour', 'CmdOrCtrl+.'],
      [{ en: 'Previous in conversation', zh: '会话中的上一个' }, 'previous-neighbour', 'CmdOrCtrl+,'],
    ],
  ],
  [
    { en: 'Analyze', zh: '分析' },
    [
      [{ en: 'Display filter', zh: '显示过滤器' }, 'filter', 'CmdOrCtrl+/'],
      [{ en: 'Malicious packets only', zh: '仅恶意数据包' }, 'only-malicious'],
      [{ en: 'Follow stream', zh: '追踪流' }, 'follow', 'CmdOrCtrl+Alt+Shift+T'],
      [{ en: 'Export objects…', zh: '导出对象…' }, 'objects'],
      null,
      [{ en: 'Keys of TLS…', zh: 'TLS 密钥…' }, 'tls-keys'],
      [{ en: 'Other keys…', zh: '其他密钥…' }, 'key-tables'],
      [{ en: 'Decode as…', zh: '解码为…' }, 'decode-as', 'CmdOrCtrl+Shift+U'],
      [{ en: 'Dissector preferences…', zh: '解析器首选项…' }, 'dissectors'],
      null,
      [{ en: 'Write a rule…', zh: '编写规则…' }, 'rule-new'],
      [{ en: 'Make a rule from the selected bytes…', zh: '由所选字节生成规则…' }, 'rule-of-bytes'],
      null,
      [{ en: 'Mark packet', zh: '标记数据包' }, 'mark', 'CmdOrCtrl+M'],
      [{ en: 'Ignore packet', zh: '忽略数据包' }, 'ignore', 'CmdOrCtrl+D'],
      [{ en: 'Time shift…', zh: '平移时间…' }, 'time-shift', 'CmdOrCtrl+Shift+T'],
      null,
      [{ en: 'Label benign', zh: '标注为良性' }, 'benign', 'B'],
      [{ en: 'Label malicious', zh: '标注为恶意' }, 'malicious', 'M'],
      [{ en: 'Label unsure', zh: '标注为不确定' }, 'unsure', 'U'],
    ],
  ],
  [
    { en: 'Help', zh: '帮助' },
    [
      [{ en: 'Keys', zh: '按键' }, 'keys', '?'],
      [{ en: 'Commands', zh: '命令' }, 'palette', 'CmdOrCtrl+K'],
      [{ en: 'Settings', zh: '设置' }, 'settings'],
      null,
      [{ en: 'Look for a newer release…', zh: '检查新版本…' }, 'release'],
    ],
  ],
];

export function menuTemplate(
  platform: string,
  language: MenuLanguage,
  send: (command: string) => void,
): readonly MenuItem[] {
  const own = MENUS.map(([label, entries]): MenuItem => ({
    label: label[language],
    submenu: entries.map((e): MenuItem =>
      e === null
        ? { type: 'separator' }
        : {
            label: e[0][language],
            click: () => send(e[1]),
            ...(e[2] === undefined ? {} : { accelerator: e[2], registerAccelerator: false }),
          },
    ),
  }));
  const [file, capture, go, analyze, help] = own as [MenuItem, MenuItem, MenuItem, MenuItem, MenuItem];
  const view: MenuItem = {
    label: language === 'zh' ? '视图' : 'View',
    submenu: [
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'resetZoom' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
    ],
  };
  return [
    ...(platform === 'darwin' ? [{ role: 'appMenu' }] : []),
    {
      ...file,
      submenu: [
        ...(file.submenu ?? []),
        ...(platform === 'darwin' ? [] : [{ type: 'separator' as const }, { role: 'quit' }]),
      ],
    },
    { role: 'editMenu' },
    capture,
    go,
    analyze,
    view,
    help,
  ];
}
