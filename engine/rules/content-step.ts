// A content as it is before its modifiers say more.
import type { ContentStep } from './signature.ts';

export function plainContent(bytes: Uint8Array, negated: boolean): ContentStep {
  return {
    step: 'content',
    bytes,
    nocase: false,
    negated,
    offset: null,
    depth: null,
    distance: null,
    within: null,
    startsWith: false,
    endsWith: false,
    fastPattern: 'unsaid',
  };
}
