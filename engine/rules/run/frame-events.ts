// What readers of headers below IP share: the frame that they are in, and who hears of its events.

/** Hears of an event by its name without `decoder.`. */
export type NoteEvent = (name: string) => void;

/** Where IP should begin: also where its header is so odd that no decoder takes it for one. */
export interface FoundIp {
  readonly at: number;
  readonly version: 4 | 6;
}

/** One frame, and how many headers of it were met. */
export interface Frame {
  readonly b: Uint8Array;
  readonly end: number;
  readonly note: NoteEvent;
  layers: number;
  tags: number;
}

/** Notes an event. @returns no place of IP */
export function said({ note }: Frame, event: string): null {
  note(event);
  return null;
}
