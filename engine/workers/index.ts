// The room for threads: what runs beside the ingest thread, and how work is dealt out so that results do not depend on it.
export { startWorker } from './threads.ts';
export { IngestThread, type IngestThreadOptions } from './ingest-thread.ts';
export { Detector } from './detector.ts';
export { BLOCK_ROWS, VectorBlock } from './vector-block.ts';
