// The data that stand in the page.
import type { PackedRun, Payload } from '../payload.ts';

export const data: Payload = JSON.parse(document.getElementById('data')?.textContent ?? '');

/** @throws Error where there is no such run */
export function runAt(place: number): PackedRun {
  const run = data.runs[place];
  if (run === undefined) throw new Error(`no run ${place}`);
  return run;
}

/** `lora · glue/stsb · seed 0` */
export function runName({ label, task, seed, isFinal }: PackedRun): string {
  return `${label} · ${task} · ${isFinal ? `seed ${seed}` : 'trial'}`;
}

/** `pearson 0.7076`, or what became of it. */
export function runResult({ status, metric, value }: PackedRun): string {
  if (status !== 'completed') return status;
  return value === null ? `${metric} undefined` : `${metric} ${value.toFixed(4)}`;
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
