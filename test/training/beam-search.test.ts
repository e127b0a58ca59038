// Searches against transformers' generate() of models whose logits follow from the last token alone (fixtures made by
// scripts/fixtures/generate.py); many tokens end a text, so every rule about them comes to bear.
import { describe, expect, it } from 'vitest';
import { type Candidate, candidatesOf, createSearch, type SearchOptions } from '../../harness/training/beam-search.ts';
import { readFixture } from '../fixtures.ts';

interface Golden {
  readonly firsts: readonly number[];
  readonly maxNewTokens: number;
  /** Of each model: the logits after each token. */
  readonly tables: readonly (readonly (readonly number[])[])[];
  readonly cases: readonly {
    readonly table: number;
    readonly beams: number;
    readonly eosTokenIds: readonly number[];
    /** Of each first token. */
    readonly continued: readonly (readonly number[])[];
  }[];
}

const golden = readFixture<Golden>('decoder/bigrams.json');

function likeliest(logits: readonly number[], count: number): Candidate[] {
  const total = Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return logits
    .map((logit, token) => ({ token, logProbability: Math.fround(logit - total) }))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, count);
}

function decode(table: readonly (readonly number[])[], first: number, options: SearchOptions): readonly number[] {
  const search = createSearch(options);
  let last = [first];
  while (!search.isDone) {
    const found = last.map((token) => likeliest(table[token] ?? [], candidatesOf(options)));
    last = search.advance(found).map(({ token }) => token);
  }
  return search.best();
}

describe.each([1, 2, 4])('%i beams', (beams) => {
  it.each(golden.cases.filter((each) => each.beams === beams))(
    'of model $table, ended by $eosTokenIds',
    ({ table, eosTokenIds, continued }) => {
      const options = { beams, maxNewTokens: golden.maxNewTokens, eosTokenIds };
      const found = golden.firsts.map((first) => decode(golden.tables[table] ?? [], first, options));
      expect(found).toEqual(continued);
    },
  );
});

it('takes an end token only where it is among as many as there are beams', () => {
  const search = createSearch({ beams: 2, maxNewTokens: 3, eosTokenIds: [0, 9] });
  const ranked = (tokens: readonly number[], best: number) =>
    tokens.map((token, rank) => ({ token, logProbability: best - rank / 10 }));
  search.advance([ranked([0, 1, 9, 3, 4, 5], -1)]);
  // Were 9 taken too, these would be worse than two that ended.
  search.advance([ranked([4, 5, 6, 7, 8, 2], -1.4), ranked([4, 5, 6, 7, 8, 2], -2)]);
  expect(search.isDone).toBe(false);
  search.advance([ranked([5, 6, 7, 8, 2, 1], -0.01), ranked([4, 5, 6, 7, 8, 2], -2)]);
  expect(search.best()).toEqual([1, 4, 5]);
});
