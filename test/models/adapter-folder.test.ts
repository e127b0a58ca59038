// Adapter folders: PEFT's are read as PEFT reads them (fixture made by scripts/fixtures/adapter.py), ours come back.
import { cpSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Method } from '../../harness/contracts/method.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { readJsonObject } from '../../harness/formats/json-object.ts';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { writeSafetensors } from '../../harness/formats/safetensors-write.ts';
import { applyAdapter, saveAdapter } from '../../harness/models/adapter-folder.ts';
import { padCausal } from '../../harness/models/causal-batch.ts';
import type { Decoder } from '../../harness/models/decoder.ts';
import { recordMerges } from '../../harness/models/learned.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { METHODS } from '../../methods/index.ts';
import { fixturePath, largestDifference, readFixture, tinyDecoder } from '../fixtures.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type GoldenLogits, logitDifference, logitsOf, textsOf } from './logits.ts';

const FOLDER = 'decoder/tiny-llama/adapter';
const golden = readFixture<GoldenLogits>('decoder/tiny-llama/golden.json');
const STEPS = 5;

beforeAll(() => useBackend('onnx', { threads: 2 }));

it('gives the logits of PEFT, with a rank and an alpha of its own for a map and a norm that was trained whole', () => {
  const decoder = tinyDecoder('tiny-llama');
  const adapted = { ...golden, ...readFixture<Pick<GoldenLogits, 'logits'>>(`${FOLDER}/golden.json`) };
  expect(logitDifference(decoder, adapted, 0)).toBeGreaterThan(0.1);
  expect(applyAdapter(fixturePath(FOLDER), decoder)).toEqual({
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    changes: true,
  });
  expect(logitDifference(decoder, adapted, 0)).toBeLessThan(1e-4);
});

it('has a configuration whose byte order mark is read over', () => {
  const folder = temporaryFolder();
  cpSync(fixturePath(FOLDER), folder, { recursive: true });
  const config = join(folder, 'adapter_config.json');
  writeFileSync(config, `\ufeff${readFileSync(config, 'utf8')}`);
  const decoder = tinyDecoder('tiny-llama');
  applyAdapter(folder, decoder);
  const adapted = { ...golden, ...readFixture<Pick<GoldenLogits, 'logits'>>(`${FOLDER}/golden.json`) };
  expect(logitDifference(decoder, adapted, 0)).toBeLessThan(1e-4);
});

const OPTIONS: Readonly<Record<string, object>> = { xgblora: { stepsPerBooster: 2, layersPerBooster: 1, scale: 3 } };

describe.each(METHODS)('what $name learned', (method) => {
  it('gives the same logits once saved and applied to the base', () => {
    const trained = tinyDecoder('tiny-llama');
    const recording = recordMerges(trained);
    const whole = learn(method, recording.model);
    const folder = temporaryFolder();
    saveAdapter(folder, 'tiny-llama', recording.learned(whole));
    // Named, PEFT would train the table of embeddings apart from the output map that it is.
    const { modules_to_save: named } = readJsonObject(join(folder, 'adapter_config.json'));
    expect(named ?? []).not.toContain('model.embed_tokens');
    const restored = tinyDecoder('tiny-llama');
    expect(applyAdapter(folder, restored).changes).toBe(method.name !== 'frozen');
    expect(largestDifference(logits(restored), logits(trained))).toBeLessThan(1e-4);
    if (method.name !== 'frozen') {
      expect(largestDifference(logits(tinyDecoder('tiny-llama')), logits(trained))).toBeGreaterThan(1e-2);
    }
  });
});

/** Moves what a method trains at random, for some steps; gives the base's parameters that it trained. */
function learn(method: Method, model: ReturnType<typeof recordMerges>['model']) {
  const options = checkWithDefaults(method.optionsSchema, OPTIONS[method.name] ?? {}, { file: 'test' });
  const context = {
    random: streamsOf(3),
    totalSteps: STEPS,
    dropout: <T extends tf.Tensor>(_r: number, _s: string, x: T) => x,
  };
  const attached = method.attach(model, options, context);
  const draw = streamsOf(9)('moves');
  for (let step = 0; step < STEPS; step++) {
    for (const variable of attached.trainable()) {
      const moves = Float32Array.from({ length: variable.size }, () => draw.normal(0.05));
      tf.tidy(() => variable.assign(tf.add(variable, tf.tensor(moves, variable.shape))));
    }
    attached.afterStep?.(step);
  }
  const trained = new Set(attached.trainable());
  attached.finish();
  return model.parameters.filter(({ variable }) => trained.has(variable));
}

const logits = (decoder: Decoder): number[] => logitsOf(decoder, padCausal(textsOf(golden), 0)).flat();

interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

interface Changes {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly tensors?: (tensors: NamedTensor[]) => readonly NamedTensor[];
}

