// Checks data against a schema, and says what is wrong, a line each: the file, the key, the value and what was expected.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static, TSchema } from 'typebox';
import { InputError } from './input-error.ts';
import { nearestName } from './nearest.ts';

/** Where the data stands, for messages: `at` is the key path of the whole value (such as `methods[1].options`). */
export interface Place {
  readonly file: string;
  readonly at?: string;
}

/**
 * `value` itself, once it fits `schema`; unknown keys are errors where the schema is closed.
 * @throws InputError naming of every fault file, key, value, what was expected and the nearest valid name
 */
export function check<S extends TSchema>(schema: S, value: unknown, place: Place): Static<S> {
  validate(checkers, { verbose: true, strict: true }, schema, value, place);
  return value as Static<S>;
}

/**
 * A copy of `value` in which every key that is absent has the schema's default.
 * @throws InputError as {@link check}
 */
export function checkWithDefaults<S extends TSchema>(schema: S, value: unknown, place: Place): Static<S> {
  const copy: unknown = structuredClone(value);
  validate(fillers, { verbose: true, strict: true, useDefaults: true }, schema, copy, place);
  return copy as Static<S>;
}

/** The error of a name that is none of `names`: `a.json: tasks[0]: "glue/stbs" is no task, did you mean "glue/stsb"?` */
export function unknownName(where: string, kind: string, name: string, names: readonly string[]): InputError {
  return new InputError(`${where}: ${shown(name)} is no ${kind}${suggestion(name, names)}; expected ${oneOf(names)}`);
}

/** Compiled schemas, by the schema object: compiling takes milliseconds, and a study's records share one schema. */
const checkers = compilations();
const fillers = compilations();

/** Some find every fault, some the first. */
function compilations(): Readonly<Record<'all' | 'first', WeakMap<TSchema, ValidateFunction>>> {
  return { all: new WeakMap(), first: new WeakMap() };
}

function validate(
  compilations: typeof checkers,
  options: ConstructorParameters<typeof Ajv>[0] & object,
  schema: TSchema,
  value: unknown,
  place: Place,
): void {
  // Of a list of a million, each with a fault or several, finding all would take gigabytes.
  const find = isLarge(value) ? 'first' : 'all';
  const compiled = compilations[find];
  let run = compiled.get(schema);
  if (run === undefined) {
    run = new Ajv({ ...options, allErrors: find === 'all' }).compile(schema);
    compiled.set(schema, run);
  }
  if (run(value)) return;
  const errors = withoutMisspelled(settleUnions(run.errors ?? []));
  throw new InputError(...new Set(errors.map((error) => message(error, place))));
}

/** Values, at any depth, beyond which only a first fault is looked for. */
const LARGE = 2000;

function isLarge(value: unknown): boolean {
  let left = LARGE;
  const count = (each: unknown): boolean => {
    left--;
    return left < 0 || (typeof each === 'object' && each !== null && Object.values(each).some(count));
  };
  return count(value);
}

/** A key that is missing because it is misspelled is one fault, which the misspelled one tells. */
function withoutMisspelled(errors: readonly ErrorObject[]): ErrorObject[] {
  const meant = new Set(
    errors
      .filter((error) => error.keyword === 'additionalProperties')
      .map((error) => `${error.instancePath} ${nearestName(unknownKey(error), knownKeys(error))}`),
  );
  return errors.filter(
    ({ keyword, instancePath, params }) =>
      keyword !== 'required' || !meant.has(`${instancePath} ${params.missingProperty}`),
  );
}

function unknownKey(error: ErrorObject): string {
  return String(error.params.additionalProperty);
}

function knownKeys(error: ErrorObject): string[] {
  return Object.keys((error.parentSchema?.properties ?? {}) as object);
}

/**
 * Of a union's errors, those of the alternative that was meant: the one whose type fits and whose content does not.
 * Where no alternative's type fits, the union's own error stands for all.
 */
