// The files that mutations start from: the fixtures as they lie there, and what is made of them where there is none.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MMLU_CATEGORIES } from '../../datasets/mmlu-categories.ts';
import { bertMetadata, bertTensorNames } from '../../harness/formats/gguf-bert.ts';
import { llamaTensorNames } from '../../harness/formats/gguf-llama.ts';
import { GGUF_TOKENIZER_KEY } from '../../harness/formats/gguf-tokenizer.ts';
import { type GgufContents, type GgufTensor, writeGguf } from '../../harness/formats/gguf-write.ts';
import { openModelFiles } from '../../harness/formats/model-files.ts';
import { writeRecord } from '../../harness/records/store.ts';
import { fixturePath, readFixture } from '../fixtures.ts';
import { completed, predictionsOf, sampleConfig } from '../records/sample.ts';
import { ggufFields } from './gguf-fields.ts';
import { type JsonPart, SAFETENSORS_HEADER, type SeedFile, WHOLE_FILE } from './mutations.ts';

export type Seeds = Readonly<Record<string, SeedFile>>;

/** Files below a fixture's folder, by name, each with what a mutation may know of its kind. */
export function fixtures(folder: string, names: readonly string[] = readdirSync(fixturePath(folder))): Seeds {
  return Object.fromEntries(names.map((name) => [name, seedOf(name, readFileSync(fixturePath(`${folder}/${name}`)))]));
}

export function seedOf(name: string, bytes: Buffer): SeedFile {
  const json = JSON_PARTS.find(([ending]) => name.endsWith(ending))?.[1];
  const fields = FIELDS.find(([ending]) => name.endsWith(ending))?.[1](bytes);
  return { bytes, ...(json !== undefined && { json }), ...(fields !== undefined && { fields }) };
}

const JSON_PARTS: readonly (readonly [ending: string, part: JsonPart])[] = [
  ['.json', WHOLE_FILE],
  ['.safetensors', SAFETENSORS_HEADER],
];

const FIELDS: readonly (readonly [ending: string, of: (bytes: Buffer) => number[]])[] = [
  ['.safetensors', () => [0]],
  ['.gguf', ggufFields],
  // Nearly all of a small file: the footer, whose length stands at its end, and the heads of pages.
  [
    '.parquet',
    (bytes) => [...range(0, 40), ...range(bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8), bytes.length)],
  ],
];

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** A tiny BERT as this project writes it: matrices in Q8_0 where they can be, its tokenizer inside. */
export async function bertGguf(): Promise<SeedFile> {
  const folder = fixturePath('encoder/tiny-bert');
  const { config, tensors } = await openModelFiles(folder);
  return written({
    metadata: {
      'general.architecture': 'bert',
      ...bertMetadata(config, folder),
      [GGUF_TOKENIZER_KEY]: readFileSync(join(folder, 'tokenizer.json'), 'utf8'),
    },
    tensors: bertTensorNames(Number(config.num_hidden_layers)).map(([ours, name]) => {
      const shape = tensors.shape(ours);
      const type = shape.length === 2 && (shape.at(-1) ?? 0) % 32 === 0 ? 'Q8_0' : 'F32';
      return { name, shape, type, data: tensors.read(ours) };
    }),
  });
}

const HIDDEN = 32;

/** A LLaMA of one layer with matrices in Q8_0, as few bytes as that can have. */
export function quantizedLlama(): SeedFile {
  const tokenizer = readFixture<{ model: { vocab: object }; added_tokens: object[] }>('decoder/llama/tokenizer.json');
  const id = Object.keys(tokenizer.model.vocab).length;
  const shapes: Readonly<Record<string, readonly number[]>> = { 'token_embd.weight': [id + 1, HIDDEN] };
  const tensors = llamaTensorNames(1)
    .filter(([, name]) => !name.endsWith('.bias') && name !== 'output.weight')
    .map(([, name]): GgufTensor => {
      const shape = shapes[name] ?? (name.endsWith('norm.weight') ? [HIDDEN] : [HIDDEN, HIDDEN]);
      const count = shape.reduce((product, extent) => product * extent, 1);
      const data = Float32Array.from({ length: count }, (_, i) => Math.sin(i));
      return { name, shape, type: shape.length === 2 ? 'Q8_0' : 'F32', data };
    });
  return written({
    metadata: {
      'general.architecture': 'llama',
      'llama.context_length': { uint32: 64 },
      'llama.embedding_length': { uint32: HIDDEN },
      'llama.block_count': { uint32: 1 },
      'llama.feed_forward_length': { uint32: HIDDEN },
      'llama.attention.head_count': { uint32: 2 },
      'llama.attention.layer_norm_rms_epsilon': { float32: 1e-5 },
      [GGUF_TOKENIZER_KEY]: JSON.stringify({
        ...tokenizer,
        added_tokens: [...tokenizer.added_tokens, { id, content: '<pad>', special: true, normalized: false }],
      }),
    },
    tensors,
  });
}

function written(contents: GgufContents): SeedFile {
  return inFolder((folder) => {
    const path = join(folder, 'model.gguf');
    writeGguf(path, contents);
    return seedOf(path, readFileSync(path));
  });
}

/** A completed run's record and its predictions, as the store writes them. */
export function recordFiles(): Seeds {
  const record = completed(sampleConfig(), 0.75);
  return inFolder((folder) => {
    writeRecord(folder, record, predictionsOf(record));
    const names = [`${record.id}.json`, `${record.id}.predictions.jsonl`];
    return Object.fromEntries(names.map((name) => [name, seedOf(name, readFileSync(join(folder, name)))]));
  });
}

function inFolder<Result>(use: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'peftbench-fuzz-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** MMLU's files, by path below a data folder: as many questions as a file must have, with commas and quotes in them. */
export function mmluFiles(): Readonly<Record<string, Buffer>> {
  const row = (i: number) => `"Which, ""of these""?\n${i}",one,"two, too", three,4,${'ABCDA'[i]}\n`;
  const rows = (count: number) => Buffer.from(Array.from({ length: count }, (_, i) => row(i)).join(''));
  const subjects = Object.values(MMLU_CATEGORIES).flat();
  return Object.fromEntries(
    subjects.flatMap((subject) => [
      [`mmlu/dev/${subject}_dev.csv`, rows(5)],
      [`mmlu/test/${subject}_test.csv`, rows(2)],
    ]),
  );
}
