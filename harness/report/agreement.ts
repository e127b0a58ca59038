// Compares a record with its rerun on another backend, or on a device: there the last bits differ by nature, the rest must
// not.
import type { RunRecord } from '../records/schema.ts';
import { primaryValue } from '../records/search-choice.ts';

/** How near two runs came whose arithmetic rounds differently. */
export interface Agreement {
  /** `onnx on cpu` */
  readonly here: string;
  readonly recorded: string;
  /** The largest difference of a step's loss. */
  readonly losses: number;
  /** Of the primary metric; null where a run has none. */
  readonly metric: number | null;
}

/** Of the first loss, relative to it where it is above 1: nothing was updated yet, so only rounding can move it. */
const FIRST_LOSS_TOLERANCE = 1e-3;

/** Whether the two may round differently: made in different places, or on a device, whose threads add in any order. */
export function mayRoundDifferently(recorded: RunRecord, here: RunRecord): boolean {
  return placeOf(recorded) !== placeOf(here) || here.environment.device !== 'cpu';
}

/** What rounding does not explain, in the words of a difference. */
export function beyondRounding(recorded: RunRecord, here: RunRecord): string | undefined {
  const [ours, theirs] = [here.losses[0], recorded.losses[0]];
  if (recorded.losses.length !== here.losses.length) {
    return `has ${here.losses.length} losses here, ${recorded.losses.length} recorded`;
  }
  if (ours !== undefined && theirs !== undefined && !isNear(ours, theirs)) {
    return `differs at step 0 by more than rounding does (loss ${ours} here, ${theirs} recorded)`;
  }
  const [metric, wanted] = [primaryValue(here), primaryValue(recorded)];
  if ((metric === null) === (wanted === null)) return undefined;
  return `has the metric ${metric ?? 'undefined'} here, ${wanted ?? 'undefined'} recorded`;
}

/** Of two runs of as many steps. */
export function agreementOf(recorded: RunRecord, here: RunRecord): Agreement {
  const [metric, wanted] = [primaryValue(here), primaryValue(recorded)];
  return {
    here: placeOf(here),
    recorded: placeOf(recorded),
    losses: here.losses.reduce((most, loss, i) => Math.max(most, Math.abs(loss - (recorded.losses[i] as number))), 0),
    metric: metric === null || wanted === null ? null : Math.abs(metric - wanted),
  };
}

/** `3 were recorded on onnx on cpu and run on tensorflow on cpu here, ...`, for each pair of these. */
export function agreementTexts(agreements: readonly Agreement[]): string[] {
  const pairOf = ({ here, recorded }: Agreement) => `recorded on ${recorded} and run on ${here} here`;
  return [...new Set(agreements.map(pairOf))].map((pair) => {
    const found = agreements.filter((each) => pairOf(each) === pair);
    const metrics = found.flatMap(({ metric }) => metric ?? []);
    const largest = (differences: readonly number[]) => Number(Math.max(...differences).toPrecision(2));
    const count = `${found.length} ${found.length === 1 ? 'was' : 'were'} ${pair}`;
    const losses = `losses differ by ${largest(found.map((each) => each.losses))} at most`;
    const metric = metrics.length === 0 ? '' : `, the metric by ${largest(metrics)}`;
    return `${count}, and bits are comparable on the cpu of one backend only: ${losses}${metric}`;
  });
}

function placeOf({ environment: { backend, device } }: RunRecord): string {
  return `${backend} on ${device}`;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= FIRST_LOSS_TOLERANCE * Math.max(1, Math.abs(b));
}
