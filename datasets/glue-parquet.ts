// GLUE tasks as the Hugging Face hub serves them: Parquet files named `<split>-00000-of-00001.parquet`, one or more a split.
import type { DataFile, TextExample } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { readParquet } from '../harness/formats/parquet.ts';
import { type GlueLayout, toExample } from './glue-example.ts';
import { type Layout, type Place, requireFile } from './layout.ts';

/** More than any copy of GLUE has; the hub's has one a split. */
const MOST_SHARDS = 64;
const SHARD_COUNTS = Array.from({ length: MOST_SHARDS }, (_, i) => i + 1);

/**
 * @param texts names of one or two text columns; the label's is `label`, a class index or a score
 * @param evaluation the hub's split by evaluation set, the primary one first
 */
export function parquetLayout(
  texts: readonly string[],
  evaluation: Readonly<Record<string, string>> = { validation: 'validation' },
): GlueLayout {
  const [primary, ...others] = Object.keys(evaluation);
  if (primary === undefined) throw new TypeError('a layout needs an evaluation set');
  const prefixes = ['train', ...Object.values(evaluation)];
  return {
    files: `${prefixes.map((prefix) => shardName(prefix, 0, 1)).join(' and ')} (Hugging Face; one or more shards a split)`,
    signs: prefixes.flatMap((prefix) => SHARD_COUNTS.map((count) => shardName(prefix, 0, count))),
    evaluation: [primary, ...others],
    async read(place, split, rules) {
      const examples: TextExample[] = [];
      for (const file of shards(place, evaluation[split] ?? split)) {
        const rows = await readParquet(file.read(), file.path, [...texts, 'label']);
        for (const [i, row] of rows.entries()) {
          const where = `${file.path}, row ${i + 1}`;
          const id = `${split}-${examples.length}`;
          const written = row.label;
          const columns = texts.map((column) => row[column]);
          examples.push(
            toExample({ where, id, texts: columns, label: numberOf(written), written, spelling: 'index' }, rules),
          );
        }
      }
      if (examples.length === 0) throw new InputError(`${place.path}: no rows in the ${split} split`);
      return examples;
    },
  };
}

function shardName(prefix: string, index: number, count: number): string {
  const [i, n] = [index, count].map((value) => String(value).padStart(5, '0'));
  return `${prefix}-${i}-of-${n}.parquet`;
}

function shards(place: Place<Layout>, prefix: string): DataFile[] {
  const count = SHARD_COUNTS.find((candidate) => place.file(shardName(prefix, 0, candidate)) !== undefined) ?? 1;
  return Array.from({ length: count }, (_, index) => requireFile(place, shardName(prefix, index, count)));
}

function numberOf(value: unknown): number {
  if (typeof value === 'bigint') return Number(value);
  // A 32-bit float holds a published score (four digits at most) inexactly: 3.8 as 3.799999952.
  return typeof value === 'number' ? Number(value.toPrecision(6)) : Number.NaN;
}
