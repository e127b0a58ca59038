// What a run tells of itself beside its results, from real runs of tiny models: each figure against one computed another way.
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChoiceExample, TaskData } from '../../../harness/contracts/dataset.ts';
import type { Method } from '../../../harness/contracts/method.ts';
import type { Site } from '../../../harness/contracts/model.ts';
import { sitesOf } from '../../../harness/models/count.ts';
import type { Learned } from '../../../harness/models/learned.ts';
import { openModel } from '../../../harness/models/load.ts';
import { siteWeight } from '../../../harness/models/site-weight.ts';
import { alpacaPrompt } from '../../../harness/protocols/instruction.ts';
import { streamsOf } from '../../../harness/random/streams.ts';
import type { Results } from '../../../harness/records/schema.ts';
import { useBackend } from '../../../harness/tensor/index.ts';
import { METHODS } from '../../../methods/index.ts';
import { fixturePath } from '../../fixtures.ts';
import { runOf, type Tried } from '../run-of.ts';

const draw = streamsOf(1)('observed');
const WORDS = ['a', 'plane', 'is', 'taking', 'off', 'the', 'cat', 'sat', 'on', 'mat', 'weak', 'learner'];
const text = () => Array.from({ length: 1 + draw.integer(6) }, () => WORDS[draw.integer(WORDS.length)]).join(' ');
const pairs = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${i}`, texts: [text(), text()] as const, label: draw.integer(2) }));
const questions = (count: number): ChoiceExample[] =>
  Array.from({ length: count }, (_, i) => {
    const [question, answers] = [`${text()}?`, ['no', 'yes']];
    return { id: `${i}`, question, options: answers, label: draw.integer(2), instruction: question, answers };
  });
const ofPairs = {
  kind: 'classification',
  labels: ['no', 'yes'],
  train: pairs(12),
  evaluation: [{ name: 'validation', examples: pairs(4) }],
} as const satisfies TaskData;
const ofQuestions = {
  kind: 'choice',
  train: questions(12),
  evaluation: [
    { name: 'one', examples: questions(3) },
    { name: 'two', examples: questions(2) },
  ],
} as const satisfies TaskData;

type Subject = Pick<Tried, 'model' | 'task' | 'data' | 'protocol'>;
const ENCODER: Subject = {
  model: 'encoder/tiny-bert',
  task: { id: 'test/pairs', metrics: ['accuracy'] },
  data: ofPairs,
};
const DECODER: Subject = {
  ...{ model: 'decoder/llama', task: { id: 'test/questions', metrics: ['accuracy'] }, data: ofQuestions },
  protocol: 'answer',
};
const TRAINING = { batchSize: 4, epochs: 2, maxLength: 64 };

const methodOf = (name: string) => METHODS.find((method) => method.name === name) as Method;

async function run(name: string, options: object, of: Subject, more: Partial<Tried> = {}) {
  let learned: Learned | undefined;
  const given = { method: methodOf(name), options, learningRate: 1e-2, training: TRAINING, threads: 1 };
  const done = await runOf({
    ...{ ...given, ...of, ...more },
    onLearned: (found) => {
      learned = found;
    },
  });
  if (learned === undefined) throw new Error('nothing was learned');
  return { ...done, learned };
}

beforeAll(() => useBackend('onnx', { threads: 1 }));

/** B A, [out, in]. */
function dense({ site, r, a, b }: Learned['adapters'][number]): Float64Array {
  return Float64Array.from({ length: site.out * site.in }, (_, at) => {
    const [row, column] = [Math.floor(at / site.in), at % site.in];
    let sum = 0;
    for (let k = 0; k < r; k++) sum += (b[row * r + k] as number) * (a[k * site.in + column] as number);
    return sum;
  });
}

const squares = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value ** 2, 0);

/** (sum s^2)^2 / sum s^4 by the Gram matrix of the rows. */
function rankOf(values: Float64Array, { out, in: width }: Site): number {
  let fourth = 0;
  for (let i = 0; i < out; i++) {
    for (let j = 0; j < out; j++) {
      let dot = 0;
      for (let k = 0; k < width; k++) dot += (values[i * width + k] as number) * (values[j * width + k] as number);
      fourth += dot ** 2;
    }
  }
  return squares(values) ** 2 / fourth;
}

/** How the weights of each site changed. */
async function expectedUpdate(
  model: string,
  sites: readonly Site[],
  changeOf: (site: Site, before: Float32Array) => Float64Array,
) {
  const { files, spec } = await openModel(fixturePath(model), undefined);
  const of = sites.map((site) => {
    const before = files.tensors.read(siteWeight(spec, site));
    const change = changeOf(site, before);
    return { role: site.role, before: squares(before), change: squares(change), rank: rankOf(change, site) };
  });
  const relative = (some: typeof of) =>
    Math.sqrt(some.reduce((sum, { change }) => sum + change, 0) / some.reduce((sum, { before }) => sum + before, 0));
  const roles = [...new Set(of.map(({ role }) => role))].map((role) => {
    const own = of.filter((each) => each.role === role);
    const ranks = own.map(({ rank }) => rank).filter((rank) => !Number.isNaN(rank));
    const rank = ranks.length === 0 ? null : ranks.reduce((sum, each) => sum + each, 0) / ranks.length;
    return { role, norm: relative(own), rank };
  });
  return { maps: relative(of), roles };
}

function expectUpdate(found: Results['update'], expected: Awaited<ReturnType<typeof expectedUpdate>>): void {
  expect(found?.maps).toBeGreaterThan(0);
  expect(found?.maps).toBeCloseTo(expected.maps, 6);
  expect(found?.roles.map(({ role }) => role)).toEqual(expected.roles.map(({ role }) => role));
  for (const [i, { norm, rank }] of expected.roles.entries()) {
    expect(found?.roles[i]?.norm).toBeCloseTo(norm, 6);
    if (rank === null) expect(found?.roles[i]?.rank).toBeNull();
    else expect(found?.roles[i]?.rank).toBeCloseTo(rank, 3);
  }
}

describe('how far the weights went', () => {
  it('is that of what was merged', async () => {
    const { results, learned } = await run('lora', { r: 2, targets: ['q', 'down'] }, DECODER);
    const { model } = DECODER;
    const { sites } = await sitesAndNames(model);
    const expected = await expectedUpdate(model, sites, (site, before) => {
      const adapter = learned.adapters.find((each) => each.site.name === site.name);
      return adapter === undefined ? new Float64Array(before.length) : dense(adapter);
    });
    expectUpdate(results.update, expected);
    expect(expected.roles.filter(({ rank }) => rank !== null).map(({ role }) => role)).toEqual(['q', 'down']);
    expect(results.update?.others).toBeNull();
  });

  it.each([ENCODER, DECODER])('is that of parameters that were trained whole: $model', async (of) => {
    const { results, learned } = await run('full', {}, of);
    const { sites, names, file } = await sitesAndNames(of.model);
    const after = new Map(learned.parameters.map(({ name, values }) => [name, values]));
    const difference = (name: string, before: Float32Array) =>
      Float64Array.from(before, (value, i) => (after.get(name)?.[i] as number) - value);
    const nameOf = new Map(sites.map((site, i) => [site.name, names[i] as string]));
    const expected = await expectedUpdate(of.model, sites, (site, before) =>
      difference(nameOf.get(site.name) as string, before),
    );
    expectUpdate(results.update, expected);
    const others = [...after.keys()].filter((name) => !names.includes(name));
    const [change, before] = [
      others.reduce((sum, name) => sum + squares(difference(name, file.read(name))), 0),
      others.reduce((sum, name) => sum + squares(file.read(name)), 0),
    ];
    expect(results.update?.others).toBeGreaterThan(0);
    expect(results.update?.others).toBeCloseTo(Math.sqrt(change / before), 6);
  });

  it('is nothing where nothing was trained', async () => {
    const { results } = await run('frozen', {}, DECODER);
    expect(results.update).toMatchObject({ maps: 0, others: null });
    expect(results.update?.roles.every(({ norm, rank }) => norm === 0 && rank === null)).toBe(true);
    expect(results.merges).toEqual([]);
    expect(results.memory.rss).toBeNull();
    expect(results.time.tokensPerSecond).toBeNull();
    expect(results.forgetting?.before).toBeGreaterThan(1);
    expect(results.forgetting?.after).toBe(results.forgetting?.before);
  });
});

describe('merges', () => {
  it('are one where an adapter is merged at the end', async () => {
    const { results, learned } = await run('lora', { r: 2 }, ENCODER);
    const [merge, ...others] = results.merges ?? [];
    expect(others).toEqual([]);
    expect(merge).toMatchObject({ step: 6, layers: [0, 1], freshOptimizer: null });
    const norm = Math.sqrt(learned.adapters.reduce((sum, adapter) => sum + squares(dense(adapter)), 0));
    expect(merge?.norm).toBeGreaterThan(0);
    expect(merge?.norm).toBeCloseTo(norm, 5);
    expect(merge?.logits).toBeLessThan(1e-5);
  });

  it('are one a booster, each with a new optimiser behind it', async () => {
    const options = { stepsPerBooster: 2, layersPerBooster: 1, scale: 16 };
    const { results, learned } = await run('xgblora', options, DECODER);
    const { merges } = results;
    expect(merges?.map(({ step }) => step)).toEqual([2, 4, 6]);
    expect(merges?.map(({ freshOptimizer }) => freshOptimizer)).toEqual([true, true, null]);
    const ranks = learned.adapters.reduce((sum, { r }) => sum + r, 0);
    expect(merges?.reduce((sum, { layers }) => sum + 7 * layers.length, 0)).toBe(ranks);
    for (const { norm, logits, layers } of merges ?? []) {
      expect(layers).toHaveLength(1);
      expect(norm).toBeGreaterThan(1e-3);
      expect(logits).toBeLessThan(1e-5);
    }
  });

  it('change the logits where a base is rounded again, and else do not', async () => {
    const options = { stepsPerBooster: 3, layersPerBooster: 2, scale: 16 };
    const changes = await Promise.all(
      (['stack', 'dequantize', 'requantize'] as const).map(async (baseMerge) => {
        const training = { ...TRAINING, basePrecision: 'f16' as const, baseMerge };
        const { results } = await run('xgblora', options, DECODER, { training });
        return Math.max(...(results.merges ?? []).map(({ logits }) => logits ?? Number.NaN));
      }),
    );
    const [stacked, dequantized, requantized] = changes as [number, number, number];
    expect(stacked).toBeLessThan(1e-5);
    expect(dequantized).toBeLessThan(1e-5);
    expect(requantized).toBeGreaterThan(20 * Math.max(stacked, dequantized));
  });
});

describe('what a decoder has kept', () => {
  it('is its loss on a fixed text, which training moves', async () => {
    const { results } = await run('full', {}, DECODER);
    const { before, after } = results.forgetting ?? {};
    // Over 381 tokens at random.
    expect(Math.abs((before ?? 0) - Math.log(381))).toBeLessThan(1);
    expect(Math.abs((after ?? 0) - (before ?? 0))).toBeGreaterThan(1e-3);
  });

  it('is not asked of an encoder', async () => {
    const { results } = await run('lora', {}, ENCODER);
    expect(results.forgetting).toBeNull();
  });
});

const hashOf = (lines: readonly unknown[]) =>
  createHash('sha256')
    .update(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    .digest('hex');

describe('what was asked', () => {
  it('is hashed as the texts and the tokens of each set: encoder', async () => {
    const { results } = await run('lora', {}, ENCODER);
    const { files } = await openModel(fixturePath(ENCODER.model), undefined);
    const { name, examples } = ofPairs.evaluation[0];
    const encoded = examples.map(({ texts: [one, other] }) => files.tokenizer.encode(one, other, 64));
    expect(results.asked).toEqual([
      {
        set: name,
        promptsSha256: hashOf(examples.map(({ texts }) => [texts])),
        tokensSha256: hashOf(encoded.map(({ ids, typeIds }) => [ids, typeIds])),
      },
    ]);
  });

  it('is hashed as the texts and the tokens of each set: generating decoder', async () => {
    const { results, predictions } = await run('lora', {}, DECODER, { protocol: 'generate' });
    const { files } = await openModel(fixturePath(DECODER.model), undefined);
    const expected = ofQuestions.evaluation.map(({ name, examples }) => {
      const prompts = examples.map(({ instruction }) => alpacaPrompt(instruction));
      const ids = prompts.map((prompt) => files.tokenizer.encode(prompt, undefined, 1e6).ids);
      const read = ids.map((all) => all.slice(Math.max(0, all.length - (128 - 32))));
      return {
        set: name,
        promptsSha256: hashOf(prompts.map((prompt) => [prompt])),
        tokensSha256: hashOf(read.map((each) => [each])),
      };
    });
    expect(results.asked).toEqual(expected);
    const unread = predictions.filter(({ prediction }) => prediction === -1).length;
    expect(results.unreadable).toBe(unread / predictions.length);
  });

  it('differs between protocols, and not between methods', async () => {
    const [answer, likelihood, other] = await Promise.all([
      run('lora', {}, DECODER),
      run('lora', {}, DECODER, { protocol: 'likelihood' }),
      run('frozen', {}, DECODER),
    ]);
    expect(answer.results.asked?.map(({ set }) => set)).toEqual(['one', 'two']);
    expect(other.results.asked).toEqual(answer.results.asked);
    for (const [i, { promptsSha256, tokensSha256 }] of (likelihood.results.asked ?? []).entries()) {
      expect(answer.results.asked?.[i]?.promptsSha256).not.toBe(promptsSha256);
      expect(answer.results.asked?.[i]?.tokensSha256).not.toBe(tokensSha256);
    }
    expect(answer.results.unreadable).toBeNull();
  });
});

describe('cost', () => {
  it('counts tokens without padding, the bytes that would be stored and the memory of each step', async () => {
    const { results } = await run('lora', { r: 2 }, ENCODER);
    const { files } = await openModel(fixturePath(ENCODER.model), undefined);
    const tokens = ofPairs.train.map(({ texts: [one, other] }) => files.tokenizer.encode(one, other, 64).ids.length);
    expect(results.trained).toEqual({ steps: 6, examples: 24, tokens: 2 * tokens.reduce((a, b) => a + b, 0) });
    expect(results.time.tokensPerSecond).toBe((results.trained.tokens ?? 0) / results.time.trainSeconds);
    expect(results.params.storedBytes).toBe(4 * results.params.stored);
    const { rss, peakRss } = results.memory;
    expect(rss?.n).toBe(6);
    expect(rss?.mean).toBeGreaterThan(20e6);
    expect(rss?.mean).toBeLessThanOrEqual(rss?.p95 ?? 0);
    expect(rss?.p95).toBeLessThanOrEqual(peakRss);
  });

  it('counts what only looks on apart', async () => {
    const { results } = await run('xgblora', { stepsPerBooster: 1 }, DECODER);
    const { measureSeconds, totalSeconds, trainSeconds, evalSeconds } = results.time;
    expect(measureSeconds).toBeGreaterThan(0);
    expect((measureSeconds ?? 0) + trainSeconds + evalSeconds).toBeLessThanOrEqual(totalSeconds);
  });
});

async function sitesAndNames(model: string) {
  const { files, spec } = await openModel(fixturePath(model), undefined);
  const sites = sitesOf(spec);
  return { sites, names: sites.map((site) => siteWeight(spec, site)), file: files.tensors };
}
