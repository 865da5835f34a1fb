// Sets that rules look buffers up in: loaded from files beside the rules, changed by rules, in memory.
import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { type Message, say } from '../../../contract/index.ts';
import type { Sets } from '../inspect.ts';
import type { SetText } from '../rule-texts.ts';
import type { Signature } from '../signature.ts';

/** Bytes of one file, and entries of one set. */
const MAX_FILE = 268_435_456;
const MAX_ENTRIES = 4_000_000;
/** Bytes of the digests that sets are made of. */
const DIGESTS: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32 };

export class RuleSets implements Sets {
  private readonly sets = new Map<string, Map<string, number>>();
  private readonly types = new Map<string, string>();
  /** Files that were asked for, and what was wrong with each. */
  private readonly loaded = new Map<string, Message | null>();

  has(set: string, bytes: Uint8Array): boolean {
    return this.sets.get(set)?.has(this.key(set, bytes)) === true;
  }

  change(set: string, bytes: Uint8Array, there: boolean): void {
    const entries = this.of(set);
    const key = this.key(set, bytes);
    if (!there) entries.delete(key);
    else if (entries.size < MAX_ENTRIES) entries.set(key, 0);
  }

  reputation(set: string, bytes: Uint8Array): number | null {
    return this.sets.get(set)?.get(this.key(set, bytes)) ?? null;
  }

  /**
   * Fills the sets that a rule names; a file's relative names begin in the folder of its rules.
   * @returns what could not be read, null where all could
   */
  load(rule: Signature): Message | null {
    let wrong: Message | null = null;
    for (const set of rule.sets) {
      if (set.type !== null && !this.types.has(set.name)) this.types.set(set.name, set.type);
      if (set.load !== null) wrong ??= this.loadOnce(set, dirname(rule.file));
    }
    return wrong;
  }

  private loadOnce(set: SetText, folder: string): Message | null {
    const key = JSON.stringify([set.name, folder, set.load]);
    const known = this.loaded.get(key);
    if (known !== undefined) return known;
    const wrong = this.loadOne(set, folder);
    this.loaded.set(key, wrong);
    return wrong;
  }

  private loadOne(set: SetText, folder: string): Message | null {
    const path = isAbsolute(set.load!) ? set.load! : join(folder, normalize(set.load!));
    let text: string;
    try {
      const { size } = statSync(path);
      if (size > MAX_FILE || !statSync(path).isFile()) return say('rule-set-unreadable', { file: path });
      text = readFileSync(path, 'latin1');
    } catch {
      return say('rule-set-unreadable', { file: path });
    }
    const entries = this.of(set.name);
    for (const raw of text.split('\n')) {
      const line = raw.trim();
      if (line === '' || line.startsWith('#') || entries.size >= MAX_ENTRIES) continue;
      // `md5sum` and its like write the name of the file behind the digest.
      const [value, reputation = '0'] = this.isDigest(set.name) ? line.split(/[\s,]+/) : line.split(',');
      const bytes = Buffer.from(value!.trim(), this.types.get(set.name) === 'string' ? 'base64' : 'hex');
      entries.set(this.key(set.name, bytes, true), Number(reputation) || 0);
    }
    return null;
  }

  private of(set: string): Map<string, number> {
    const known = this.sets.get(set) ?? new Map<string, number>();
    this.sets.set(set, known);
    return known;
  }

  private isDigest(set: string): boolean {
    return Object.hasOwn(DIGESTS, this.types.get(set) ?? '');
  }

  /** Digests are kept as such, of bytes that are none their digest. */
  private key(set: string, bytes: Uint8Array, isLoaded = false): string {
    const type = this.types.get(set);
    const length = DIGESTS[type ?? ''] ?? 0;
    if (length === 0 || isLoaded || bytes.length === length) return Buffer.from(bytes).toString('latin1');
    const hex = Buffer.from(bytes).toString('latin1');
    if (bytes.length === length * 2 && /^[0-9a-f]+$/i.test(hex)) return Buffer.from(hex, 'hex').toString('latin1');
    return createHash(type!).update(bytes).digest().toString('latin1');
  }
}
