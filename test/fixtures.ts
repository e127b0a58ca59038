// Models, batches and backends that several tests share.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { MASKED, type PaddedSequences } from '../harness/models/batch.ts';
import type { Encoder } from '../harness/models/encoder.ts';
import { loadEncoder, openModel } from '../harness/models/load.ts';

export const fixturePath = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8')) as T;
}

/** An encoder of test/fixtures/encoder. */
export async function tinyEncoder(name: 'tiny-bert' | 'tiny-roberta'): Promise<Encoder> {
  return loadEncoder(await openModel(fixturePath(`encoder/${name}`), undefined));
}

export interface GoldenInputs {
  readonly ids: readonly number[][];
  /** 1 at tokens, 0 at padding. */
  readonly mask: readonly number[][];
  readonly typeIds: readonly number[][];
}

/** The batch of a fixture, padded as it is there. */
export function goldenBatch({ ids, mask, typeIds }: GoldenInputs): PaddedSequences {
  return {
    size: ids.length,
    length: ids[0]?.length ?? 0,
    ids: Int32Array.from(ids.flat()),
    typeIds: Int32Array.from(typeIds.flat()),
    mask: Float32Array.from(mask.flat(), (bit) => (bit === 1 ? 0 : MASKED)),
  };
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
