// The nearest of some names to a word that is none of them: what is meant by a mistyped command or option.

/** Suggestions are at most this many letters away. */
const NEAR = 2;
/** A longer word is no slip of the keyboard. */
const LONGEST = 40;

/** Steps from one word to another: a letter more, less, other, or two that changed places. */
export function distance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, rows[i - 2]![j - 2]! + 1);
      row.push(best);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** The nearest of some names, or null where none is near. The beginning of a name counts as near. */
export function nearest(word: string, names: readonly string[]): string | null {
  if (word.length > LONGEST) return null;
  const reach = Math.min(NEAR, Math.floor(word.length / 2));
  const near = names
    .map((name) => ({ name, steps: name.startsWith(word) && word.length > 2 ? 1 : distance(word, name) }))
    .filter((n) => n.steps <= reach);
  return near.toSorted((a, b) => a.steps - b.steps)[0]?.name ?? null;
}
