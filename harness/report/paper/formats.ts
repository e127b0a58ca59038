// How figures of the paper's tables are written.
import { thousands } from '../../contracts/words.ts';
import type { Format } from './schema.ts';

/** Bytes and shares have their units beside them, as they are not written in those of the records. */
export const FORMATTED: Readonly<Record<Format, (value: number) => string>> = {
  score: (value) => value.toFixed(4),
  count: thousands,
  bytes: (value) => `${significant(value / 1e6)} MB`,
  seconds: (value) => value.toFixed(3),
  share: (value) => `${(100 * value).toFixed(3)} %`,
  number: significant,
};

/** Four digits at least: `1,260`, `787.1`, `0.4485`. */
function significant(value: number): string {
  if (Math.abs(value) >= 1000) return thousands(value);
  return String(Number(value.toPrecision(4)));
}

/** A setting as a study has it: `0.001`, `q, v`, `none`. */
export function settingText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(settingText).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
