// What a method leaves to the search, key by key: its learning rates and options, as lists of values or as ranges.
import type { TObject, TSchema } from 'typebox';
import Type from 'typebox';
import { Faults, InputError } from '../../contracts/input-error.ts';
import { check, shown, unknownName } from '../../contracts/validate.ts';
import type { MethodEntry, Range } from '../schema.ts';

/** Of the searched keys, such as `learningRate` and `options.r`, a value each. */
export type Values = Readonly<Record<string, unknown>>;

export interface ListDimension {
  readonly key: string;
  readonly choices: readonly unknown[];
}

export interface RangeDimension extends Range {
  readonly key: string;
  /** Whether values are whole numbers. */
  readonly isWhole: boolean;
}

export type Dimension = ListDimension | RangeDimension;

/** In the order in which the study has them; empty where nothing is searched. */
export type Space = readonly Dimension[];

export const isList = (dimension: Dimension): dimension is ListDimension => 'choices' in dimension;

const OPTION = 'options.';
const rateSchema = Type.Number({ exclusiveMinimum: 0 });

/**
 * @param at the entry's place, such as `methods[1]`
 * @throws InputError naming each key that cannot be searched, is given twice or has a value that will not do
 */
export function spaceOf(entry: MethodEntry, optionsSchema: TObject, file: string, at: string): Space {
  const faults = new Faults();
  const refuse = (key: string, fault: string) => faults.add(new InputError(`${file}: ${at}.${key}: ${fault}`));
  const { learningRate, space = {} } = entry;
  if (Array.isArray(learningRate) && entry.space !== undefined) {
    refuse('learningRate', `${shown(learningRate)}; expected one rate, or the list in space beside the other keys`);
  }
  if (learningRate === undefined && space.learningRate === undefined) {
    refuse('learningRate', 'missing; expected a number above 0, a list of them, or space.learningRate');
  }
  const schemas = searchable(optionsSchema);
  const dimensions = Object.entries(space).flatMap(([key, searched]): Dimension[] => {
    const schema = schemas.get(key);
    if (schema === undefined) {
      faults.add(unknownName(`${file}: ${at}.space`, 'key of a search', key, [...schemas.keys()]));
      return [];
    }
    const given = givenOf(entry, key);
    if (given !== undefined) refuse(key, `${shown(given)}; expected it there or in space, where it is too`);
    const place = `${at}.space.${key}`;
    if (Array.isArray(searched)) {
      searched.forEach((value, i) => void faults.of(() => check(schema, value, { file, at: `${place}[${i}]` })));
      return [{ key, choices: searched }];
    }
    faults.of(() => checkRange(searched, schema, file, place));
    return [{ key, ...searched, isWhole: isWhole(schema) }];
  });
  faults.throw();
  return Array.isArray(learningRate) ? [{ key: 'learningRate', choices: learningRate }] : dimensions;
}

/** The method's options at a setting. */
export function optionsAt(options: Values, values: Values): Values {
  const searched = Object.entries(values).filter(([key]) => key.startsWith(OPTION));
  return { ...options, ...Object.fromEntries(searched.map(([key, value]) => [key.slice(OPTION.length), value])) };
}

/** By key, what its values must be. */
function searchable({ properties }: TObject): ReadonlyMap<string, TSchema> {
  return new Map<string, TSchema>([
    ['learningRate', rateSchema],
    ['headLearningRate', rateSchema],
    ...Object.entries(properties).map(([name, schema]) => [`${OPTION}${name}`, schema] as const),
  ]);
}

/** What the entry says of a key besides its space. */
function givenOf({ learningRate, headLearningRate, options = {} }: MethodEntry, key: string): unknown {
  if (key.startsWith(OPTION)) return options[key.slice(OPTION.length)];
  // A list is refused as a whole.
  return key === 'learningRate' ? (Array.isArray(learningRate) ? undefined : learningRate) : headLearningRate;
}

function checkRange(range: Range, schema: TSchema, file: string, at: string): void {
  const { from, to, scale } = range;
  check(schema, from, { file, at: `${at}.from` });
  check(schema, to, { file, at: `${at}.to` });
  if (from >= to) throw new InputError(`${file}: ${at}.from: ${from}; expected less than to, which is ${to}`);
  if (scale === 'log' && from <= 0) {
    throw new InputError(`${file}: ${at}.from: ${from}; expected a number above 0, as the scale is "log"`);
  }
}

/** Whether the numbers that a schema allows are integers. */
function isWhole(schema: TSchema): boolean {
  const branches = 'anyOf' in schema && Array.isArray(schema.anyOf) ? (schema.anyOf as TSchema[]) : [schema];
  const types = branches.map((branch) => ('type' in branch ? branch.type : undefined));
  return types.includes('integer') && !types.includes('number');
}
