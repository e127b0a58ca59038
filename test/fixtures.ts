// Models, batches and backends that several tests share.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { openSafetensors } from '../harness/formats/safetensors.ts';
import type { TensorFile } from '../harness/formats/tensor-file.ts';
import { MASKED, type PaddedSequences } from '../harness/models/batch.ts';
import type { Decoder } from '../harness/models/decoder.ts';
import type { Encoder } from '../harness/models/encoder.ts';
import { loadDecoder, loadEncoder, openModel } from '../harness/models/load.ts';
import { specOf } from '../harness/models/spec.ts';
import { tf, useBackend } from '../harness/tensor/index.ts';
import { OnnxBackend } from '../harness/tensor/onnx/backend.ts';

export const fixturePath = (name: string): string => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(fixturePath(name), 'utf8')) as T;
}

/** An encoder of test/fixtures/encoder. */
export async function tinyEncoder(name: 'tiny-bert' | 'tiny-roberta'): Promise<Encoder> {
  return loadEncoder(await openModel(fixturePath(`encoder/${name}`), undefined));
}

/** A decoder of test/fixtures/decoder, with the end tokens of its configuration or others. */
export function tinyDecoder(name: 'tiny-llama' | 'tiny-mistral', eosTokenIds?: readonly number[]): Decoder {
  const path = fixturePath(`decoder/${name}`);
  const spec = specOf(readFixture(`decoder/${name}/config.json`), false, path);
  if (spec.family !== 'decoder') throw new Error(`${name} is not a decoder`);
  const tensors = bareDecoder(openSafetensors(`${path}/model.safetensors`));
  return loadDecoder({ files: { path, tensors }, spec: { ...spec, eosTokenIds: eosTokenIds ?? spec.eosTokenIds } });
}

/** The tensors of a causal language model's file under the names of its bare decoder. */
export function bareDecoder(file: TensorFile): TensorFile {
  const stored = (name: string) => (name.startsWith('lm_head.') ? name : `model.${name}`);
  return {
    ...file,
    names: file.names.map((name) => name.replace(/^model\./, '')),
    shape: (name) => file.shape(stored(name)),
    read: (name) => file.read(stored(name)),
  };
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

/** What transformers' generate() continues prompts with. */
export interface GoldenContinuations {
  readonly prompts: readonly (readonly number[])[];
  readonly maxNewTokens: number;
  readonly cases: readonly {
    readonly eosTokenIds: readonly number[];
    readonly beams: number;
    /** Of each prompt, without the end token. */
    readonly continued: readonly (readonly number[])[];
  }[];
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}

/** Gives the onnx backend, which must have been in use, anew with so many threads. */
export function restartBackend(threads: number): void {
  tf.removeBackend('onnx');
  tf.registerBackend('onnx', () => new OnnxBackend(threads));
  useBackend('onnx', { threads });
  const backend = tf.backend();
  if (!(backend instanceof OnnxBackend) || backend.threads !== threads) throw new Error(`not on ${threads} threads`);
}
