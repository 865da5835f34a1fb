// Tags of an open capture's flows: free words of people, several a flow, known by flow and by tag.
import type { FlowRow, UsedTag } from '../../contract/index.ts';

/** Tags that one flow may have. */
export const MAX_TAGS = 32;
const NONE: readonly string[] = [];

export class FlowTags {
  private readonly byFlow = new Map<FlowRow, readonly string[]>();
  private readonly uses = new Map<string, number>();
  /** Flows whose tags were changed since those of the store were asked for. */
  changedMeanwhile = new Set<FlowRow>();

  of(flow: FlowRow): readonly string[] {
    return this.byFlow.get(flow) ?? NONE;
  }

  /** How a tag was written first: upper and lower case do not make two tags, as in the filter. */
  spelling(tag: string): string {
    const lower = tag.toLowerCase();
    for (const used of this.uses.keys()) if (used.toLowerCase() === lower) return used;
    return tag;
  }

  add(flow: FlowRow, tag: string): void {
    const tags = this.of(flow);
    if (tags.includes(tag)) return;
    this.byFlow.set(flow, [...tags, tag]);
    this.uses.set(tag, (this.uses.get(tag) ?? 0) + 1);
  }

  remove(flow: FlowRow, tag: string): void {
    const tags = this.of(flow);
    if (!tags.includes(tag)) return;
    const left = tags.filter((t) => t !== tag);
    if (left.length === 0) this.byFlow.delete(flow);
    else this.byFlow.set(flow, left);
    const uses = this.uses.get(tag)! - 1;
    if (uses === 0) this.uses.delete(tag);
    else this.uses.set(tag, uses);
  }

  /** The tags that flows have, those of most flows first. */
  used(): UsedTag[] {
    return [...this.uses].map(([tag, flows]) => ({ tag, flows })).sort((a, b) => b.flows - a.flows);
  }
}
