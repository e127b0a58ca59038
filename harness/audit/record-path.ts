// Paths into a record, as rules name them: `config.training.epochs`.
import type { TSchema } from 'typebox';
import { InputError } from '../contracts/input-error.ts';
import { nearestName } from '../contracts/nearest.ts';
import { shown } from '../contracts/validate.ts';
import { RecordSchema, type RunRecord } from '../records/schema.ts';

/** Where null is a value that was chosen. */
export const TOLD_NULL = /^config\./;

/** The value at a path; undefined where the record has none. */
export function readPath(record: RunRecord, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
      record,
    );
}

/** What a record has at a path, by its schema: names of members, or undefined where there is no such path. */
export function membersAt(path: readonly string[]): readonly string[] | undefined {
  const schemas: readonly SchemaView[] = schemasAt(path);
  if (schemas.length === 0) return undefined;
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** The schemas that a value at a path may fit; none where there is no such path. */
export function schemasAt(path: readonly string[]): readonly TSchema[] {
  let schemas = alternatives(RecordSchema);
  for (const key of path) schemas = schemas.flatMap((schema) => memberOf(schema, key)).flatMap(alternatives);
  return schemas;
}

/**
 * @param others names that will do as well
 * @throws InputError for what is neither a path into a record nor one of them
 */
export function requirePath(key: string, where: string, others: readonly string[]): void {
  if (others.includes(key)) return;
  const parts = key.split('.');
  if (membersAt(parts) !== undefined) return;
  const good = parts.findIndex((_, index) => membersAt(parts.slice(0, index + 1)) === undefined);
  const above = parts.slice(0, good);
  const members = (membersAt(above) ?? []).map((name) => [...above, name].join('.'));
  const names = above.length === 0 ? [...members, ...others] : members;
  const nearest = nearestName(key, [...names, ...others]);
  const hint = nearest === undefined ? '' : `, did you mean ${shown(nearest)}?`;
  throw new InputError(
    `${where}: ${shown(key)} is no path into a record${hint}; expected ${names.length === 0 ? `nothing below ${above.join('.')}` : names.join(', ')}`,
  );
}

/** The parts of a JSON schema that paths go through. */
interface SchemaView {
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly patternProperties?: Readonly<Record<string, TSchema>>;
  readonly anyOf?: readonly TSchema[];
}

function alternatives(schema: TSchema & SchemaView): readonly TSchema[] {
  return schema.anyOf === undefined ? [schema] : schema.anyOf.flatMap(alternatives);
}

/** Of a record of names, such as a method's options, any name may be one. */
function memberOf({ properties, patternProperties }: TSchema & SchemaView, key: string): TSchema[] {
  if (properties !== undefined && Object.hasOwn(properties, key)) return [properties[key] as TSchema];
  return Object.values(patternProperties ?? {});
}
