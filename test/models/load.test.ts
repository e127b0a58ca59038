// Folders in the forms in which models are published: what they compute is what transformers computes (fixtures of
// scripts/fixtures/decoder.py and encoder.py).
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadDecoder, loadEncoder, openModel } from '../../harness/models/load.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { fixturePath, type GoldenInputs, readFixture } from '../fixtures.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type GoldenLogits, logitDifference } from './logits.ts';
import { type States, stateDifferences } from './states.ts';

const TOLERANCE = 1e-4;

type Json = Record<string, unknown>;

beforeAll(() => useBackend('onnx', { threads: 2 }));

/** A folder with the files of a fixture, its tokenizer's those of another, its configuration and header changed. */
function folderOf(
  model: string,
  tokenizer: string,
  config: (config: Json) => Json,
  header: (header: Json) => Json = (same) => same,
): string {
  const folder = temporaryFolder();
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(fixturePath(`${tokenizer}/${file}`), join(folder, file));
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config(readFixture(`${model}/config.json`))));
  const bytes = readFileSync(fixturePath(`${model}/model.safetensors`));
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const changed = Buffer.from(JSON.stringify(header(JSON.parse(bytes.toString('utf8', 8, end)))));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(changed.length));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([length, changed, bytes.subarray(end)]));
  return folder;
}

async function decoderOf(folder: string, fixture: string): Promise<{ tied: boolean; difference: number }> {
  const { files, spec } = await openModel(folder, undefined);
  if (spec.family !== 'decoder') throw new Error('not a decoder');
  const decoder = loadDecoder({ files, spec });
  const difference = logitDifference(decoder, readFixture<GoldenLogits>(`${fixture}/golden.json`), 0);
  decoder.dispose();
  return { tied: spec.tied, difference };
}

describe('an output map', () => {
  const llama = 'decoder/tiny-llama';

  it('that differs from the embeddings stays apart, whatever the configuration says', async () => {
    const mistral = 'decoder/tiny-mistral';
    const folder = folderOf(mistral, 'decoder/llama', (config) => ({ ...config, tie_word_embeddings: true }));
    const { tied, difference } = await decoderOf(folder, mistral);
    expect(tied).toBe(false);
    expect(difference).toBeLessThan(TOLERANCE);
  });

  it.each<[string, (header: Json) => Json]>([
    ['is the embeddings where only they are in the file', (header) => header],
    [
      'lies in the file alone, the embeddings named in the metadata, as save_model of safetensors writes them',
      ({ 'model.embed_tokens.weight': table, ...others }) => ({
        ...others,
        __metadata__: { format: 'pt', 'model.embed_tokens.weight': 'lm_head.weight' },
        'lm_head.weight': table,
      }),
    ],
    [
      'lies in the file alone',
      ({ 'model.embed_tokens.weight': table, ...others }) => ({ ...others, 'lm_head.weight': table }),
    ],
    [
      'has a name in the metadata',
      (header) => ({ ...header, __metadata__: { format: 'pt', 'lm_head.weight': 'model.embed_tokens.weight' } }),
    ],
  ])('%s', async (_, header) => {
    const folder = folderOf(llama, 'decoder/llama', (config) => config, header);
    const { tied, difference } = await decoderOf(folder, llama);
    expect(tied).toBe(true);
    expect(difference).toBeLessThan(TOLERANCE);
  });
});

it.each([
  ['encoder/tiny-bert', 2 ** 53 - 1, /no tensor 'encoder\.layer\.9007199254740990\.output\.LayerNorm\.weight'/],
  ['encoder/tiny-bert', 2 ** 63, /config key 'num_hidden_layers' is 9223372036854776000, expected a whole number/],
  ['encoder/tiny-bert', 0.5, /config key 'num_hidden_layers' is 0\.5, expected a whole number/],
  ['encoder/tiny-bert', 0, /config key 'num_hidden_layers' is 0, expected a whole number from 1/],
  [
    'encoder/tiny-bert',
    1,
    /has the tensor 'encoder\.layer\.1\.output\.LayerNorm\.weight', but the configuration 1 layers/,
  ],
  ['decoder/llama', 2 ** 32, /no tensor 'layers\.4294967295\.input_layernorm\.weight'/],
])('%s with %d layers is refused before anything is made for each', async (model, layers, message) => {
  const folder = folderOf(model, model, (config) => ({ ...config, num_hidden_layers: layers }));
  expect(await errorOf(() => openModel(folder, undefined))).toMatch(message);
});

it.each([
  ['2019: neither model_type nor layer_norm_eps', []],
  ['2018: nor architectures, so that its tensors tell', ['architectures']],
])('a BERT folder of %s', async (_year, without) => {
  const folder = folderOf('encoder/tiny-bert', 'encoder/tiny-bert', (config) => {
    const later = [
      ...without,
      'model_type',
      'layer_norm_eps',
      'position_embedding_type',
      'classifier_dropout',
      'use_cache',
    ];
    return Object.fromEntries(Object.entries(config).filter(([key]) => ![...later, 'pad_token_id'].includes(key)));
  });
  const encoder = loadEncoder(await openModel(folder, undefined));
  const golden = readFixture<GoldenInputs & States>('encoder/tiny-bert/golden.json');
  const [hidden, pooled] = stateDifferences(encoder, golden, golden);
  expect(hidden).toBeLessThan(TOLERANCE);
  expect(pooled).toBeLessThan(TOLERANCE);
  encoder.dispose();
});

it.each([
  ['rope_theta', 0, /config\.json: config key 'rope_theta' is 0, expected a number above 0/],
  ['max_position_embeddings', 0, /'max_position_embeddings' is 0, expected a whole number from 1/],
  ['num_hidden_layers', 0, /'num_hidden_layers' is 0, expected a whole number from 1/],
  ['rms_norm_eps', 0, /'rms_norm_eps' is 0, expected a number above 0/],
])('a decoder whose %s is %d is refused by its key', async (key, value, message) => {
  const folder = folderOf('decoder/tiny-llama', 'decoder/llama', (config) => ({ ...config, [key]: value }));
  expect(await errorOf(() => openModel(folder, undefined))).toMatch(message);
});

it('weights of other sizes than the configuration are refused when the model is opened', async () => {
  const folder = folderOf('encoder/tiny-bert', 'encoder/tiny-bert', (config) => ({ ...config, intermediate_size: 65 }));
  expect(await errorOf(() => openModel(folder, undefined))).toMatch(/has the shape \[64, 32\], expected \[65, 32\]/);
});

it("what Git LFS leaves in a file's place is named", async () => {
  const folder = folderOf('encoder/tiny-bert', 'encoder/tiny-bert', (config) => config);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 440449768\n`;
  writeFileSync(join(folder, 'model.safetensors'), pointer);
  expect(await errorOf(() => openModel(folder, undefined))).toMatch(/model\.safetensors: is a pointer of Git LFS/);
});
