// Claims about two rows on every task: better, equivalent, cheaper.
import { exceeds, isBelow, type Contrast } from '../contrast.ts';
import type { Evidence, Place } from '../evidence.ts';
import { gathered } from '../gathered.ts';
import { EQUIVALENCE_LEVEL, LEVEL, type Tests } from '../tests.ts';
import { rowNamed } from '../rows.ts';
import type { ClaimOf } from '../schema.ts';
import type { Known } from '../../stats/summary.ts';

export function better(
  { method, than, margin = 0 }: ClaimOf<'better'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  const { found, gaps } = onEach(evidence, method, than, places, (place, a, b) => evidence.quality(place, a, b));
  return {
    needs: found.map((contrast) => exceeds(contrast, margin)),
    denials: found.map((contrast) => [isBelow(contrast, margin)]),
    level: LEVEL,
    gaps,
  };
}

export function equivalent(
  { method, to, margin }: ClaimOf<'equivalent'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  const { found, gaps } = onEach(evidence, method, to, places, (place, a, b) => evidence.quality(place, a, b));
  return { ...within(found, margin), gaps };
}

/** Two one-sided tests of each: needed is that all lie within the margin. */
export function within(contrasts: readonly Contrast[], margin: number): Omit<Tests, 'gaps'> {
  return {
    needs: contrasts.flatMap((contrast) => [exceeds(contrast, -margin), isBelow(contrast, margin)]),
    denials: contrasts.flatMap((contrast) => [[exceeds(contrast, margin)], [isBelow(contrast, -margin)]]),
    level: EQUIVALENCE_LEVEL,
  };
}

export function cheaper(
  { method, than, in: cost, by }: ClaimOf<'cheaper'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  const { found, gaps } = onEach(evidence, method, than, places, (place, a, b) => evidence.cost(place, cost, a, b));
  // "At least that many times" is met by exactly that many, whatever the logarithm rounds to.
  const least = by === undefined ? 0 : Math.log(by) - 1e-12;
  return {
    needs: found.map((contrast) => exceeds(contrast, least)),
    // As much is not less.
    denials: found.map((contrast) => [{ ...isBelow(contrast, least), orEqual: true }]),
    level: LEVEL,
    gaps,
  };
}

function onEach(
  evidence: Evidence,
  a: string,
  b: string,
  places: readonly Place[],
  contrast: (place: Place, a: string, b: string) => Known<Contrast>,
) {
  const [first, second] = [rowNamed(evidence, a), rowNamed(evidence, b)];
  if (first.value === null || second.value === null) {
    return { found: [], gaps: [first, second].flatMap(({ reason }) => reason ?? []) };
  }
  const labels = [first.value, second.value] as const;
  return gathered(places.map((place) => contrast(place, ...labels)));
}
