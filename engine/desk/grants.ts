// What a window may say of files where it is not believed: a renderer can be taken over by what it shows, so it names
// no path. It says a grant, which the shell made of what a person chose, or a path that the host itself remembers.
import { isAbsolute } from 'node:path';
import { GRANT, type Message, type PathUse, type RequestKind, REQUESTS, say } from '../../contract/index.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';
import { Refused } from './refused.ts';

/** Grants that are held at once; the oldest goes where there are more. */
export const MAX_GRANTS = 1_000;

interface Grant {
  readonly path: string;
  readonly use: PathUse;
}

/** Where something is written. Such a grant is for one time; what may be read stays readable. */
const WRITES: ReadonlySet<PathUse> = new Set<PathUse>(['save', 'save-folder']);

export class Grants {
  private readonly held = new Map<string, Grant>();

  /** @param id begins with GRANT and was told to nobody but the window of the person who chose the path */
  add(id: string, path: string, use: PathUse): void {
    if (!id.startsWith(GRANT) || !isAbsolute(path)) return;
    this.held.set(id, { path, use });
    if (this.held.size <= MAX_GRANTS) return;
    const [oldest] = this.held.keys();
    this.held.delete(oldest!);
  }

  /** @returns the path that was chosen for one of these uses, null where none was */
  take(id: string, uses: readonly PathUse[]): string | null {
    const grant = this.held.get(id);
    if (grant === undefined || !uses.includes(grant.use)) return null;
    if (WRITES.has(grant.use)) this.held.delete(id);
    return grant.path;
  }
}

/**
 * A request as it is meant: every file that it names is one that a person chose or that the host remembers.
 *
 * @param body fits its kind
 * @throws Refused for any other path, and where a file would be written that nobody chose
 */
export function meantBy(kind: RequestKind, body: unknown, grants: Grants, desk: Desk, asker: Asker): unknown {
  const { paths } = REQUESTS[kind];
  if (paths === undefined) return body;
  return paths(body, (said, uses) => {
    const writes = uses.some((use) => WRITES.has(use));
    // Nothing is named: what is read so is the host's own, and what is written needs a person.
    if (said === null || said === '') return writes ? refuse(say('place-not-chosen')) : said;
    const path = grants.take(said, uses);
    if (path !== null) return path;
    if (said.startsWith(GRANT)) return refuse(say('grant-gone'));
    return !writes && remembered(kind, desk, asker).includes(said) ? said : refuse(say('path-without-grant'));
  });
}

function refuse(message: Message): never {
  throw new Refused('refused', message);
}

/** Paths that the host told this window itself, and takes back for the same thing. */
function remembered(kind: RequestKind, desk: Desk, asker: Asker): readonly (string | null)[] {
  const { shared, tabs } = desk;
  switch (kind) {
    case 'open':
      return [
        ...shared.recent.map(({ path }) => path),
        ...tabs.desks.map((d) => d.path),
        ...desk.interrupted().map(({ path }) => path),
        ...asker.files.values(),
      ];
    case 'discard':
      return desk.interrupted().map(({ path }) => path);
    case 'settings': {
      const { hostsFile, placesFile, networksFile } = shared.settings;
      return [hostsFile, placesFile, networksFile];
    }
    case 'setThreat': {
      const { rules, indicators, allow } = shared.threats.wish;
      return [...rules, ...indicators, ...allow];
    }
    default:
      return [];
  }
}
