// What is measured of the first payload bytes of a direction: entropy and printable share (kernel/samples.ts).

/** Bytes of a direction that entropy and printable share are taken of. */
export const BYTE_SAMPLE = 1024;

/** log2 n and n log2 n up to so many bytes; 0 of none. */
export const log2 = Float64Array.from({ length: BYTE_SAMPLE + 1 }, (_, n) => (n === 0 ? 0 : Math.log2(n)));
export const countLog = log2.map((log, n) => n * log);

/** 1 for bytes that are printed, by their value. */
export const printable = Uint8Array.from({ length: 256 }, (_, i) =>
  (i >= 32 && i < 127) || i === 9 || i === 10 || i === 13 ? 1 : 0,
);
