// A value of the store as people read it.
import { ADDRESS_NONE, addressText, NET_IP4, NET_IP6 } from '../decode/index.ts';
import type { IndicatorType } from './types.ts';

export function valueText(type: IndicatorType, bytes: Uint8Array): string {
  switch (type) {
    case 'address':
      return ipText(bytes);
    case 'network':
      return `${ipText(bytes.subarray(1))}/${bytes[0]}`;
    case 'port-pair': {
      const size = bytes.length - 2;
      const address = ipText(bytes.subarray(0, size));
      const port = bytes[size]! * 256 + bytes[size + 1]!;
      return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
    }
    case 'domain':
    case 'exact-domain':
    case 'url':
    case 'serial':
    case 'ja4':
      return Buffer.from(bytes).toString('latin1');
    default:
      return Buffer.from(bytes).toString('hex');
  }
}

function ipText(bytes: Uint8Array): string {
  if (bytes.length === 4) return addressText(NET_IP4, bytes);
  return addressText(bytes.length === 16 ? NET_IP6 : ADDRESS_NONE, bytes);
}
