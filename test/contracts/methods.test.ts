// What every method owes: one table, crossed with shared assertions. A new method adds its row.
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Attached, Method } from '../../harness/contracts/method.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { feedTokens } from '../../harness/models/batch.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import type { Encoder } from '../../harness/models/encoder.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { hashState, stateOf } from '../../harness/training/attest.ts';
import { AS_THEY_ARE } from '../../harness/training/label-scale.ts';
import { METHODS } from '../../methods/index.ts';
import { bitfit } from '../bitfit.ts';
import { ia3, silentIa3 } from '../ia3.ts';
import { type GoldenInputs, goldenBatch, largestDifference, readFixture, tinyEncoder } from '../fixtures.ts';
import { disturb, unattestedDifference } from './attested.ts';

const TOTAL_STEPS = 5;
/** A method's options beside its defaults, chosen to exercise it on two layers. */
const ROWS: Readonly<Record<string, readonly object[]>> = {
  bitfit: [{}],
  frozen: [{}],
  full: [{}],
  ia3: [{}],
  lora: [{}, { r: 2, targets: ['q', 'v'] }, { layers: [1] }],
  xgblora: [{ stepsPerBooster: 2, layersPerBooster: 1 }, { boosters: 2 }, { normPenalty: 0.1, r: 2 }],
};
/** Those that there are, the example of CONTRIBUTING.md, and one that leaves variables beside the model. */
const EVERY: readonly Method[] = [...METHODS, bitfit, ia3];
const batch = goldenBatch(readFixture<GoldenInputs>('encoder/tiny-bert/golden.json'));

beforeAll(() => useBackend('onnx', { threads: 2 }));

it('has a row for every method', () => {
  expect(Object.keys(ROWS).sort()).toEqual(EVERY.map(({ name }) => name).sort());
});

it('has a file for every method, named as it, by which records tell its sources', () => {
  for (const { name } of METHODS) {
    expect(existsSync(new URL(`../../methods/${name}.ts`, import.meta.url)), name).toBe(true);
  }
});

it('is shown in CONTRIBUTING.md by an example that is tested here', () => {
  const [guide, example] = ['CONTRIBUTING.md', 'test/bitfit.ts'].map((path) =>
    readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  );
  expect(guide).toContain(`\`\`\`ts\n${example}\`\`\`\n`);
});

const cases = EVERY.flatMap((method) => (ROWS[method.name] ?? []).map((options) => ({ method, given: options })));

describe.each(cases)('$method.name $given', ({ method, given }) => {
  const options = checkWithDefaults(method.optionsSchema, given, { file: 'test' });

  it('trains as many parameters as it counts', async () => {
    const { encoder, attached } = await attach(method, options);
    const { trainable } = method.count(encoder.spec, options, { totalSteps: TOTAL_STEPS });
    expect(sizeOf(attached)).toBe(trainable);
  });

  it.runIf(method.placement)('lays its changes on the maps that it counts', async () => {
    const { spec } = await tinyEncoder('tiny-bert');
    const { sites, layersAtOnce, rank } = method.placement?.(spec, options) ?? {
      sites: [],
      layersAtOnce: null,
      rank: 0,
    };
    const layers = new Set(sites.map(({ layer }) => layer)).size;
    const all = sites.reduce((sum, site) => sum + rank * (site.in + site.out), 0);
    const { trainable } = method.count(spec, options, { totalSteps: TOTAL_STEPS });
    expect(((layersAtOnce ?? layers) / layers) * all).toBe(trainable);
  });

  it('starts from the function of the base model, and computes the same after finish()', async () => {
    const encoder = await tinyEncoder('tiny-bert');
    const base = outputs(encoder);
    const attached = method.attach(encoder, options, context());
    expect(largestDifference(outputs(encoder), base)).toBeLessThan(1e-5);
    disturb(attached);
    const trained = outputs(encoder);
    if (sizeOf(attached) > 0) expect(largestDifference(trained, base)).toBeGreaterThan(1e-3);
    attached.finish();
    expect(largestDifference(outputs(encoder), trained)).toBeLessThan(1e-4);
  });

  it('leaves nothing that decides an output and is not attested', async () => {
    expect(await unattested(method, options)).toBe(0);
  });

  it('draws the same from the same seed', async () => {
    const [one, other] = [await attach(method, options), await attach(method, options)];
    expect(valuesOf(one.attached)).toEqual(valuesOf(other.attached));
  });
});

