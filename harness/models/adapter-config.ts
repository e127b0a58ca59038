// What an adapter_config.json of PEFT says of the product B A, key by key: read, without meaning here, or refused.
// Reference: LoraConfig, tuners/tuners_utils.py and utils/other.py of PEFT 0.21.2.
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { boundedPattern, type Pattern } from '../formats/bounded-pattern.ts';
import { type JsonObject, quoted, readJsonObject } from '../formats/json-object.ts';

export const ADAPTER_CONFIG = 'adapter_config.json';

export interface AdapterConfig {
  readonly path: string;
  /** Whether a linear map has an adapter. @param module its name as PEFT's names of tensors have it */
  targets(module: string): boolean;
  rankOf(module: string): number;
  /** What B A is multiplied by. */
  scaleOf(module: string): number;
  /** Whether a module, or one that it is within, was trained whole. */
  savesWhole(module: string): boolean;
  readonly tiesWeights: boolean;
}

const READ = [
  ...['peft_type', 'r', 'lora_alpha', 'rank_pattern', 'alpha_pattern', 'use_rslora', 'init_lora_weights', 'bias'],
  ...['target_modules', 'exclude_modules', 'layers_to_transform', 'layers_pattern', 'modules_to_save'],
  'ensure_weight_tying',
];

/** Where the adapter comes from and how it was trained; and `fan_in_fan_out`, which PEFT drops for linear maps. */
const WITHOUT_MEANING = [
  ...['auto_mapping', 'base_model_name_or_path', 'revision', 'peft_version', 'task_type', 'inference_mode'],
  ...['lora_dropout', 'fan_in_fan_out', 'megatron_core', 'merge_weights', 'runtime_config'],
  // Of an initialisation or a switch that has a key of its own.
  ...['loftq_config', 'eva_config', 'corda_config', 'lora_ga_config', 'qalora_group_size'],
];

/** What keys mean that are not done here. */
const NOT_DONE: ReadonlyMap<string, string> = new Map([
  ['use_dora', 'rows of the changed weight are scaled'],
  ['alora_invocation_tokens', 'the adapter begins at these tokens'],
  ['layer_replication', 'the base has other layers'],
  ['use_qalora', 'inputs are pooled before A'],
  ['use_bdlora', 'A or B is block-diagonal'],
  ['arrow_config', 'several adapters are mixed by token'],
  ['kasa_config', 'the base is changed, and there is a diagonal between B and A'],
  ['monteclora_config', 'A and B are drawn at random'],
  ['velora_config', 'the file holds more than A and B'],
  ['lora_bias', 'B has a bias'],
  ['trainable_token_indices', 'rows of the embeddings were trained'],
  ['target_parameters', 'parameters are adapted that are no linear maps'],
  ['megatron_config', 'maps are split over devices'],
  ['enable_lora', 'a map is adapted in part'],
]);

/** Initialisations that leave the base as it is. Others take a part of it out, which B A then stands for. */
const INITIALISATIONS = ['gaussian', 'eva', 'orthogonal', 'mica'];

/** PEFT's own for LLaMA and Mistral. */
const DEFAULT_TARGETS = ['q_proj', 'v_proj'];

/** @throws InputError naming file, key and value for what is malformed or not done */
export function readAdapterConfig(folder: string): AdapterConfig {
  const path = join(folder, ADAPTER_CONFIG);
  const config = readJsonObject(path);
  const reader = new KeyReader(config, path);
  reader.check('peft_type', ['LORA']);
  refuseOthers(reader);
  const ranks = reader.patterns('rank_pattern');
  const alphas = reader.patterns('alpha_pattern');
  const [r, alpha] = [reader.number('r', config.r ?? 8), reader.number('lora_alpha', config.lora_alpha ?? 8)];
  const rankOf = (module: string) => ranks.find(({ pattern }) => pattern.test(module))?.value ?? r;
  const modules = reader.namesOrPattern('modules_to_save') ?? [];
  const saved = typeof modules === 'string' ? [modules] : modules;
  return {
    path,
    targets: targetsOf(reader, saved),
    rankOf,
    scaleOf(module) {
      const rank = rankOf(module);
      const own = alphas.find(({ pattern }) => pattern.test(module))?.value ?? alpha;
      return own / (config.use_rslora === true ? Math.sqrt(rank) : rank);
    },
    savesWhole: (module) =>
      module.split('.').some((_, i, parts) => {
        const within = parts.slice(0, i + 1).join('.');
        return saved.some((name) => within.endsWith(name));
      }),
    tiesWeights: config.ensure_weight_tying === true,
  };
}

function refuseOthers(reader: KeyReader): void {
  const { config } = reader;
  reader.check('bias', ['none', null, undefined]);
  for (const key of ['use_rslora', 'ensure_weight_tying']) reader.check(key, [false, true, null, undefined]);
  const init = config.init_lora_weights;
  if (typeof init === 'string' && !INITIALISATIONS.includes(init.toLowerCase()))
    reader.refuse(
      'init_lora_weights',
      `true, false or one of ${INITIALISATIONS.join(', ')}: this one changes the base, so that B A alone is not what was learned (PEFT's save_pretrained with path_initial_model_for_weight_conversion makes a plain adapter)`,
    );
  if (typeof init !== 'string') reader.check('init_lora_weights', [true, false, null, undefined]);
  for (const key of Object.keys(config)) {
    if (READ.includes(key) || WITHOUT_MEANING.includes(key) || isNothing(config[key])) continue;
    const meaning = NOT_DONE.get(key);
    if (meaning !== undefined) reader.refuse(key, `none: ${meaning}, which is not done here`);
    // A key of a later PEFT may change what B A means; its default, while it is of no use, is mostly nothing.
    reader.refuse(key, 'null or false: the key is not known here, and what it means for B A neither');
  }
}