function settleUnions(errors: readonly ErrorObject[]): ErrorObject[] {
  let left = [...errors];
  for (const union of errors.filter((error) => error.keyword === 'anyOf')) {
    const inside = (error: ErrorObject): boolean =>
      error !== union &&
      error.schemaPath.startsWith(`${union.schemaPath}/`) &&
      isWithin(error.instancePath, union.instancePath);
    const branchOf = (error: ErrorObject): string =>
      error.schemaPath.slice(union.schemaPath.length + 1).split('/')[0] ?? '';
    const within = left.filter(inside);
    const branches = [...new Set(within.map(branchOf))].map((name) =>
      within.filter((error) => branchOf(error) === name),
    );
    const isOther = (error: ErrorObject): boolean =>
      error.instancePath === union.instancePath && ['type', 'const', 'enum', 'anyOf'].includes(error.keyword);
    const meant = branches.find((branch) => !branch.some(isOther));
    left = left.filter((error) =>
      meant === undefined ? !inside(error) : error !== union && (!inside(error) || meant.includes(error)),
    );
  }
  return left;
}

function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}/`);
}

function message(error: ErrorObject, place: Place): string {
  const path = keyPath(error.instancePath, place.at ?? '');
  if (error.keyword === 'additionalProperties') {
    const [key, names] = [unknownKey(error), knownKeys(error)];
    const value = shown((error.data as Record<string, unknown>)[key]);
    return `${place.file}: ${join(path, key)}: unknown key (its value is ${value})${suggestion(key, names)}; expected ${oneOf(names)}`;
  }
  if (error.keyword === 'required') {
    const key = String(error.params.missingProperty);
    const properties = (error.parentSchema?.properties ?? {}) as Record<string, SchemaView>;
    return `${place.file}: ${join(path, key)}: missing; expected ${expected(properties[key] ?? {})}`;
  }
  const schema = (error.parentSchema ?? {}) as SchemaView;
  const choices = [...(schema.anyOf ?? []).map((branch) => branch.const), ...(schema.enum ?? [])];
  const names = choices.filter((name) => typeof name === 'string');
  const hint = typeof error.data === 'string' ? suggestion(error.data, names) : '';
  const where = path === '' ? place.file : `${place.file}: ${path}`;
  const extra = EXTRA[error.keyword]?.(schema) ?? '';
  return `${where}: ${shown(error.data)}${hint}; expected ${expected(schema)}${extra}`;
}

/** Of a list, what is told only where it is not so. */
const EXTRA: Readonly<Record<string, (schema: SchemaView) => string>> = {
  uniqueItems: () => ', none of them twice',
  maxItems: ({ maxItems }) => `, ${maxItems} of them at most`,
};

/** The parts of a JSON schema that messages speak of. */
interface SchemaView {
  readonly type?: string;
  readonly const?: unknown;
  readonly anyOf?: readonly SchemaView[];
  readonly enum?: readonly unknown[];
  readonly items?: SchemaView;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
}

const NOUNS: Readonly<Record<string, string>> = {
  integer: 'an integer',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
};

function expected(schema: SchemaView): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(expected))].join(' or ');
  const noun = NOUNS[schema.type ?? ''] ?? 'a value';
  const limits = [
    schema.minItems === undefined ? undefined : `of at least ${schema.minItems}`,
    schema.items === undefined ? undefined : `(each: ${expected(schema.items)})`,
    schema.minimum === undefined ? undefined : `from ${schema.minimum}`,
    schema.exclusiveMinimum === undefined ? undefined : `above ${schema.exclusiveMinimum}`,
    schema.maximum === undefined ? undefined : `up to ${schema.maximum}`,
    schema.exclusiveMaximum === undefined ? undefined : `below ${schema.exclusiveMaximum}`,
    schema.minLength === undefined ? undefined : 'that is not empty',
    schema.pattern === undefined ? undefined : `like ${schema.pattern}`,
  ].filter((limit) => limit !== undefined);
  return [noun, ...limits].join(' ');
}

function suggestion(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  return nearest === undefined ? '' : `, did you mean ${shown(nearest)}?`;
}

function oneOf(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

/** What a schema asks for, as messages say it: `an integer from 1`. */
export function expectedText(schema: TSchema): string {
  return expected(schema);
}

/** A value as JSON, cut where it is long; a number that JSON cannot hold as itself. */
export function shown(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

/** `/methods/1/options` below `at` becomes `methods[1].options`. */
function keyPath(pointer: string, at: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), at);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
