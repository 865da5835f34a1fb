// What a table of keywords holds.
import type { Message } from '../../contract/index.ts';
import type { RuleBuilder } from './builder.ts';

/** @param value what stands behind the colon, null where there is none @returns what is wrong with it, or null */
export type ReadKeyword = (b: RuleBuilder, value: string | null, name: string) => Message | null;
export type KeywordTable = Readonly<Record<string, ReadKeyword>>;
