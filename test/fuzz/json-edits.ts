// Damage to a JSON document that leaves it JSON, or nearly: wrong types, huge numbers, missing and repeated keys, depth.
import fc from 'fast-check';

export interface JsonEdit {
  readonly node: Walk;
  readonly change: Change;
}

/**
 * The way down to a value: each number says which member, modulo their count. It ends early where there is none, so that
 * what is higher up is drawn more often than it would be among all values, most of which are a vocabulary's.
 */
type Walk = readonly number[];

type Change =
  /** Another text in place of the value; some are not JSON. */
  | { readonly kind: 'put'; readonly text: string }
  | { readonly kind: 'long'; readonly of: 'text' | 'list'; readonly length: number }
  | { readonly kind: 'deep'; readonly of: 'lists' | 'objects'; readonly depth: number }
  /** The value of another node in its place. */
  | { readonly kind: 'copy'; readonly from: Walk }
  | { readonly kind: 'drop' }
  | { readonly kind: 'repeat'; readonly times: number }
  /** The key, and the value, a second time with another. */
  | { readonly kind: 'twice'; readonly text: string }
  | { readonly kind: 'rename'; readonly key: string };

/** The document with the edit, written without spaces; unchanged where it is not JSON. */
export function editJson(text: string, { node, change }: JsonEdit): string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return text;
  }
  return write(document, { path: pathOf(document, node), change, document }).join(',');
}

const WALK = fc.array(fc.nat(100_000), { maxLength: 7 });

export const JSON_EDIT: fc.Arbitrary<JsonEdit> = fc.record({
  node: WALK,
  change: fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('put' as const), text: strangeText() }) },
    fc.record({
      kind: fc.constant('long' as const),
      of: fc.constantFrom('text' as const, 'list' as const),
      length: fc.constantFrom(1000, 100_000, 500_000),
    }),
    fc.record({
      kind: fc.constant('deep' as const),
      of: fc.constantFrom('lists' as const, 'objects' as const),
      depth: fc.constantFrom(100, 5000, 200_000),
    }),
    fc.record({ kind: fc.constant('copy' as const), from: WALK }),
    fc.constant({ kind: 'drop' as const }),
    fc.record({ kind: fc.constant('repeat' as const), times: fc.constantFrom(2, 3, 1000) }),
    fc.record({ kind: fc.constant('twice' as const), text: strangeText() }),
    fc.record({ kind: fc.constant('rename' as const), key: fc.constantFrom(...KEYS()) }),
  ),
});

function KEYS(): readonly string[] {
  return ['', '__proto__', 'constructor', 'toString', 'length', 'a\nb', '\u0000', '\ud800'];
}

/** JSON texts, but for NaN and the infinities, which some writers put there. */
function strangeText(): fc.Arbitrary<string> {
  return fc.constantFrom(
    ...['null', 'true', 'false', '{}', '[]', '[null]', '[[]]', '{"":null}', '{"__proto__":{"a":1}}', '["a","b"]'],
    ...[
      '0',
      '-0',
      '-1',
      '1',
      '3',
      '0.5',
      '1e-320',
      '1e308',
      '-1e308',
      '1e999',
      '-1e999',
      'NaN',
      'Infinity',
      '-Infinity',
    ],
    ...[31n, 32n, 53n, 63n, 64n].flatMap((bits) => [`${2n ** bits - 1n}`, `${2n ** bits}`]),
    ...[
      '""',
      '" "',
      '"a"',
      '"0"',
      '"\\u0000"',
      '"\\ud800"',
      '"a\\nb"',
      '"\\u001b[2J"',
      '"\\u2028"',
      '"__proto__"',
      '"constructor"',
    ],
    ...[
      '"../../a"',
      '"/dev/zero"',
      '"C:\\\\a"',
      '"true"',
      '"NaN"',
      '"("',
      '"[z-a]"',
      '"(?P<a>b)"',
      '"\\ufeff"',
      '"\ufffd"',
    ],
  );
}

/** The keys, or indices, on the way. */
function pathOf(document: unknown, walk: Walk): string[] {
  const path: string[] = [];
  let value = document;
  for (const step of walk) {
    if (typeof value !== 'object' || value === null) break;
    const members = Object.entries(value);
    const member = members[step % members.length];
    if (member === undefined) break;
    path.push(member[0]);
    value = member[1];
  }
  return path;
}

function valueAt(document: unknown, path: readonly string[]): unknown {
  return path.reduce((value, key) => (value as Record<string, unknown>)[key], document);
}

interface Place {
  /** From the value that is written to the one that changes; undefined where that lies elsewhere. */
  readonly path: readonly string[] | undefined;
  readonly change: Change;
  readonly document: unknown;
}

/** The texts that stand in the place of a value: mostly one. With `key` each is a member of an object. */
function write(value: unknown, place: Place, key?: string): string[] {
  const { path, change, document } = place;
  const inner = path === undefined ? JSON.stringify(value) : composite(value, place);
  const label = key === undefined ? '' : `${JSON.stringify(key)}:`;
  if (path?.length !== 0) return [label + inner];
  switch (change.kind) {
    case 'put':
      return [label + change.text];
    case 'long':
      return [label + (change.of === 'text' ? `"${'a'.repeat(change.length)}"` : `[${Array(change.length).fill(0)}]`)];
    case 'deep':
      return [label + deep(change.of, change.depth)];
    case 'copy':
      return [label + JSON.stringify(valueAt(document, pathOf(document, change.from)))];
    case 'drop':
      return [];
    case 'repeat':
      return Array<string>(Math.min(change.times, Math.ceil(1e6 / (inner.length + 1)) + 1)).fill(label + inner);
    case 'twice':
      return [label + inner, label + change.text];
    case 'rename':
      return [key === undefined ? inner : `${JSON.stringify(change.key)}:${inner}`];
  }
}

function composite(value: unknown, { path = [], ...place }: Place): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const [next, ...rest] = path;
  const placeOf = (key: string): Place => ({ ...place, path: key === next ? rest : undefined });
  if (Array.isArray(value)) return `[${value.flatMap((each, i) => write(each, placeOf(String(i)))).join(',')}]`;
  return `{${Object.entries(value)
    .flatMap(([key, each]) => write(each, placeOf(key), key))
    .join(',')}}`;
}

function deep(of: 'lists' | 'objects', depth: number): string {
  return of === 'lists' ? '['.repeat(depth) + ']'.repeat(depth) : `${'{"a":'.repeat(depth)}0${'}'.repeat(depth)}`;
}
