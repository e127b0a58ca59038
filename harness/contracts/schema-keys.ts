// The keys of a schema as a list, for whoever reads instead of checks: where a key stands, what it may be, its default.
import type { TSchema } from 'typebox';
import { expectedText } from './validate.ts';

export interface SchemaKey {
  /** From the top: `methods[].learningRate`; `<name>` where any name may stand. */
  readonly path: string;
  /** In words: `an integer from 1`. */
  readonly type: string;
  /** The default as JSON; null where there is none. */
  readonly standard: string | null;
  readonly isRequired: boolean;
  /** Empty where the schema has none. */
  readonly description: string;
  /** Of objects that a key tells apart, such as claims by `kind`, those that have this one; empty where all have it. */
  readonly only: readonly string[];
}

/** The parts of a JSON schema that its keys are read from. */
interface KeyedSchema {
  readonly const?: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, KeyedSchema>>;
  readonly patternProperties?: Readonly<Record<string, KeyedSchema>>;
  readonly required?: readonly string[];
  readonly items?: KeyedSchema;
  readonly anyOf?: readonly KeyedSchema[];
}

/**
 * Every key at any depth, in the schema's order.
 * @param elsewhere names of keys whose own keys are listed elsewhere, such as `training`
 */
export function keysOf(schema: TSchema, elsewhere: readonly string[] = []): SchemaKey[] {
  return keysBelow(schema as KeyedSchema, '', elsewhere);
}

function keysBelow(schema: KeyedSchema, path: string, elsewhere: readonly string[]): SchemaKey[] {
  const objects = objectsIn(schema, path);
  const names = namesOf(objects);
  const held = objects.flatMap((object, index) => keysOfObject(object, elsewhere).map((key) => ({ key, index })));
  // Objects that describe a key alike share it; one that means something else by it has a line of its own.
  const groups = new Map<string, typeof held>();
  for (const one of held) {
    const group = JSON.stringify([one.key.path, one.key.description]);
    groups.set(group, [...(groups.get(group) ?? []), one]);
  }
  const paths = [...new Set(held.map(({ key }) => key.path))];
  return [...groups.values()]
    .flatMap((group) => {
      const [first] = group;
      if (first === undefined) return [];
      const type = [...new Set(group.map(({ key }) => key.type))].join(' or ');
      const only = group.length === objects.length ? first.key.only : group.flatMap(({ index }) => names[index] ?? []);
      return [{ ...first.key, type, only }];
    })
    .sort((a, b) => paths.indexOf(a.path) - paths.indexOf(b.path));
}

interface ObjectAt {
  readonly path: string;
  readonly schema: KeyedSchema;
}

/** The objects that a value may be, or hold in lists. */
function objectsIn(schema: KeyedSchema, path: string): ObjectAt[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap((branch) => objectsIn(branch, path));
  if (schema.items !== undefined) return objectsIn(schema.items, `${path}[]`);
  return schema.properties === undefined && schema.patternProperties === undefined ? [] : [{ path, schema }];
}

function keysOfObject({ path, schema }: ObjectAt, elsewhere: readonly string[]): SchemaKey[] {
  const at = (name: string) => (path === '' ? name : `${path}.${name}`);
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => [
    keyOf(at(name), member, schema.required?.includes(name) ?? false),
    ...(elsewhere.includes(name) ? [] : keysBelow(member, at(name), elsewhere)),
  ]);
  const others = Object.values(schema.patternProperties ?? {});
  return [...named, ...others.flatMap((member) => keysBelow(member, at('<name>'), elsewhere))];
}

function keyOf(path: string, schema: KeyedSchema, isRequired: boolean): SchemaKey {
  const standard = schema.default === undefined ? null : JSON.stringify(schema.default);
  const described = [schema, ...(schema.anyOf ?? [])].find(({ description }) => description !== undefined);
  const description = described?.description ?? '';
  return {
    path,
    type: expectedText(schema),
    standard,
    isRequired: isRequired && standard === null,
    description,
    only: [],
  };
}

/** Of objects that the literal values of a key tell apart, these values; nothing of others. */
function namesOf(objects: readonly ObjectAt[]): readonly (readonly string[])[] {
  const keys = Object.keys(objects[0]?.schema.properties ?? {});
  const names = keys.map((key) => objects.map(({ schema }) => literalsOf(schema.properties?.[key])));
  return names.find((ofObjects) => ofObjects.every((literals) => literals.length > 0)) ?? [];
}

function literalsOf(schema: KeyedSchema | undefined): readonly string[] {
  if (schema?.anyOf !== undefined) return schema.anyOf.flatMap(literalsOf);
  return typeof schema?.const === 'string' ? [schema.const] : [];
}
