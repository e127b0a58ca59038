// A model's sizes without its weights: from a configuration alone, or as they were published.
import { basename } from 'node:path';
import { MissingModel } from '../contracts/input-error.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { readModelConfig } from '../formats/model-files.ts';
import { locateModel, withArchitecture } from './load.ts';
import { PUBLISHED_MODELS } from './published.ts';
import { specOf } from './spec.ts';
import { isTiedIn } from './tied.ts';

export interface KnownSizes {
  readonly spec: ModelSpec;
  /** Whether its weights are there too. */
  readonly hasWeights: boolean;
}

/**
 * @param name a preset's name, a path, or the name of a folder or file in `modelsDir`, of a folder config.json being enough;
 *   where there is none, the name or the repository of a published model
 * @param folder what a relative path starts from; the current folder where nothing is given
 * @throws MissingModel where nothing of the kind is known; InputError for a configuration that will not do
 */
export function readSizes(name: string, modelsDir: string | undefined, folder = ''): KnownSizes {
  try {
    return sizesAt(locateModel(name, modelsDir, folder).path);
  } catch (error) {
    const published = PUBLISHED_MODELS.find((model) => isCalled(name, model));
    if (!(error instanceof MissingModel) || published === undefined) throw error;
    return { spec: published.spec, hasWeights: false };
  }
}

/** By its own name or its repository's, with the owner or without. No path is either: another model may lie there. */
function isCalled(name: string, model: { readonly name: string; readonly source: string }): boolean {
  return [model.name, model.source, basename(model.source)].includes(name);
}

function sizesAt(path: string): KnownSizes {
  const { config, source, tensors } = readModelConfig(path);
  // A checkpoint of BERT has a pooler unless its weights show otherwise.
  if (tensors === undefined) return { spec: specOf(config, true, source), hasWeights: false };
  const pooler = tensors.names.includes('pooler.dense.weight');
  const spec = specOf(withArchitecture({ config, tensors }), pooler, source);
  const isApart = spec.family === 'decoder' && spec.tied && !isTiedIn(tensors);
  return { spec: isApart ? { ...spec, tied: false } : spec, hasWeights: true };
}
