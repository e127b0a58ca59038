// Adapter folders: PEFT's are read as PEFT reads them (fixture made by scripts/fixtures/adapter.py), ours come back.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Method } from '../../harness/contracts/method.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { padCausal } from '../../harness/models/causal-batch.ts';
import { applyAdapter, saveAdapter } from '../../harness/models/adapter-folder.ts';
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
  expect(applyAdapter(fixturePath(FOLDER), decoder)).toMatch(/^[0-9a-f]{64}$/);
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
    const folder = join(temporaryFolder(), 'adapter');
    saveAdapter(folder, 'tiny-llama', recording.learned(whole));
    const restored = tinyDecoder('tiny-llama');
    applyAdapter(folder, restored);
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

describe('a folder that will not do', () => {
  const changed = (change: (config: Record<string, unknown>) => void): string => {
    const folder = temporaryFolder();
    cpSync(fixturePath(FOLDER), folder, { recursive: true });
    const path = join(folder, 'adapter_config.json');
    const config = JSON.parse(readFileSync(path, 'utf8'));
    change(config);
    writeFileSync(path, JSON.stringify(config));
    return folder;
  };

  it('is an error that says what is wrong', async () => {
    const apply = (folder: string, model: 'tiny-llama' | 'tiny-mistral' = 'tiny-llama') =>
      errorOf(() => applyAdapter(folder, tinyDecoder(model)));
    expect(await apply(temporaryFolder())).toMatch(/adapter_config\.json: cannot be read \(ENOENT\)/);
    expect(await apply(changed((config) => Object.assign(config, { peft_type: 'IA3' })))).toMatch(
      /adapter_config\.json: peft_type is "IA3", expected "LORA"/,
    );
    expect(await apply(changed((config) => Object.assign(config, { use_dora: true })))).toMatch(/use_dora is true/);
    expect(await apply(fixturePath(FOLDER), 'tiny-mistral')).toMatch(
      /'model\.layers\.0\.mlp\.down_proj' has adapters of shapes \[2,24\] and \[32,2\], expected \[r, 20\] and \[16, r\]/,
    );
  });
});
