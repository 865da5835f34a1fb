// What is measured of the first payload bytes of a direction: entropy and printable share (kernel/samples.ts).

/** Bytes of a direction that entropy and printable share are taken of. */
export const BYTE_SAMPLE = 1024;

/** 1 for bytes that are printed, by their value. */
export const printable = Uint8Array.from({ length: 256 }, (_, i) =>
  (i >= 32 && i < 127) || i === 9 || i === 10 || i === 13 ? 1 : 0,
);