/** check_target_module_exists of PEFT. */
function targetsOf(reader: KeyReader, saved: readonly string[]): (module: string) => boolean {
  const { config } = reader;
  const target = reader.namesOrPattern('target_modules') ?? DEFAULT_TARGETS;
  const excluded = matcher(reader, 'exclude_modules', reader.namesOrPattern('exclude_modules') ?? []);
  const savedPatterns = saved.map((name) =>
    reader.pattern('modules_to_save', `^(?:.*\\.)?(?:${name})(?:\\..*)?$`, name),
  );
  const named =
    typeof target === 'string' && target.toLowerCase() === 'all-linear'
      ? (module: string) => !module.endsWith('lm_head')
      : matcher(reader, 'target_modules', target);
  const layers = layersOf(reader);
  if (typeof target === 'string' && layers !== undefined)
    reader.refuse('layers_to_transform', 'none, as target_modules is a pattern');
  const found = reader.namesOrPattern('layers_pattern') ?? [];
  const lists = (typeof found === 'string' ? [found] : found).filter((name) => name !== '');
  const indices =
    lists.length === 0
      ? [/^.*?\.[^.]*\.(\d+)\./u]
      : lists.map((name) => reader.pattern('layers_pattern', `^(?:.*?\\.)?(?:${name})\\.(\\d+)\\.`, name));
  if (lists.length > 0 && layers === undefined && !isNothing(config.layers_pattern))
    reader.refuse('layers_pattern', 'none, as layers_to_transform is absent');
  return (module) => {
    if (excluded(module) || savedPatterns.some((pattern) => pattern.test(module)) || !named(module)) return false;
    if (layers === undefined) return true;
    const index = indices.map((pattern) => pattern.exec(module)?.at(-1)).find((each) => each !== undefined);
    return index !== undefined && layers.includes(Number(index));
  };
}

/** A pattern matches a whole name, a name of a list the end of one. */
function matcher(reader: KeyReader, key: string, names: string | readonly string[]): (module: string) => boolean {
  if (typeof names === 'string') {
    const pattern = reader.pattern(key, `^(?:${names})$`, names);
    return (module) => pattern.test(module);
  }
  return (module) => names.some((name) => module === name || module.endsWith(`.${name}`));
}

function layersOf(reader: KeyReader): readonly number[] | undefined {
  const value = reader.config.layers_to_transform;
  if (typeof value === 'number' && Number.isInteger(value)) return [value];
  if (isNothing(value)) return undefined;
  if (Array.isArray(value) && value.every((each): each is number => Number.isInteger(each))) return value;
  return reader.refuse('layers_to_transform', 'a whole number or a list of them');
}

/** What most keys hold that are not used. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '' || value === 0) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

class KeyReader {
  constructor(
    readonly config: JsonObject,
    readonly path: string,
  ) {}

  refuse(key: string, expected: string): never {
    throw new InputError(`${this.path}: ${key} is ${quoted(this.config[key])}, expected ${expected}`);
  }

  check(key: string, values: readonly unknown[]): void {
    if (values.includes(this.config[key])) return;
    const shown = values.filter((value) => value !== null && value !== undefined).map(quoted);
    this.refuse(key, shown.join(' or '));
  }

  number(key: string, value: unknown): number {
    if (typeof value !== 'number' || !Number.isFinite(Math.fround(value)))
      return this.refuse(key, 'a number that a weight can be');
    return key === 'r' || key === 'rank_pattern' ? this.rank(key, value) : value;
  }

  private rank(key: string, value: number): number {
    return Number.isSafeInteger(value) && value > 0 ? value : this.refuse(key, 'a whole number above 0');
  }

  /** In the file's order: the first that matches a module's end counts. */
  patterns(key: string): readonly { readonly pattern: Pattern; readonly value: number }[] {
    const value = this.config[key] ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) return this.refuse(key, 'an object of modules and numbers');
    return Object.entries(value).map(([name, each]) => ({
      pattern: this.pattern(key, `^(?:.*\\.)?(?:${name})$`, name),
      value: this.number(key, each),
    }));
  }

  namesOrPattern(key: string): string | readonly string[] | undefined {
    const value = this.config[key] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    if (Array.isArray(value) && value.every((each): each is string => typeof each === 'string')) return value;
    return this.refuse(key, 'a list of names or a pattern');
  }

  /** JavaScript's strict mode takes nothing that means something else in Python, such as \A and (?P<name>). */
  pattern(key: string, source: string, name: string): Pattern {
    try {
      const pattern = new RegExp(source, 'u');
      // One that is too large is refused at its first use.
      pattern.test('');
      return boundedPattern(
        pattern,
        () =>
          new InputError(
            `${this.path}: ${key} has the pattern ${quoted(name)}, which takes too long on a module's name; expected a simpler one`,
          ),
      );
    } catch {
      throw new InputError(
        `${this.path}: ${key} has the pattern ${quoted(name)}, expected one that Python and JavaScript read alike`,
      );
    }
  }
}
