// Claims about the rows of a method that differ in one key: monotone, flat, optimum, transfers.
import { type Known, known, missing } from '../../stats/summary.ts';
import { type Contrast, exceeds, type Inequality, isBelow, negated } from '../contrast.ts';
import type { Evidence, Place } from '../evidence.ts';
import { gathered } from '../gathered.ts';
import { LEVEL, type Tests } from '../tests.ts';
import { rowNamed, type Sweep, type SweepPoint, sweepOf } from '../rows.ts';
import type { ClaimOf, CostName } from '../schema.ts';
import { within } from './pair.ts';

/**
 * The ends differ in the direction, and no step goes against it by more than the margin: of each place. (That no step goes
 * against it at all cannot be shown with intervals; a margin makes it a need.)
 */
export function monotone(
  { method, over, measure = 'quality', direction, margin }: ClaimOf<'monotone'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  return overSweep(sweepOf(evidence, method, over), (sweep) => {
    const difference = (place: Place, from: SweepPoint, to: SweepPoint) =>
      along(direction, rising(evidence, place, measure, from, to));
    const ends = gathered(places.map((place) => difference(place, first(sweep), last(sweep))));
    const steps = gathered(
      // Of two rows the only step is from end to end.
      sweep.points.length < 3
        ? []
        : places.flatMap((place) => pairsInOrder(sweep).map(([from, to]) => difference(place, from, to))),
    );
    const against = margin ?? 0;
    return {
      needs: [
        ...ends.found.map((contrast) => exceeds(contrast, 0)),
        ...(margin === undefined ? [] : steps.found.map((contrast) => exceeds(contrast, -margin))),
      ],
      denials: [
        ...ends.found.map((contrast) => [isBelow(contrast, 0)]),
        ...steps.found.map((contrast) => [isBelow(contrast, -against)]),
      ],
      level: LEVEL,
      gaps: [...ends.gaps, ...steps.gaps],
    };
  });
}

/** No two rows differ by more than the margin. */
export function flat(
  { method, over, measure = 'quality', margin }: ClaimOf<'flat'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  return overSweep(sweepOf(evidence, method, over), ({ points }) => {
    const pairs = points.flatMap((from, index) => points.slice(index + 1).map((to) => [from, to] as const));
    const { found, gaps } = gathered(
      places.flatMap((place) => pairs.map(([from, to]) => rising(evidence, place, measure, from, to))),
    );
    return { ...within(found, margin), gaps };
  });
}

/** On each place one row between the ends, the same one or another, is better than both ends, and than `above`. */
export function optimum(
  { method, over, above, margin = 0 }: ClaimOf<'optimum'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  const rival = above === undefined ? undefined : rowNamed(evidence, above);
  if (rival?.value === null) return nothing([rival.reason]);
  return overSweep(sweepOf(evidence, method, over), ({ points }) => {
    const [start, end, inner] = [points[0], points.at(-1), points.slice(1, -1)];
    if (start === undefined || end === undefined || inner.length === 0) {
      return nothing([`the study has no row of ${method} between two others in ${over}`]);
    }
    const others = [start.label, end.label, ...(rival === undefined ? [] : [rival.value])];
    const parts = places.map((place) => {
      const best = bestOf(evidence, place, inner);
      if (best.value === null) return { needs: [], denials: [], gaps: [best.reason] };
      const needed = gathered(others.map((other) => evidence.quality(place, best.value.label, other)));
      const rivals = others.map((other) => {
        const candidates = other === rival?.value ? points : inner;
        return gathered(candidates.map(({ label }) => evidence.quality(place, other, label)));
      });
      // A rival that was not compared with every candidate refutes nothing.
      const compared = rivals.filter((each) => each.gaps.length === 0);
      return {
        needs: needed.found.map((contrast) => exceeds(contrast, margin)),
        denials: compared.map(({ found }) => found.map((contrast): Inequality => exceeds(contrast, -margin))),
        gaps: [...needed.gaps, ...rivals.flatMap(({ gaps }) => gaps)],
      };
    });
    return {
      needs: parts.flatMap(({ needs }) => needs),
      denials: parts.flatMap(({ denials }) => denials).filter((group) => group.length > 0),
      level: LEVEL,
      pickedFrom: inner.length,
      gaps: [...new Set(parts.flatMap(({ gaps }) => gaps))],
    };
  });
}

/** On each place no row is better than the best of another place by more than the margin. */
export function transfers(
  { method, over, margin }: ClaimOf<'transfers'>,
  evidence: Evidence,
  places: readonly Place[],
): Tests {
  if (places.length < 2) return nothing(['the claim has one model and task only']);
  return overSweep(sweepOf(evidence, method, over), ({ points }) => {
    const best = places.map((place) => ({ place, best: bestOf(evidence, place, points) }));
    const unknown = best.flatMap(({ best: { reason } }) => reason ?? []);
    const losses = best.flatMap(({ place }) => {
      const taken = best.flatMap((other) => (other.place === place ? [] : (other.best.value?.label ?? [])));
      return [...new Set(taken)].flatMap((label) =>
        points.filter((point) => point.label !== label).map((point) => evidence.quality(place, point.label, label)),
      );
    });
    const { found, gaps } = gathered(losses);
    return {
      needs: found.map((contrast) => isBelow(contrast, margin)),
      denials: found.map((contrast) => [exceeds(contrast, margin)]),
      level: LEVEL,
      gaps: [...new Set([...unknown, ...gaps])],
    };
  });
}

function overSweep(sweep: Known<Sweep>, tests: (sweep: Sweep) => Tests): Tests {
  if (sweep.value === null) return nothing([sweep.reason]);
  const { alsoDiffer, points } = sweep.value;
  const rows = `rows, by the key: ${points.map(({ label, value }) => `${label} (${value})`).join(', ')}`;
  const confounded = alsoDiffer.map((key) => `the rows differ in ${key} too`);
  const made = tests(sweep.value);
  return { ...made, notes: [rows, ...confounded] };
}

function nothing(gaps: readonly string[]): Tests {
  return { needs: [], denials: [], level: LEVEL, gaps };
}

/** What is looked at in `to` less that in `from`: of a cost, in logarithms. */
function rising(
  evidence: Evidence,
  place: Place,
  measure: 'quality' | CostName,
  from: SweepPoint,
  to: SweepPoint,
): Known<Contrast> {
  return measure === 'quality'
    ? evidence.quality(place, to.label, from.label)
    : evidence.cost(place, measure, from.label, to.label);
}

function along(direction: 'rises' | 'falls', contrast: Known<Contrast>): Known<Contrast> {
  return contrast.value === null || direction === 'rises' ? contrast : known(negated(contrast.value));
}

function bestOf(evidence: Evidence, place: Place, points: readonly SweepPoint[]): Known<SweepPoint> {
  const scored = points.map((point) => ({ point, mean: evidence.mean(place, point.label) }));
  const gap = scored.find(({ mean }) => mean.value === null);
  if (gap?.mean.reason) return missing(gap.mean.reason);
  const [best] = scored.toSorted(
    (a, b) => Number(b.mean.value) - Number(a.mean.value) || a.point.value - b.point.value,
  );
  return best === undefined ? missing('no row') : known(best.point);
}

const first = ({ points }: Sweep): SweepPoint => points[0] as SweepPoint;
const last = ({ points }: Sweep): SweepPoint => points.at(-1) as SweepPoint;

function pairsInOrder({ points }: Sweep): (readonly [SweepPoint, SweepPoint])[] {
  return points.slice(1).map((to, index) => [points[index] as SweepPoint, to] as const);
}
