// How records are written as JSON: keys in the schema's order, lists of plain values on one line.
import type { TSchema } from 'typebox';

/** The value with its keys in the order of the schema's properties; keys that the schema does not name are sorted. */
export function orderKeys(schema: TSchema, value: unknown): unknown {
  const view = schema as SchemaView;
  if (Array.isArray(value)) return value.map((item) => orderKeys(view.items ?? {}, item));
  if (typeof value !== 'object' || value === null) return value;
  const alternative = view.anyOf?.find((branch) => (branch as SchemaView).type === typeName(value));
  if (alternative !== undefined) return orderKeys(alternative, value);
  const properties = view.properties ?? {};
  const members = new Map(Object.entries(value));
  const named = Object.keys(properties).filter((key) => members.has(key));
  const others = [...members.keys()].filter((key) => !Object.hasOwn(properties, key)).sort();
  return Object.fromEntries(
    [...named, ...others].map((key) => [key, orderKeys(properties[key] ?? {}, members.get(key))]),
  );
}

/** JSON with two spaces of indentation, in which a list of numbers, texts or nulls takes one line. */
export function formatJson(value: unknown, indent = ''): string {
  const inner = `${indent}  `;
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null)) {
    return `[\n${value.map((item) => inner + formatJson(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => JSON.stringify(item)).join(', ')}]`;
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    const lines = Object.entries(value).map(
      ([key, item]) => `${inner}${JSON.stringify(key)}: ${formatJson(item, inner)}`,
    );
    return `{\n${lines.join(',\n')}\n${indent}}`;
  }
  return JSON.stringify(value);
}

/** Where the first number stands that JSON has no form for (NaN, an infinity), such as `losses[1]`; undefined if nowhere. */
export function placeOfNonFinite(value: unknown, at = ''): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : at;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const path = Array.isArray(value) ? `${at}[${key}]` : at === '' ? key : `${at}.${key}`;
    const place = placeOfNonFinite(item, path);
    if (place !== undefined) return place;
  }
  return undefined;
}

interface SchemaView {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
}

function typeName(value: object): string {
  return Array.isArray(value) ? 'array' : 'object';
}
