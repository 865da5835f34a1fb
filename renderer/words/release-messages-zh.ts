// 检查新版本时的消息，与 contract/release-messages-en.ts 同键。
import type { MessageTable } from '../../contract/index.ts';

export const RELEASE_MESSAGES_ZH: Readonly<Record<Extract<keyof MessageTable, `release-${string}`>, string>> = {
  'release-nowhere': '此版本没有发布地址和签名密钥，因此未作任何查询。',
  'release-no-key': '用于验证发布的密钥不是 Ed25519 密钥，因此未作任何查询。',
  'release-address': '{address} 既不是文件，也不是 https 地址。',
  'release-file': '{path}：{why}',
  'release-answer': '发布地址返回状态 {status:plain}。',
  'release-large': '发布地址返回的内容超过 {bytes} 字节，版本通知不会这样大。',
  'release-unreached': '无法访问发布地址：{why}',
  'release-not-signed': '最新版本的通知不是用我们的密钥签名的，已被改动。请不要安装其中所列的文件。',
  'release-damaged': '最新版本的通知签名有效，但无法理解，可能是为更新的版本写的。',
  'release-old': '最新版本的通知有效期到 {until}。看到的是旧通知，或本机时钟不准。',
};
