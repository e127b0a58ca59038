// What a row cost and costs now: parameters, memory and seconds, the latter where both were measured alike.
import { differenceFrom } from '../records/conditions.ts';
import { type Figure, figure, missing } from '../stats/summary.ts';
import type { Row } from './aggregate.ts';

export const COSTS = [
  'trainable',
  'trainableCumulative',
  'stored',
  'peakRss',
  'secondsPerBatch',
  'secondsPerStep',
] as const;
export type CostName = (typeof COSTS)[number];

export interface CostChange {
  readonly name: CostName;
  /** Parameters, bytes or seconds. */
  readonly first: Figure;
  readonly second: Figure;
  /** second / first - 1; missing where the two do not compare. */
  readonly relative: Figure;
}

export function costChanges(first: Row, second: Row): CostChange[] {
  const apart = measuredApart(first, second);
  return COSTS.map((name) => {
    const [own, its] = [costOf(first, name), costOf(second, name)];
    return { name, first: own, second: its, relative: relativeOf(own, its, isMeasured(name) ? apart : undefined) };
  });
}

const isMeasured = (name: CostName): boolean => name === 'peakRss' || name.startsWith('seconds');

function costOf({ params, cost }: Row, name: CostName): Figure {
  if (name === 'peakRss' || name === 'secondsPerBatch' || name === 'secondsPerStep') return cost[name].value;
  return params[name];
}

/** What was otherwise when the second was measured; undefined where nothing was. */
function measuredApart({ cost: { conditions: own } }: Row, { cost: { conditions: its } }: Row): string | undefined {
  if (own === null || its === null) return undefined;
  const difference = differenceFrom(own, its);
  return difference === '' ? undefined : difference;
}

function relativeOf(first: Figure, second: Figure, apart: string | undefined): Figure {
  if (first.value === null) return first;
  if (second.value === null) return second;
  if (apart !== undefined) return missing(`measured otherwise in the second: ${apart}`);
  if (first.value === second.value) return figure(0);
  return first.value === 0 ? missing('the first is 0') : figure(second.value / first.value - 1);
}
