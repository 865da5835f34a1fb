// The capture helper as a child process: lines of JSON out of it, words on its stdin. Nothing here needs a privilege.
import { foreign, type Message } from '../../contract/index.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createInterface } from 'node:readline';
import { log } from '../log/index.ts';

export interface HelperLine {
  readonly type: string;
  /** What our own sources say; the helper and other programs have texts in `message`. */
  readonly said?: Message;
  readonly [key: string]: unknown;
}

export interface HelperRun {
  /** One word to the helper. */
  tell(word: string): void;
  /** Resolves when the helper is gone. */
  readonly ended: Promise<number | null>;
  end(): void;
  /** At once. */
  kill(): void;
}

const MAX_LINE = 1_000_000;

export function helperThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The number that a descriptor has in the helper. */
export const HELPER_DESCRIPTOR = 3;

/**
 * Starts the helper; each whole line goes to `hear`. `descriptor` is a file or folder of ours that it gets as its own.
 * Its stdin stays open: when this process dies it closes, and the helper stops.
 */
export function runHelper(
  path: string,
  args: readonly string[],
  hear: (line: HelperLine) => void,
  env: Readonly<Record<string, string>> = {},
  descriptor: number | null = null,
): HelperRun {
  const child: ChildProcess = spawn(path, args, {
    stdio: ['pipe', 'pipe', 'pipe', ...(descriptor === null ? [] : [descriptor])],
    env: { ...process.env, ...env },
  });
  log('capture', () => `helper ${child.pid}: ${path} ${args.join(' ')}`);
  const ended = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      hear({ type: 'error', code: 'failed', message: error.message });
      resolve(null);
    });
    child.on('close', (code) => resolve(code));
  });
  child.stdin?.on('error', () => undefined);
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said = (said + piece.toString()).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout! });
  lines.on('line', (text) => {
    const line = parsed(text);
    if (line === null || line.type === 'error') log('capture', () => `helper ${child.pid} says ${text}`);
    if (line !== null) hear(line);
  });
  void ended.then((code) => {
    log('capture', () => `helper ${child.pid} ended with ${code}${said === '' ? '' : `: ${said}`}`);
    if (code !== 0 && said !== '') hear({ type: 'error', code: 'failed', message: said.split('\n')[0] ?? '' });
  });
  return {
    tell: (word) => {
      if (child.stdin?.writable) child.stdin.write(`${word}\n`);
    },
    ended,
    end: () => {
      child.stdin?.end();
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

/** Runs a short command of the helper to its end, at most `seconds` long. */
export async function askHelper(path: string, args: readonly string[], seconds = 5): Promise<HelperLine[]> {
  const lines: HelperLine[] = [];
  const run = runHelper(path, args, (line) => lines.push(line));
  const timer = setTimeout(() => run.kill(), seconds * 1000);
  run.end();
  await run.ended;
  clearTimeout(timer);
  return lines;
}

function parsed(text: string): HelperLine | null {
  if (text.length > MAX_LINE) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
      ? (value as HelperLine)
      : null;
  } catch {
    return null;
  }
}

/** What a line says: a message of ours where its source is in this process, else the text of whoever wrote it. */
export function saidOf(line: HelperLine): Message {
  return line.said ?? foreign(String(line['message'] ?? ''));
}
