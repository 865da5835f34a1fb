// How a field hands out its values: a packet may have none, one or several of them (Wireshark: any of them may answer).
import { type AddressId, type FlowRow, type PacketRow } from '../../contract/index.ts';
import { inChunk, MARK_REVERSE, NO_FLOW } from '../decode/index.ts';
import type { Place } from './layer-list.ts';
import type { Subject } from './subject.ts';

/** Whether any value of a row passes a test. */
export type Some<T> = (row: number, test: (value: T) => boolean) => boolean;

/** Addresses are known by their id in the capture's table, or lie in a packet's bytes. */
export interface AddressTest {
  readonly id: (id: AddressId) => boolean;
  readonly place: (place: Place) => boolean;
}

export type Getters =
  | { readonly kind: 'number' | 'flag'; readonly some: Some<number> }
  | { readonly kind: 'text'; readonly some: Some<string> }
  | { readonly kind: 'bytes'; readonly some: Some<Uint8Array> }
  | { readonly kind: 'address'; readonly some: (row: number, test: AddressTest) => boolean }
  /** Seconds and nanoseconds, compared exactly. */
  | { readonly kind: 'time'; readonly order: (row: number, seconds: number, nanoseconds: number) => number };

export type NumberOf = (row: number) => number;
export type TextOf = (row: number) => string | null | undefined;

/** NaN is 'not there'. */
export function number(of: NumberOf): Getters {
  return { kind: 'number', some: oneNumber(of) };
}

export function flag(of: NumberOf): Getters {
  return { kind: 'flag', some: oneNumber(of) };
}

function oneNumber(of: NumberOf): Some<number> {
  return (row, test) => {
    const value = of(row);
    return !Number.isNaN(value) && test(value);
  };
}

export function text(of: TextOf): Getters {
  return {
    kind: 'text',
    some: (row, test) => {
      const value = of(row);
      return value !== null && value !== undefined && test(value);
    },
  };
}

/** Two moments, later minus earlier: negative, zero or positive. */
export function order(seconds: number, nanoseconds: number, otherSeconds: number, otherNanoseconds: number): number {
  return seconds === otherSeconds ? nanoseconds - otherNanoseconds : seconds - otherSeconds;
}

/** The flow that a packet belongs to and whether it goes from its initiator. */
export function ownerOf(s: Subject, row: number): { readonly flow: number; readonly forward: boolean } | null {
  const chunk = s.analysis.packets.chunk(row as PacketRow);
  const i = inChunk(row as PacketRow);
  const flow = chunk.owner[i]!;
  return flow >= NO_FLOW ? null : { flow: flow as FlowRow, forward: (chunk.marks[i]! & MARK_REVERSE) === 0 };
}
