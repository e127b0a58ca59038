import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from '../../harness/study/canonical-json.ts';
import { datasetSha256, type RunIdentity, runId } from '../../harness/study/run-id.ts';
import { lora } from '../../methods/lora.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { sampleConfig, sha } from '../records/sample.ts';

const identity: RunIdentity = {
  config: sampleConfig(),
  optionsSchema: lora.optionsSchema,
  modelSha256: sha('model'),
  datasetSha256: sha('data'),
  semantics: 1,
};

describe('run ids', () => {
  // Computed apart with Python's hashlib. Any change of this value means that every committed record loses its run.
  test('stay what they are', () => {
    expect(runId(identity)).toBe('8b67bbc085ef31a5');
  });

  test('do not depend on where the model lies', () => {
    const at = (model: string) => runId({ ...identity, config: { ...identity.config, model } });
    expect(new Set(['./m', '../x/m', '/data/m.gguf', 'm', 'org/m', './models/a b/é'].map(at)).size).toBe(1);
  });

  test('do not depend on the label, nor on what is as it is where nothing is said', () => {
    const { config } = identity;
    const { method, task, training } = config;
    const { dropout: _, ...older } = training;
    const same = [
      { ...config, method: { ...method, label: 'another row' } },
      { ...config, method: { ...method, options: {} } },
      { ...config, method: { ...method, options: { r: 8, alpha: 16, targets: 'all', layers: null } } },
      { ...config, training: older as RunConfig['training'] },
    ];
    for (const other of same) expect(runId({ ...identity, config: other })).toBe(runId(identity));
    const given = { ...config, task: { ...task, shots: 1 } };
    expect(runId({ ...identity, config: given })).not.toBe(runId(identity));
  });

  test('hold the contents of data files and their own names, not the folders in which they lie', () => {
    const files = (folder: string) =>
      ['test.json', 'train.json'].map((name) => ({ path: folder + name, sha256: sha(name) }));
    expect(datasetSha256(files('commonsense/ARC-Easy/'))).toBe(datasetSha256(files('ARC-Easy/')));
    const [test, train] = files('');
    const swapped = [
      { path: 'test.json', sha256: train?.sha256 ?? '' },
      { path: 'train.json', sha256: test?.sha256 ?? '' },
    ];
    expect(datasetSha256(swapped)).not.toBe(datasetSha256(files('')));
  });

  test('tell which of several files of one name is which', () => {
    const [easy, challenge] = ['easy', 'challenge'].map((name) => ({ path: 'test.json', sha256: sha(name) }));
    if (easy === undefined || challenge === undefined) throw new Error('expected two files');
    expect(datasetSha256([easy, challenge])).not.toBe(datasetSha256([challenge, easy]));
  });

  test('do not depend on the order of keys', () => {
    expect(runId(reversed(identity) as RunIdentity)).toBe(runId(identity));
  });

  test('change with each ingredient', () => {
    const { config } = identity;
    const others: RunIdentity[] = [
      { ...identity, modelSha256: sha('other') },
      { ...identity, datasetSha256: sha('other') },
      { ...identity, semantics: 2 },
      { ...identity, config: { ...config, seed: 1 } },
      { ...identity, config: { ...config, purpose: 'search' } },
      { ...identity, config: { ...config, method: { ...config.method, learningRate: 2e-3 } } },
      { ...identity, config: { ...config, method: { ...config.method, options: { r: 4 } } } },
      { ...identity, config: { ...config, task: { ...config.task, limitTrain: 5 } } },
      { ...identity, config: { ...config, training: { ...config.training, clip: 0.5 } } },
    ];
    const ids = [identity, ...others].map(runId);
    expect(new Set(ids).size).toBe(others.length + 1);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('canonical JSON', () => {
  test('is JSON of the same value, whatever the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        // JSON knows no -0.
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain);
        expect(canonicalJson(reversed(plain))).toBe(canonicalJson(plain));
      }),
    );
  });

  test('sorts keys, leaves undefined members out, and refuses what JSON does not have', () => {
    expect(canonicalJson({ b: [1, { d: null, c: 'x' }], a: undefined })).toBe('{"b":[1,{"c":"x","d":null}]}');
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, undefined, () => 1]) {
      expect(() => canonicalJson({ a: [value] })).toThrow(TypeError);
    }
  });
});

/** The same value with the keys of every object in the opposite order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, reversed(member)] as const)
      .reverse(),
  );
}
