// Seconds and memory of a row: of its runs that were measured as most of the table were.
import { untold } from '../records/migrate.ts';
import type { CompletedRecord } from '../records/schema.ts';
import { type Figure, figure, median, missing } from '../stats/summary.ts';
import { type Conditions, conditionsOf, differenceFrom } from '../records/conditions.ts';

/** A figure with its spread. */
export interface Measured {
  readonly value: Figure;
  /** Null where there is no value. */
  readonly low: number | null;
  readonly high: number | null;
  /** Steps that were timed, or runs whose memory was taken. */
  readonly n: number;
}

export interface Cost {
  /** The median over runs of each run's median, without compilation and warm-up; from the lowest p05 to the highest p95. */
  readonly secondsPerBatch: Measured;
  /** The mean of all steps with everything they take; from the lowest p05 to the highest p95. */
  readonly secondsPerStep: Measured;
  /** Bytes: the largest of the runs, down to the smallest. */
  readonly peakRss: Measured;
  /** Of the runs that count; null where there is none. */
  readonly conditions: Conditions | null;
  /** The runs that do not count, and what was otherwise in them. */
  readonly apart: readonly { readonly seed: number; readonly measured: string }[];
}

/**
 * @param usual the conditions of most of the table's runs
 * @param reason why there is no figure where no run completed
 */
export function costOf(completed: readonly CompletedRecord[], usual: Conditions | undefined, reason: string): Cost {
  const sorted = completed.map((record) => ({
    record,
    measured: usual === undefined ? '' : differenceFrom(usual, conditionsOf(record)),
  }));
  const alike = sorted.filter(({ measured }) => measured === '').map(({ record }) => record);
  const apart = sorted.flatMap(({ record: { seed }, measured }) => (measured === '' ? [] : [{ seed, measured }]));
  const otherwise = [...new Set(apart.map(({ measured }) => measured))].join('; ');
  const why = otherwise === '' ? reason : `measured otherwise than most: ${otherwise}`;
  const [first] = alike;
  return {
    secondsPerBatch: perBatch(alike, why),
    secondsPerStep: perStep(alike, why),
    peakRss: memoryOf(alike, why),
    conditions: first === undefined ? null : conditionsOf(first),
    apart,
  };
}

interface Spread {
  readonly p05: number;
  readonly p95: number;
  readonly n: number;
}

/** A run too short to have a step after the warm-up ones has no time a batch. */
function perBatch(records: readonly CompletedRecord[], reason: string): Measured {
  const timed = records.flatMap(({ time }) => time.secondsPerBatch ?? []).filter(({ n }) => n > 0);
  if (timed.length === 0) return gap(records.length === 0 ? reason : NOT_TIMED);
  return spreadOf(median(timed.map((seconds) => seconds.median)), timed);
}

function perStep(records: readonly CompletedRecord[], reason: string): Measured {
  const timed = records.flatMap(({ time }) => time.secondsPerStep ?? []).filter(({ n }) => n > 0);
  const [first] = records;
  if (first === undefined) return gap(reason);
  if (timed.length === 0) return gap(records.some(({ losses }) => losses.length > 0) ? untold(first) : NOT_TIMED);
  const seconds = timed.reduce((sum, { mean, n }) => sum + mean * n, 0);
  return spreadOf(figure(seconds / timed.reduce((sum, { n }) => sum + n, 0)), timed);
}

function memoryOf(records: readonly CompletedRecord[], reason: string): Measured {
  if (records.length === 0) return gap(reason);
  const bytes = records.map(({ memory }) => memory.peakRss);
  const high = Math.max(...bytes);
  return { value: figure(high), low: Math.min(...bytes), high, n: bytes.length };
}

const NOT_TIMED = 'no step was timed';

const gap = (reason: string): Measured => ({ value: missing(reason), low: null, high: null, n: 0 });

function spreadOf(value: Figure, timed: readonly Spread[]): Measured {
  return {
    value,
    low: Math.min(...timed.map(({ p05 }) => p05)),
    high: Math.max(...timed.map(({ p95 }) => p95)),
    n: timed.reduce((sum, { n }) => sum + n, 0),
  };
}
