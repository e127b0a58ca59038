// The valid name nearest to a mistyped one, for error messages.

/** A longer one is nobody's mistyping, and comparing it would take its time. */
const LONGEST = 100;

/** The name within a small edit distance of `name`, or that contains it; the earliest of equals; undefined where none is near. */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST) return undefined;
  const wanted = name.toLowerCase();
  const ranked = names
    .map((candidate) => ({ candidate, distance: editDistance(wanted, candidate.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [best] = ranked;
  if (best !== undefined && best.distance <= Math.max(2, Math.floor(wanted.length / 3))) return best.candidate;
  return wanted === ''
    ? undefined
    : ranked.find(({ candidate }) => candidate.toLowerCase().includes(wanted))?.candidate;
}

/** Insertions, deletions and replacements from one to the other (Levenshtein, 1966). */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const [up = 0, left = 0, corner = 0] = [previous[j], current[j - 1], previous[j - 1]];
      current.push(Math.min(up + 1, left + 1, corner + Number(a[i - 1] !== b[j - 1])));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
