export const ROOT: string;
export const NODE_FLAGS: readonly string[];
export function node24(): string | null;
export function handOver(args: readonly string[]): void;
