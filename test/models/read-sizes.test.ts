// Sizes of models whose weights are here, or not.
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError, MissingModel } from '../../harness/contracts/input-error.ts';
import { openModel } from '../../harness/models/load.ts';
import { PUBLISHED_MODELS } from '../../harness/models/published.ts';
import { readSizes } from '../../harness/models/read-sizes.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('sizes', () => {
  it.each(['encoder/tiny-bert', 'encoder/tiny-roberta', 'decoder/llama', 'decoder/llama.gguf'])(
    'of %s, whose weights are here, are those that it is opened with',
    async (name) => {
      const path = fixturePath(name);
      expect(readSizes(path, undefined)).toEqual({ spec: (await openModel(path, undefined)).spec, hasWeights: true });
    },
  );

  it('of the preset are those of its file', async () => {
    const { spec } = await openModel('minilm-l6', undefined);
    expect(readSizes('minilm-l6', undefined)).toEqual({ spec, hasWeights: true });
  });

  it('of a folder with config.json alone are those of the configuration', () => {
    const folder = temporaryFolder();
    cpSync(fixturePath('configs/llama-3.2-3b'), join(folder, 'llama'), { recursive: true });
    const found = readSizes('llama', folder);
    expect(found).toMatchObject({
      hasWeights: false,
      spec: { family: 'decoder', layers: 28, hidden: 3072, keyValueHeads: 8, headWidth: 128, tied: true },
    });
    expect(readSizes('./llama', undefined, folder)).toEqual(found);
  });

  it.each(PUBLISHED_MODELS)(
    'of $name are known by its name and by its repository, with its owner or without',
    ({ name, source, spec }) => {
      expect(readSizes(name, undefined)).toEqual({ spec, hasWeights: false });
      expect(readSizes(source, undefined)).toEqual({ spec, hasWeights: false });
      expect(readSizes(basename(source), undefined)).toEqual({ spec, hasWeights: false });
    },
  );

  it.each([
    './typo/roberta-base',
    '../roberta-base',
    '/models/roberta-base',
    'typo/roberta-base',
    'C:\\models\\roberta-base',
  ])('of %s, which is not there, are not those of another model of that name', (name) => {
    expect(() => readSizes(name, undefined)).toThrow(MissingModel);
  });

  it('as published are those of the configuration', () => {
    for (const name of ['roberta-base', 'roberta-large']) {
      const published = PUBLISHED_MODELS.find((model) => model.name === name);
      expect(readSizes(fixturePath(`configs/${name}`), undefined).spec).toEqual(published?.spec);
    }
  });

  it('of what is not there are missing, and a configuration that will not do is refused', () => {
    expect(() => readSizes('nothing', undefined)).toThrow(MissingModel);
    const folder = temporaryFolder({ 'config.json': '{"model_type": "gpt2"}' });
    expect(() => readSizes(folder, undefined)).toThrow(/config key 'model_type' is "gpt2"/);
    expect(() => readSizes(folder, undefined)).not.toThrow(MissingModel);
    expect(() => readSizes(temporaryFolder(), undefined)).toThrow(InputError);
  });
});
