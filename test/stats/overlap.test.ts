// What of the evaluation sets repeats the training split: cases by hand, and brute force over every pair of texts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChoiceExample, TextExample } from '../../harness/contracts/dataset.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { nearDuplicates } from '../../harness/stats/near-duplicates.ts';
import { overlapOf } from '../../harness/stats/overlap.ts';

const example = (id: string, ...texts: [string] | [string, string]): TextExample => ({ id, texts, label: 0 });
const overlap = (train: readonly TextExample[], examples: readonly TextExample[]) =>
  overlapOf({ train, evaluation: [{ name: 'test', examples }] });
const words = (count: number, word = 'word') => Array.from({ length: count }, (_, i) => `${word}${i}`);

describe('an evaluation example', () => {
  const train = [
    example('a', 'The "Café" opens, at 9.'),
    example('b', 'ONE', 'two'),
    example('c', 'the café opens at 9'),
  ];

  it.each([
    ['of the same letters and digits', example('x', '  the cafe\u0301 -- opens at ９!'), 'a'],
    ['that is the same pair', example('x', 'one.', '(two)'), 'b'],
  ])('%s is exact, and paired with the first', (_name, scored, trainId) => {
    const pair = { set: 'test', id: 'x', trainId, similarity: 1, exact: true };
    expect(overlap(train, [scored])).toEqual({ exact: 1, near: 0, pairs: [pair] });
  });

  it.each([
    ['with other words', example('x', 'the shop closes at 9')],
    ['whose pair is parted elsewhere', example('x', 'one two')],
    ['in the other order', example('x', 'two', 'one')],
  ])('%s is neither exact nor near', (_name, scored) => {
    expect(overlap(train, [scored])).toEqual({ exact: 0, near: 0, pairs: [] });
  });

  it('with nothing but marks repeats nothing', () => {
    expect(overlap([example('a', '!'), example('b', '?', '...')], [example('x', '?!'), example('y', '', '-')])).toEqual(
      {
        exact: 0,
        near: 0,
        pairs: [],
      },
    );
  });

  it('is near by characters where it is short: at 0.8, not below', () => {
    // Runs of five characters: 16 each, of which the changed ends leave so many in common.
    const [text, near, far] = ['abcdefghijklmnopqrst', 'abcdefghijklmnopqrsX', 'abcdefghijklmnopqrXY'];
    expect(overlap([example('a', text)], [example('x', near), example('y', far)])).toMatchObject({
      near: 1,
      pairs: [{ id: 'x', trainId: 'a', similarity: 15 / 17, exact: false }],
    });
    // 9 of 10, 8 of 10.
    const sets = nearDuplicates(['abcdefghijklm', 'abcdefghijkl'], ['abcdefghijklmn']);
    expect(sets).toEqual([
      { index: 0, similarity: 9 / 10 },
      { index: 0, similarity: 8 / 10 },
    ]);
  });

  it('is near by words where it has fifty', () => {
    const text = words(50);
    const changed = (at: readonly number[]) => text.map((word, i) => (at.includes(i) ? 'changed' : word)).join(' ');
    expect(nearDuplicates([changed([25]), changed([10, 25])], [text.join(' ')])).toEqual([
      { index: 0, similarity: 41 / 51 },
      undefined,
    ]);
  });

  it('is paired with the most similar, the first of equals', () => {
    const text = 'a text that is long enough to be near with a letter changed';
    const near = [`${text}s`, `${text}s and`, text.replace('x', 'k')];
    expect(nearDuplicates([text], near)[0]?.index).toBe(0);
    expect(nearDuplicates([text], [`${text}z`, `${text}s`])[0]?.index).toBe(0);
  });
});

it('compares questions together with their options, over every set', () => {
  const choice = (id: string, question: string, ...options: string[]): ChoiceExample => ({
    id,
    question,
    options,
    label: 0,
    instruction: '',
    answers: [],
  });
  const { exact, near, pairs } = overlapOf({
    train: [choice('t', 'Which is it?', 'this', 'that')],
    evaluation: [
      { name: 'one', examples: [choice('x', 'Which is it?', 'these', 'those things')] },
      { name: 'two', examples: [choice('x', 'which is it', 'This.', 'That.')] },
    ],
  });
  expect([exact, near]).toEqual([1, 0]);
  expect(pairs).toEqual([{ set: 'two', id: 'x', trainId: 't', similarity: 1, exact: true }]);
});