/** PEFT's folder with another configuration or other tensors. */
function changed({ config = {}, tensors }: Changes): string {
  const folder = temporaryFolder();
  cpSync(fixturePath(FOLDER), folder, { recursive: true });
  const [configPath, path] = [join(folder, 'adapter_config.json'), join(folder, WEIGHTS)];
  writeFileSync(configPath, JSON.stringify({ ...JSON.parse(readFileSync(configPath, 'utf8')), ...config }));
  if (tensors !== undefined) {
    const file = openSafetensors(path);
    const read = file.names.map((name) => ({ name, shape: file.shape(name), values: file.read(name) }));
    writeSafetensors(path, tensors(read));
  }
  return folder;
}

const WEIGHTS = 'adapter_model.safetensors';
const isAdapter = ({ name }: NamedTensor) => name.includes('.lora_');
const isB = ({ name }: NamedTensor) => name.includes('.lora_B.');
const zeros = (tensor: NamedTensor) => ({ ...tensor, values: tensor.values.map(() => 0) });
const apply = (folder: string, model: 'tiny-llama' | 'tiny-mistral' = 'tiny-llama') =>
  applyAdapter(folder, tinyDecoder(model));

describe('a folder in another of the forms that PEFT writes', () => {
  const expected = () => {
    const decoder = tinyDecoder('tiny-llama');
    applyAdapter(fixturePath(FOLDER), decoder);
    return logits(decoder);
  };
  const found = (folder: string) => {
    const decoder = tinyDecoder('tiny-llama');
    expect(applyAdapter(folder, decoder).changes).toBe(true);
    return logits(decoder);
  };

  it('of a bare model, whose names have no `model.`', () => {
    const bare = changed({
      config: {
        task_type: 'FEATURE_EXTRACTION',
        modules_to_save: null,
        rank_pattern: { 'layers.0.mlp.down_proj': 2 },
        alpha_pattern: { 'layers.0.mlp.down_proj': 5 },
      },
      tensors: (all) => all.map((each) => ({ ...each, name: each.name.replace('.model.model.', '.model.') })),
    });
    expect(found(bare)).toEqual(expected());
  });

  it.each([
    ['BF16', (bits: number) => bits >>> 16, 0.2],
    ['F16', (bits: number) => halfOf(bits), 0.05],
  ] as const)('in %s', (dtype, half, tolerance) => {
    const folder = changed({});
    const path = join(folder, WEIGHTS);
    const file = openSafetensors(path);
    let end = 0;
    const entries = file.names.map((name) => {
      const begin = end;
      end += 2 * file.read(name).length;
      return [name, { dtype, shape: file.shape(name), data_offsets: [begin, end] }] as const;
    });
    const bits = file.names.map((name) => new Uint32Array(file.read(name).slice().buffer));
    const data = bits.map((each) => Buffer.from(Uint16Array.from(each, half).buffer));
    const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(header.length));
    writeFileSync(path, Buffer.concat([size, header, ...data]));
    const difference = largestDifference(found(folder), expected());
    expect(difference).toBeGreaterThan(0);
    expect(difference).toBeLessThan(tolerance);
  });

  it('with alpha over the root of the rank, or a default alpha', () => {
    const alphas = { alpha_pattern: {}, rank_pattern: { 'layers.0.mlp.down_proj': 2 } };
    const root = changed({ config: { ...alphas, use_rslora: true, lora_alpha: 8 * Math.sqrt(3) } });
    const plain = changed({
      config: { ...alphas, lora_alpha: 24, alpha_pattern: { 'layers.0.mlp.down_proj': 8 * 2 * Math.sqrt(1.5) } },
    });
    expect(largestDifference(found(root), found(plain))).toBeLessThan(1e-4);
    const absent = changed({ config: { ...alphas, lora_alpha: undefined } });
    expect(found(absent)).toEqual(found(changed({ config: { ...alphas, lora_alpha: 8 } })));
  });

  it('with the table of embeddings, which is the output map too', () => {
    const table = tinyDecoder('tiny-llama').parameters.find(({ name }) => name === 'embed_tokens.weight')?.variable;
    const whole = {
      name: 'base_model.model.model.embed_tokens.weight',
      shape: table?.shape ?? [],
      values: new Float32Array(table?.size ?? 0).fill(0.5),
    };
    const embedded = (config: Readonly<Record<string, unknown>>, ...more: NamedTensor[]) =>
      changed({ config, tensors: (all) => [...all, whole, ...more] });
    const head = { ...whole, name: 'base_model.model.lm_head.weight' };
    const unnamed = found(embedded({}));
    const named = { modules_to_save: ['model.norm', 'embed_tokens'] };
    expect(found(embedded({ ...named, ensure_weight_tying: true }))).toEqual(unnamed);
    expect(found(embedded({ modules_to_save: ['model.norm', 'embed_tokens', 'lm_head'] }, head))).toEqual(unnamed);
    expect(() => apply(embedded(named))).toThrow(
      /modules_to_save names the embeddings, .* expected ensure_weight_tying/,
    );
    expect(() => apply(embedded({}, { ...head, values: head.values.map(() => 1) }))).toThrow(
      /lm_head\.weight' differs from '.*embed_tokens\.weight', expected one table/,
    );
    expect(() => apply(changed({ tensors: (all) => [...all, head] }))).toThrow(/no tensor '.*embed_tokens\.weight'/);
  });
});

