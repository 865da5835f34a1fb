// How a field hands out its values: a packet may have none, one or several of them (Wireshark: any of them may answer).
import type { AddressId, FlowRow, PacketRow, Row } from '../../contract/index.ts';
import { flowOfOwner, inChunk, MARK_REVERSE } from '../decode/index.ts';
import type { Place } from './layer-list.ts';
import type { Subject } from './subject.ts';

/** Whether any value of a row passes a test. */
export type Some<R extends Row, T> = (row: R, test: (value: T) => boolean) => boolean;

/** Addresses are known by their id in the capture's table, or lie in a packet's bytes. */
export interface AddressTest {
  readonly id: (id: AddressId) => boolean;
  readonly place: (place: Place) => boolean;
}

export type Getters<R extends Row> =
  | { readonly kind: 'number' | 'flag'; readonly some: Some<R, number> }
  | { readonly kind: 'text'; readonly some: Some<R, string> }
  | {
      readonly kind: 'bytes';
      readonly some: Some<R, Uint8Array>;
      /** Where a row's bytes lie in the file, and how many; absent where that is not known of rows. */
      readonly offset?: (row: R) => number;
      readonly length?: (row: R) => number;
      /** The file's place up to which bytes were read with those that `some` gave last; -1 where none were. */
      readonly readTo?: () => number;
    }
  | { readonly kind: 'address'; readonly some: (row: R, test: AddressTest) => boolean }
  /** Seconds and nanoseconds, compared exactly. */
  | { readonly kind: 'time'; readonly difference: (row: R, seconds: number, nanoseconds: number) => number };

export type NumberOf<R extends Row> = (row: R) => number;
export type TextOf<R extends Row> = (row: R) => string | null | undefined;

/** NaN means that there is no value. */
export function number<R extends Row>(of: NumberOf<R>): Getters<R> {
  return { kind: 'number', some: oneNumber(of) };
}

export function flag<R extends Row>(of: NumberOf<R>): Getters<R> {
  return { kind: 'flag', some: oneNumber(of) };
}

function oneNumber<R extends Row>(of: NumberOf<R>): Some<R, number> {
  return (row, test) => {
    const value = of(row);
    return !Number.isNaN(value) && test(value);
  };
}

export function text<R extends Row>(of: TextOf<R>): Getters<R> {
  return {
    kind: 'text',
    some: (row, test) => {
      const value = of(row);
      return value !== null && value !== undefined && test(value);
    },
  };
}

/** Two moments, later minus earlier: negative, zero or positive. */
export function momentsApart(
  seconds: number,
  nanoseconds: number,
  otherSeconds: number,
  otherNanoseconds: number,
): number {
  return seconds === otherSeconds ? nanoseconds - otherNanoseconds : seconds - otherSeconds;
}

/** The flow that a packet belongs to and whether it goes from its initiator. */
export function flowSideOf(s: Subject, row: PacketRow): { readonly flow: FlowRow; readonly forward: boolean } | null {
  const chunk = s.analysis.packets.chunk(row);
  const i = inChunk(row);
  const flow = flowOfOwner(chunk.owner[i]!);
  return flow === null ? null : { flow, forward: (chunk.marks[i]! & MARK_REVERSE) === 0 };
}
