// `list methods NAME`: a method's options with their defaults, where it acts, and what it trains of models that are known.
import type { TObject } from 'typebox';
import type { Method } from '../contracts/method.ts';
import type { ModelSpec } from '../contracts/model.ts';
import { checkWithDefaults, expectedText, shown } from '../contracts/validate.ts';
import { countBase, sitesOf } from '../models/count.ts';

export interface ListedOption {
  readonly name: string;
  readonly expected: string;
  /** As study.json would have it. */
  readonly default: string;
  readonly description: string;
}

export interface ListedCount {
  readonly model: string;
  /** The roles of its linear maps: what `targets` may name. */
  readonly roles: string;
  readonly trainable: number;
  readonly trainableCumulative: number;
  readonly stored: number;
  /** The base model's parameters. */
  readonly total: number;
}

export interface ListedMethod {
  readonly name: string;
  readonly title: string;
  readonly summary: string;
  readonly options: readonly ListedOption[];
  /** Steps that the counts are of. */
  readonly steps: number;
  /** At the default options; a head is counted apart. */
  readonly counts: readonly ListedCount[];
}

export interface NamedSpec {
  readonly model: string;
  readonly spec: ModelSpec;
}

/** Of what draws its parameters anew, so many steps draw some. */
const STEPS = 100;

export function listedMethod(method: Method, specs: readonly NamedSpec[]): ListedMethod {
  const { name, title, summary, optionsSchema } = method;
  const options = checkWithDefaults(optionsSchema, {}, { file: name });
  return {
    ...{ name, title, summary, options: optionsOf(optionsSchema), steps: STEPS },
    counts: specs.map(({ model, spec }) => ({
      model,
      roles: [...new Set(sitesOf(spec).map(({ role }) => role))].join(', '),
      ...method.count(spec, options, { totalSteps: STEPS }),
      total: countBase(spec),
    })),
  };
}

function optionsOf({ properties }: TObject): ListedOption[] {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    expected: expectedText(schema),
    default: 'default' in schema ? shown(schema.default) : 'none',
    description: 'description' in schema && typeof schema.description === 'string' ? schema.description : '',
  }));
}
