// How long the texts of a run are, in tokens: what its batches, and so memory and time, follow from.
import type { Training } from '../contracts/run-config.ts';
import { LENGTH_STEP } from '../models/batch.ts';

export interface Texts {
  /** As drawn. */
  readonly examples: number;
  /** Sequences of an example, at most: under an encoder the options of a choice, else 1. */
  readonly sequences: number;
  /** Of a sequence, padding included: the mean over examples, and of the longest. */
  readonly mean: number;
  readonly longest: number;
  /** Without padding, the mean. */
  readonly tokens: number;
  /** Of a decoder's text, how many tokens are learnt, the mean; 0 of an encoder. */
  readonly learnt: number;
  /** Before each of them, read once for all: solved examples. */
  readonly shared: number;
  /** The padded lengths that there are, and about how many examples have each. */
  readonly groups: readonly { readonly length: number; readonly examples: number }[];
}

export interface TaskTexts {
  readonly train: Texts;
  /** Of all sets together. */
  readonly evaluation: Texts;
  /** `data`: from a sample of the texts; `bound`: each as long as `maxLength` allows, as no data were read. */
  readonly source: 'data' | 'bound';
}

/** Tokens of a response, where no text was read: `the correct answer is answer1` and the token that ends it. */
const USUAL_RESPONSE = 8;

/**
 * The longest that texts can be.
 * @param sequences of an example
 */
export function longestTexts(
  { maxLength, lossOn }: Pick<Training, 'maxLength' | 'lossOn'>,
  { examples, sequences, family }: { examples: number; sequences: number; family: 'encoder' | 'decoder' },
): Texts {
  const learnt = lossOn === 'all' ? maxLength : Math.min(maxLength, USUAL_RESPONSE);
  const longest = Math.ceil(maxLength / LENGTH_STEP) * LENGTH_STEP;
  return {
    examples,
    sequences,
    mean: longest,
    longest,
    tokens: maxLength,
    learnt: family === 'decoder' ? learnt : 0,
    shared: 0,
    groups: [{ length: longest, examples }],
  };
}
