// Colours of rows by filters: Wireshark's colouring rules and their file, and colours that the user gives for a while.
import type { Message } from './messages.ts';
import type { PacketRow } from './numbers.ts';
import { MAX_ROW_TEXTS } from './rows.ts';
import { flag, list, object, orNull, text, whole, type Schema } from './schema.ts';

/** Channels as Wireshark's file has them, 0 to 65,535. */
export interface Colour {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export interface ColouringRule {
  readonly name: string;
  readonly filter: string;
  readonly background: Colour;
  readonly foreground: Colour;
  readonly enabled: boolean;
}

export const MAX_COLOURING_RULES = 200;
export const MAX_RULE_NAME = 100;
const MAX_RULE_FILTER = 2_000;
/** Colours for a while: Wireshark has ten. */
export const TEMPORARY_COLOURS = 10;

const channel = whole(0, 65_535);
const colour = object({ red: channel, green: channel, blue: channel });
const rules = list(
  object({
    name: text(MAX_RULE_NAME),
    filter: text(MAX_RULE_FILTER),
    background: colour,
    foreground: colour,
    enabled: flag,
  }),
  MAX_COLOURING_RULES,
);
const packet: Schema<PacketRow> = whole(0, 2 ** 32 - 2) as Schema<number> as Schema<PacketRow>;

/** Shapes of requests, taken in by `requests.ts`. */
export const COLOUR_SHAPES = {
  colouringRules: {},
  /** What the engine says of rules that are not kept yet. */
  checkRules: { rules },
  /** `rules` null: those that the engine has by itself. */
  setColouringRules: { rules: orNull(rules) },
  /** Which of the user's filters each packet passes first. */
  colourMatches: { filters: list(text(MAX_RULE_FILTER), TEMPORARY_COLOURS), rows: list(packet, MAX_ROW_TEXTS) },
  /** Filters of the conversations that a packet belongs to. */
  conversations: { row: packet },
} as const;

export interface ColouringRules {
  readonly rules: readonly ColouringRule[];
  /** They are the engine's own. */
  readonly original: boolean;
  /** Why a rule is not used, null where it is. */
  readonly problems: readonly (Message | null)[];
}

/** Kinds of conversations, the widest first. */
export const CONVERSATION_KINDS = ['eth', 'ip', 'tcp', 'udp'] as const;
export type ConversationKind = (typeof CONVERSATION_KINDS)[number];

export interface ColourReplies {
  colouringRules: ColouringRules;
  checkRules: { readonly problems: readonly (Message | null)[] };
  setColouringRules: ColouringRules;
  /** For each row one more than the index of a filter, 0 where it passes none. */
  colourMatches: { readonly matches: Uint8Array };
  /** Of those kinds alone that the packet has. */
  conversations: { readonly filters: readonly { readonly kind: ConversationKind; readonly filter: string }[] };
}

const LINE = /^(!?)@([^@]*)@([^@]*)@\[(\d+),(\d+),(\d+)\]\[(\d+),(\d+),(\d+)\]\s*$/;

/**
 * Rules of a file `colorfilters`: a line each, `@name@filter@[r,g,b][r,g,b]` with the background first, `!` before one
 * that is switched off.
 * @returns `left`: lines that are none, and rules beyond the most that are kept
 */
export function parseColorfilters(file: string): { readonly rules: ColouringRule[]; readonly left: number } {
  const found: ColouringRule[] = [];
  let left = 0;
  for (const line of file.split(/\r?\n/)) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const rule = ruleOf(line);
    if (rule === null || found.length >= MAX_COLOURING_RULES) left++;
    else found.push(rule);
  }
  return { rules: found, left };
}

function ruleOf(line: string): ColouringRule | null {
  const parts = LINE.exec(line);
  if (parts === null) return null;
  const [, off, name, filter, ...numbers] = parts as unknown as [string, string, string, string, ...string[]];
  const [r, g, b, fr, fg, fb] = numbers.map(Number) as [number, number, number, number, number, number];
  if (name.length > MAX_RULE_NAME || filter.length > MAX_RULE_FILTER) return null;
  if (numbers.some((n) => Number(n) > 65_535)) return null;
  return {
    name,
    filter,
    background: { red: r, green: g, blue: b },
    foreground: { red: fr, green: fg, blue: fb },
    enabled: off === '',
  };
}

/** The file of rules, as Wireshark writes and reads it. */
export function colorfiltersOf(all: readonly ColouringRule[]): string {
  const of = (c: Colour): string => `[${c.red},${c.green},${c.blue}]`;
  const lines = all.map((r) => `${r.enabled ? '' : '!'}@${r.name}@${r.filter}@${of(r.background)}${of(r.foreground)}`);
  return `${['# Colouring rules, as Wireshark reads them.', ...lines].join('\n')}\n`;
}

/** 0xRRGGBB, as the engine makes it of a rule. */
export function rgbOf(c: Colour): number {
  return ((c.red >> 8) << 16) | ((c.green >> 8) << 8) | (c.blue >> 8);
}

/** @param rgb 0xRRGGBB */
export function colourOf(rgb: number): Colour {
  return { red: (rgb >> 16) * 257, green: ((rgb >> 8) & 255) * 257, blue: (rgb & 255) * 257 };
}