/** The 16-bit float below a 32-bit one, towards 0; of those that are neither tiny nor huge. */
function halfOf(bits: number): number {
  const exponent = ((bits >>> 23) & 255) - 127 + 15;
  return exponent <= 0 ? 0 : ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 1023);
}

describe('a folder whose adapters change nothing', () => {
  const unsaved = { modules_to_save: null };
  const adapters = (all: NamedTensor[]) => all.filter(isAdapter);
  it.each<[string, Changes]>([
    ['lora_alpha is 0', { config: { ...unsaved, lora_alpha: 0, alpha_pattern: {} }, tensors: adapters }],
    [
      'every B is 0',
      { config: unsaved, tensors: (all) => adapters(all).map((each) => (isB(each) ? zeros(each) : each)) },
    ],
    ['nothing is named', { config: { ...unsaved, target_modules: [] }, tensors: () => [] }],
  ])('says so: %s', (_, changes) => {
    expect(apply(changed(changes)).changes).toBe(false);
  });
});

describe('a folder that will not do', () => {
  const first = 'model.layers.0.self_attn.q_proj';
  it.each<[string, Changes, RegExp]>([
    ['another method', { config: { peft_type: 'IA3' } }, /adapter_config\.json: peft_type is "IA3", expected "LORA"/],
    ['DoRA', { config: { use_dora: true } }, /adapter_config\.json: use_dora is true/],
    [
      'another rank',
      { config: { r: 4 } },
      /q_proj' has adapters of shapes \[3,32\] and \[32,3\], expected \[4, 32\] and \[32, 4\]/,
    ],
    [
      'no adapters',
      { tensors: (all) => all.filter((each) => !isAdapter(each)) },
      /adapter_model\.safetensors: has no adapter of 'model\.layers\.0\.self_attn\.q_proj', which target_modules in .*adapter_config\.json names/,
    ],
    ['nothing at all', { tensors: () => [] }, /has no adapter of/],
    [
      'A without B',
      { tensors: (all) => all.filter(({ name }) => !name.includes(`${first}.lora_B`)) },
      /no tensor 'base_model\.model\.model\.layers\.0\.self_attn\.q_proj\.lora_B\.weight'/,
    ],
    [
      'B without A',
      { tensors: (all) => all.filter(({ name }) => !name.includes(`${first}.lora_A`)) },
      /no tensor 'base_model\.model\.model\.layers\.0\.self_attn\.q_proj\.lora_A\.weight'/,
    ],
    [
      'an adapter that is not named',
      { config: { target_modules: ['down_proj'] } },
      /has an adapter of 'model\.layers\.0\.self_attn\.q_proj', which target_modules and its kin in .* do not name/,
    ],
    [
      'an adapter of another layer',
      { config: { layers_to_transform: [0] } },
      /has an adapter of 'model\.layers\.1\..*', which target_modules and its kin/,
    ],
    [
      'an adapter of a layer that is not there',
      { tensors: (all) => all.map((each) => ({ ...each, name: each.name.replace('layers.1', 'layers.7') })) },
      /has an adapter of 'model\.layers\.7\..*', which this model has not/,
    ],
    [
      'no norm',
      { tensors: (all) => all.filter(isAdapter) },
      /has no tensor 'base_model\.model\.model\.norm\.weight', which modules_to_save in .* names/,
    ],
    [
      'an unknown tensor',
      { tensors: (all) => all.map((each) => ({ ...each, name: each.name.replace('.weight', '.default.weight') })) },
      /has a tensor 'base_model\.model\..*default\.weight', expected adapters and parameters/,
    ],
    [
      'a weight that is not finite',
      {
        tensors: (all) =>
          all.map((each, i) => (i === 2 ? { ...each, values: each.values.map(() => Number.NaN) } : each)),
      },
      /tensor 'base_model\.model\..*lora_.\.weight'.*finite/,
    ],
  ])('is an error that says what is wrong: %s', async (_, changes, message) => {
    expect(await errorOf(() => apply(changed(changes)))).toMatch(message);
  });

  it('for want of a file', async () => {
    expect(await errorOf(() => apply(temporaryFolder()))).toMatch(/adapter_config\.json: cannot be read \(ENOENT\)/);
    const folder = changed({});
    renameSync(join(folder, WEIGHTS), join(folder, 'adapter_model.bin'));
    expect(await errorOf(() => apply(folder))).toMatch(
      /adapter_model\.safetensors: there is no such file, .* Python makes it from adapter_model\.bin: import torch, .*adapter_model\.bin", map_location="cpu", weights_only=True\), ".*adapter_model\.safetensors"\)$/,
    );
    rmSync(join(folder, 'adapter_model.bin'));
    expect(await errorOf(() => apply(folder))).toMatch(
      /there is no such file, expected the adapter's weights in safetensors$/,
    );
  });

  it('of a model of another size', async () => {
    expect(await errorOf(() => apply(fixturePath(FOLDER), 'tiny-mistral'))).toMatch(
      /'model\.layers\.0\.mlp\.down_proj' has adapters of shapes \[2,24\] and \[32,2\], expected \[2, 20\] and \[16, 2\]/,
    );
  });
});
