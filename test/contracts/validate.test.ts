// Values with more faults than memory has room for.
import Type from 'typebox';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { check, checkWithDefaults } from '../../harness/contracts/validate.ts';

const Role = Type.Union(['q', 'k', 'v', 'o', 'up', 'down'].map((name) => Type.Literal(name)));
const schema = Type.Object({
  targets: Type.Union([Type.Literal('all'), Type.Array(Role)]),
  rank: Type.Integer({ default: 8 }),
});

describe.each([
  ['check', check],
  ['checkWithDefaults', checkWithDefaults],
] as const)('%s', (_, checked) => {
  it('looks for the first fault only where there are a million', () => {
    const targets = Array<string>(1_000_000).fill('x');
    expect(() => checked(schema, { targets, rank: 1 }, { file: 'a.json' })).toThrow(
      /^a\.json: targets\[0\]: "x", did you mean "q"\?; expected "q" or "k"/,
    );
    expect(() => checked(schema, { targets, rank: 1 }, { file: 'a.json' })).toThrow(InputError);
  }, 10_000);

  it('takes a long list that has none', () => {
    const value = { targets: Array<string>(100_000).fill('q'), rank: 4 };
    expect(checked(schema, value, { file: 'a.json' })).toEqual(value);
  });
});
