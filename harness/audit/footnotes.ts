// What an audit found, in words: a line each, for the terminal and below tables.
import { shown } from '../contracts/validate.ts';
import type { Finding, FoundRow } from './audit.ts';

/** A row of a table. */
export interface RowKey {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}

/** The lines of those that concern a row; several rows share one. */
export function footnotesOf(findings: readonly Finding[], { model, label, task }: RowKey): string[] {
  return findings
    .filter((finding) => finding.model === model && finding.tasks.includes(task))
    .filter(({ rows }) => rows.some((row) => row.label === label))
    .map(findingLine);
}

/** `warning scale: lora 2; xgblora 16 (glue/stsb): what multiplies the update ...` */
export function findingLine({ level, rule, key, rows, tasks, why, lowered }: Finding): string {
  const name = rule === key ? rule : `${rule} (${key})`;
  const less = lowered === null ? '' : `; lowered: ${lowered}`;
  return `${level} ${name}: ${valuesText(rows)} (${tasks.join(', ')}): ${why}${less}`;
}

/** `full, lora 1; xgblora 2 (seed 0), 3 (seeds 1, 2)` */
function valuesText(rows: readonly FoundRow[]): string {
  const labels = new Map<string, string[]>();
  for (const row of rows) {
    const text = rowText(row);
    labels.set(text, [...(labels.get(text) ?? []), row.label]);
  }
  return [...labels].map(([text, own]) => `${own.join(', ')} ${text}`).join('; ');
}

function rowText({ values, seeds }: FoundRow): string {
  if (values.length === 1) return valueText(values[0]);
  return values.map((value, index) => `${valueText(value)} (${seedsText(seeds[index] ?? [])})`).join(', ');
}

const SHA256 = /^[0-9a-f]{64}$/;

/** Of a hash as much as tells it from another. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return SHA256.test(value) ? value.slice(0, 12) : value;
  return shown(value);
}

function seedsText(seeds: readonly number[]): string {
  return `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}`;
}
