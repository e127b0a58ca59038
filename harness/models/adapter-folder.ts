// What was learned of a decoder as a folder in PEFT's form (adapter_config.json, adapter_model.safetensors): LoRA adapters,
// each with its own rank, and under the names of PEFT's `modules_to_save` parameters that were trained whole.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import type { AdaptableModel, Site } from '../contracts/model.ts';
import { isJsonObject, type JsonObject, quoted, readJsonObject } from '../formats/json-object.ts';
import { openSafetensors } from '../formats/safetensors.ts';
import { writeSafetensors } from '../formats/safetensors-write.ts';
import { sha256OfFile, type TensorFile } from '../formats/tensor-file.ts';
import { tf } from '../tensor/index.ts';
import { decoderModule } from './decoder.ts';
import type { Learned } from './learned.ts';

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';
/** Before the names that a causal language model of transformers has. */
const PREFIX = 'base_model.model.';

/**
 * Fills a folder, which must be there.
 * @param base the model's name, for the folder's readers
 */
export function saveAdapter(folder: string, base: string, { adapters, parameters }: Learned): void {
  const ranks = Object.fromEntries(adapters.map(({ site, r }) => [stored(decoderModule(site)), r]));
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    inference_mode: true,
    bias: 'none',
    r: 1,
    lora_alpha: 1,
    lora_dropout: 0,
    target_modules: Object.keys(ranks),
    // Alpha over rank is the scale, and that is in B.
    rank_pattern: ranks,
    alpha_pattern: ranks,
    modules_to_save:
      parameters.length === 0 ? null : parameters.map(({ name }) => stored(name.replace(/\.weight$/, ''))),
  };
  writeSafetensors(join(folder, WEIGHTS), [
    ...adapters.flatMap(({ site, r, a, b }) => {
      const name = `${PREFIX}${stored(decoderModule(site))}`;
      return [
        { name: `${name}.lora_A.weight`, shape: [r, site.in], values: a },
        { name: `${name}.lora_B.weight`, shape: [site.out, r], values: b },
      ];
    }),
    ...parameters.map(({ name, shape, values }) => ({ name: `${PREFIX}${stored(name)}`, shape, values })),
  ]);
  writeFileSync(join(folder, CONFIG), `${JSON.stringify(config, null, 2)}\n`);
}

/**
 * Merges the adapters of a folder into a decoder, and gives it the parameters that were trained whole.
 * @returns the SHA-256 of the folder's weights
 * @throws InputError naming file and key for what is missing, of another kind of adapter, or not of this model
 */
export function applyAdapter(folder: string, decoder: AdaptableModel): string {
  const config = readJsonObject(join(folder, CONFIG));
  checkConfig(config, join(folder, CONFIG));
  const path = join(folder, WEIGHTS);
  const file = openSafetensors(path);
  const sites = new Map(decoder.sites.map((site) => [stored(decoderModule(site)), site]));
  for (const name of file.names) {
    const [, module, half] = /^base_model\.model\.(.*)\.lora_([AB])\.weight$/.exec(name) ?? [];
    if (module === undefined) giveParameter(name, file, decoder);
    else if (half === 'A') mergeAdapter(module, sites.get(module), file, config, decoder);
    else file.shape(`${PREFIX}${module}.lora_A.weight`);
  }
  return sha256OfFile(path);
}

function checkConfig(config: JsonObject, path: string): void {
  const expected = { peft_type: ['LORA'], use_dora: [false, undefined], fan_in_fan_out: [false, undefined] } as const;
  for (const [key, values] of Object.entries(expected)) {
    if ((values as readonly unknown[]).includes(config[key])) continue;
    throw new InputError(`${path}: ${key} is ${quoted(config[key])}, expected ${quoted(values[0])}`);
  }
}

function mergeAdapter(
  module: string,
  site: Site | undefined,
  file: TensorFile,
  config: JsonObject,
  decoder: AdaptableModel,
): void {
  if (site === undefined) throw new InputError(`${file.path}: has an adapter of '${module}', which this model has not`);
  const [nameA, nameB] = ['A', 'B'].map((half) => `${PREFIX}${module}.lora_${half}.weight`) as [string, string];
  const [r = 0, width] = file.shape(nameA);
  const [height, ranks] = file.shape(nameB);
  if (width !== site.in || height !== site.out || ranks !== r) {
    const found = `[${file.shape(nameA)}] and [${file.shape(nameB)}]`;
    throw new InputError(
      `${file.path}: '${module}' has adapters of shapes ${found}, expected [r, ${site.in}] and [${site.out}, r]`,
    );
  }
  tf.tidy(() => {
    const a = tf.tensor2d(file.read(nameA), [r, site.in]);
    const b = tf.tensor2d(file.read(nameB), [site.out, r]);
    decoder.merge(site, { a, b, scale: scaleOf(module, r, config) });
  });
}

/** PEFT's rank_pattern and alpha_pattern name modules by the ends of their names. */
function scaleOf(module: string, r: number, config: JsonObject): number {
  const patterns = isJsonObject(config.alpha_pattern) ? config.alpha_pattern : {};
  const key = Object.keys(patterns).find((pattern) => new RegExp(`^(.*\\.)?${pattern}$`).test(module));
  const alpha = Number(key === undefined ? config.lora_alpha : patterns[key]);
  return config.use_rslora === true ? alpha / Math.sqrt(r) : alpha / r;
}

function giveParameter(name: string, file: TensorFile, decoder: AdaptableModel): void {
  const own = decoder.parameters.find((parameter) => `${PREFIX}${stored(parameter.name)}` === name);
  if (own === undefined) {
    throw new InputError(`${file.path}: has a tensor '${name}', expected adapters and parameters of this model in f32`);
  }
  const shape = file.shape(name);
  if (shape.join() !== own.variable.shape.join()) {
    throw new InputError(`${file.path}: '${name}' has the shape [${shape}], expected [${own.variable.shape}]`);
  }
  tf.tidy(() => own.variable.assign(tf.tensor(file.read(name), own.variable.shape)));
}

/** A name of the bare decoder as its causal language model stores it. */
function stored(name: string): string {
  return name.startsWith('lm_head') ? name : `model.${name}`;
}
