// The compact letter display: methods that share a letter are not told apart (Piepho, 2004).

/**
 * Letters of each label, in the order of `labels`: `a` is of the first. Two labels share a letter if and only if `differ`
 * does not tell them apart. By insertion and absorption: all begin in one group; a pair that differs splits every group that
 * holds both; groups within others go.
 */
export function compactLetters(labels: readonly string[], differ: (a: string, b: string) => boolean): string[] {
  let groups: (readonly string[])[] = labels.length === 0 ? [] : [labels];
  for (const [i, a] of labels.entries()) {
    for (const b of labels.slice(i + 1)) {
      if (differ(a, b)) groups = absorbed(groups.flatMap((group) => splitBy(group, a, b)));
    }
  }
  const places = (group: readonly string[]) => group.map((label) => labels.indexOf(label));
  const ordered = groups.toSorted((one, two) => compareLists(places(one), places(two)));
  return labels.map((label) => ordered.flatMap((group, g) => (group.includes(label) ? letterOf(g) : [])).join(''));
}

function splitBy(group: readonly string[], a: string, b: string): (readonly string[])[] {
  if (!group.includes(a) || !group.includes(b)) return [group];
  return [group.filter((label) => label !== b), group.filter((label) => label !== a)];
}

/** Without groups that lie within another, or are one before. */
function absorbed(groups: readonly (readonly string[])[]): (readonly string[])[] {
  return groups.filter(
    (group, i) =>
      !groups.some(
        (other, j) =>
          i !== j && (other.length > group.length || j < i) && group.every((label) => other.includes(label)),
      ),
  );
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  for (const [i, value] of a.entries()) {
    const other = b[i];
    if (other === undefined) return 1;
    if (value !== other) return value - other;
  }
  return a.length - b.length;
}

/** a to z, then a2 to z2, and so on. */
function letterOf(group: number): string {
  const round = Math.floor(group / 26);
  return String.fromCharCode(97 + (group % 26)) + (round === 0 ? '' : String(round + 1));
}
