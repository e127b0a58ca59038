// How much of what a task is scored on lies in what it is trained on: examples whose text equals a training example's, and
// those whose text nearly does.
import type { ChoiceExample, TaskData, TextExample } from '../contracts/dataset.ts';
import { nearDuplicates } from './near-duplicates.ts';

/** Raise it where the same texts give other counts: what was found before is then searched for again. */
export const OVERLAP_RULE = 1;

/** An evaluation example and the training example that it repeats: the most similar, the first of equals. */
export interface OverlapPair {
  readonly set: string;
  readonly id: string;
  readonly trainId: string;
  /** 1 where the normalised texts are equal; else of their shingles, as {@link nearDuplicates} has it. */
  readonly similarity: number;
  readonly exact: boolean;
}

export interface Overlap {
  /** Evaluation examples, of all sets, whose normalised text is a training example's. */
  readonly exact: number;
  /** Others whose text is nearly a training example's. */
  readonly near: number;
  readonly pairs: readonly OverlapPair[];
}

/**
 * Compares texts without their labels: both texts of a pair, or a question and its options, normalised (Unicode NFKC, lower
 * case, letters and digits only, single spaces). A text of which nothing is left repeats nothing.
 */
export function overlapOf({ train, evaluation }: Splits): Overlap {
  const trained: readonly Example[] = train;
  const texts = trained.map(normalised);
  const scored = scoredIn(evaluation);
  const equal = firstEqual(scored, texts);
  const others = scored.filter((example) => example.text !== '' && !equal.has(example.text));
  const near = nearDuplicates(
    others.map(({ text }) => text),
    texts,
  );
  const nearOf = new Map(others.map((example, i) => [example, near[i]]));
  const pairs = scored.flatMap((example): OverlapPair[] => {
    const { set, id, text } = example;
    const same = equal.get(text);
    const found = same === undefined ? nearOf.get(example) : { index: same, similarity: 1 };
    if (found === undefined) return [];
    const { id: trainId } = trained[found.index] as Example;
    return [{ set, id, trainId, similarity: found.similarity, exact: same !== undefined }];
  });
  const exact = pairs.filter((pair) => pair.exact).length;
  return { exact, near: pairs.length - exact, pairs };
}

/** What is compared. */
type Splits = Pick<TaskData, 'train' | 'evaluation'>;
type Example = TextExample | ChoiceExample;

interface Scored {
  readonly set: string;
  readonly id: string;
  readonly text: string;
}

function scoredIn(evaluation: Splits['evaluation']): Scored[] {
  const sets: readonly { readonly name: string; readonly examples: readonly Example[] }[] = evaluation;
  return sets.flatMap(({ name, examples }) =>
    examples.map((example) => ({ set: name, id: example.id, text: normalised(example) })),
  );
}

/** From a text that is scored, and not empty, to the first that equals it. */
function firstEqual(scored: readonly Scored[], texts: readonly string[]): Map<string, number> {
  const wanted = new Set(scored.map(({ text }) => text).filter((text) => text !== ''));
  const first = new Map<string, number>();
  for (const [index, text] of texts.entries()) if (wanted.has(text) && !first.has(text)) first.set(text, index);
  return first;
}

/** Between parts; no part holds it. */
const SEPARATOR = '|';

/** '' where nothing is left of any. */
function normalised(example: Example): string {
  const parts = 'texts' in example ? example.texts : [example.question, ...example.options];
  return parts
    .map((part) =>
      part
        .normalize('NFKC')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, ' ')
        .trim(),
    )
    .join(SEPARATOR)
    .replace(/^\|+$/, '');
}