describe('a method that leaves vectors beside the model', () => {
  it('is caught where it does not give them', async () => {
    expect(await unattested(silentIa3, {})).toBeGreaterThan(1e-3);
  });

  it('has them in the hash of its state where it does', async () => {
    const { encoder, attached } = await attach(ia3, {});
    disturb(attached);
    attached.finish();
    const hash = () => hashState(stateOf({ model: encoder, head: [], labelScale: AS_THEY_ARE }, attached));
    const [before, same] = [hash(), hash()];
    expect(same).toBe(before);
    for (const vector of attached.trainable()) tf.tidy(() => vector.assign(tf.mul(vector, 2)));
    expect(hash()).not.toBe(before);
  });
});

describe('xgblora', () => {
  const method = METHODS.find(({ name }) => name === 'xgblora') as Method;
  const options = checkWithDefaults(
    method.optionsSchema,
    { stepsPerBooster: 2, layersPerBooster: 1 },
    { file: 'test' },
  );

  it('merges every kappa steps, draws new variables, and merges the last partial booster', async () => {
    const { encoder, attached } = await attach(method, options);
    const drawn = new Set<tf.Variable>();
    let trained = 0;
    for (let step = 0; step < TOTAL_STEPS; step++) {
      for (const variable of attached.trainable()) if (!drawn.has(variable)) trained += variable.size;
      for (const variable of attached.trainable()) drawn.add(variable);
      disturb(attached);
      const before = outputs(encoder);
      attached.afterStep?.(step);
      expect(largestDifference(outputs(encoder), before)).toBeLessThan(1e-4);
    }
    expect(trained).toBe(method.count(encoder.spec, options, { totalSteps: TOTAL_STEPS }).trainableCumulative);
    const last = outputs(encoder);
    attached.finish();
    expect(attached.trainable()).toEqual([]);
    expect(largestDifference(outputs(encoder), last)).toBeLessThan(1e-4);
  });

  it.each([99, 60, 51, 50, 1])(
    'has exactly %i boosters of 100 steps, each ending at round(i * steps / T)',
    async (boosters) => {
      const encoder = await tinyEncoder('tiny-bert');
      const asked = checkWithDefaults(method.optionsSchema, { boosters, layersPerBooster: 1 }, { file: 'test' });
      const attached = method.attach(encoder, asked, { ...context(), totalSteps: 100 });
      const ends: number[] = [];
      for (let step = 0; step < 100; step++) {
        const [before] = attached.trainable();
        attached.afterStep?.(step);
        if (attached.trainable()[0] !== before) ends.push(step + 1);
      }
      expect(ends).toEqual(Array.from({ length: boosters }, (_, i) => Math.round(((i + 1) * 100) / boosters)));
      const { trainable, trainableCumulative } = method.count(encoder.spec, asked, { totalSteps: 100 });
      expect(trainableCumulative).toBe(boosters * trainable);
    },
  );

  it.each([
    [{ boosters: 2, stepsPerBooster: 2 }, /exclude each other/],
    [{ layersPerBooster: 3 }, /there are 2 layers/],
    [{ boosters: 6, layersPerBooster: 1 }, /boosters is 6, but a run has 5 steps/],
    [{ layers: [7], layersPerBooster: 1 }, /layers 0 to 1/],
    [{ targets: ['gate'] }, /role "gate"/],
  ])('refuses %j', async (given, reason) => {
    const { spec } = await tinyEncoder('tiny-bert');
    const checked = checkWithDefaults(method.optionsSchema, given, { file: 'test' });
    expect(method.check?.(checked, spec, { precision: 'f32', totalSteps: TOTAL_STEPS })).toMatch(reason);
  });
});

const unattested = (method: Method, options: Record<string, unknown>) =>
  unattestedDifference({ method, options, totalSteps: TOTAL_STEPS }, () => tinyEncoder('tiny-bert'), outputs);

const context = () => ({
  random: streamsOf(3),
  dropout: <T extends tf.Tensor>(_rate: number, _site: string, x: T) => x,
  totalSteps: TOTAL_STEPS,
});

async function attach(method: Method, options: Record<string, unknown>) {
  const encoder = await tinyEncoder('tiny-bert');
  return { encoder, attached: method.attach(encoder, options, context()) };
}

function outputs(encoder: Encoder): Float32Array {
  return tf.tidy(() =>
    encoder
      .hidden(
        feedTokens(() => batch),
        noDropout,
      )
      .dataSync<'float32'>()
      .slice(),
  );
}

const sizeOf = (attached: Attached): number => attached.trainable().reduce((sum, { size }) => sum + size, 0);
const valuesOf = (attached: Attached): number[][] =>
  attached.trainable().map((variable) => Array.from(variable.dataSync()));