const word = fc.constantFrom('a', 'be', 'sea', 'deep', 'eagle', 'effort');

it('finds a copy whatever its case, marks and spaces, wherever it stands', () => {
  const text = fc.array(word, { minLength: 1, maxLength: 12 });
  const mark = fc.constantFrom(' ', '  ', ', ', ' - ', '! ', '\t');
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), fc.nat(), mark, (texts, at, between) => {
      const train = texts.map((own, i) => example(`${i}`, own.join(' ')));
      const copied = (texts[at % texts.length] as string[]).join(between).toUpperCase();
      expect(overlap(train, [example('x', `"${copied}"`)])).toMatchObject({ exact: 1, near: 0 });
    }),
  );
});

describe('finds what comparing every pair finds', () => {
  /** Texts that differ in a few words, so that they come near the bound from both sides. */
  const families = (base: fc.Arbitrary<string[]>, replacement: fc.Arbitrary<string>, most: number) => {
    const changes = fc.array(fc.tuple(fc.nat(), replacement), { maxLength: 3 });
    const family = fc
      .tuple(base, fc.array(changes, { minLength: 1, maxLength: 4 }))
      .map(([text, all]) =>
        all.map((own) =>
          own.reduce((changed, [at, other]) => changed.with(at % changed.length, other), text).join(' '),
        ),
      );
    return fc.array(family, { minLength: 1, maxLength: most }).map((each) => each.flat());
  };
  const ofWords = (arbitrary: fc.Arbitrary<string>, ...lengths: [number, number][]) =>
    fc.oneof(...lengths.map(([minLength, maxLength]) => fc.array(arbitrary, { minLength, maxLength })));
  /** Of any characters: the table that numbers shingles holds some of 16 bits each, and halves of pairs. */
  const any = fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.replaceAll(' ', ''));

  it.each([
    ['short and long', families(ofWords(word, [1, 12], [46, 60]), word, 5), 150],
    ['of the same few shingles', families(ofWords(fc.constantFrom('a', 'aa', ''), [1, 8], [48, 52]), word, 5), 150],
    ['of any characters', families(ofWords(any, [1, 12]), any, 5), 150],
    ['of many families', families(ofWords(word, [3, 20], [45, 55]), word, 40), 15],
  ])('in texts %s', (_name, texts, numRuns) => {
    let found = 0;
    fc.assert(
      fc.property(texts, texts, fc.boolean(), (queries, others, shared) => {
        const all = shared ? [...others, ...queries.map((text) => `${text} ${text.slice(-1)}`)] : others;
        const results = nearDuplicates(queries, all);
        expect(results).toEqual(byBruteForce(queries, all));
        found += results.filter((result) => result !== undefined).length;
      }),
      { numRuns, seed: 3 },
    );
    expect(found).toBeGreaterThan(50);
  });
});

it('finds them among thousands of shingles', () => {
  const stream = streamsOf(0)('texts');
  const made = Array.from({ length: 400 }, () =>
    Array.from({ length: 4 + stream.integer(12) }, () => stream.integer(3000).toString(36)),
  );
  const texts = made.map((all) => all.join(' '));
  const queries = made
    .slice(100, 200)
    .map((all, i) => all.with(i % all.length, (i % 3 === 0 ? all[i % all.length] : 'x') as string).join(' '));
  const found = nearDuplicates(queries, texts);
  expect(found).toEqual(byBruteForce(queries, texts));
  expect(found.filter((one) => one !== undefined).length).toBeGreaterThan(30);
});

type Found = ReturnType<typeof nearDuplicates>;

function byBruteForce(queries: readonly string[], texts: readonly string[]): Found {
  const [byWords, byCharacters] = [texts.map((text) => shingles(text, ' ')), texts.map((text) => shingles(text, ''))];
  return queries.map((query) => {
    const isLong = query.split(' ').length >= 50;
    const own = shingles(query, isLong ? ' ' : '');
    const similarities = (isLong ? byWords : byCharacters).map((other) => {
      const shared = [...own].filter((shingle) => other.has(shingle)).length;
      return shared / (own.size + other.size - shared);
    });
    const most = Math.max(...similarities);
    return most >= 0.8 ? { index: similarities.indexOf(most), similarity: most } : undefined;
  });
}

function shingles(text: string, between: string): Set<string> {
  const parts = text.split(between);
  const all = new Set<string>();
  for (let i = 0; i === 0 || i + 5 <= parts.length; i++) all.add(parts.slice(i, i + 5).join(between));
  return all;
}
