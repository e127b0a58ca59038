// Which examples are trained on and which are scored: limits, and the held-out part on which a search is judged.
import type { ChoiceExample, TaskData, TextExample } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { streamsOf } from '../random/streams.ts';
import type { PreparedSet } from './evaluate.ts';
import { type Prepared, prepare } from './examples.ts';

export interface PreparedSplits {
  readonly train: readonly Prepared[];
  readonly evaluation: readonly PreparedSet[];
}

/**
 * A final run trains on `limitTrain` examples drawn by its seed and scores the first `limitEval` of each evaluation
 * set. A trial scores `holdout` training examples, drawn by its seed, and trains on others: it never sees what a final
 * run is scored on.
 */
export function prepareSplits(data: TaskData, config: RunConfig, tokenizer: TextTokenizer): PreparedSplits {
  const { limitTrain, limitEval, holdout, id } = config.task;
  const make = (example: TextExample | ChoiceExample) => prepare(example, tokenizer, config.training.maxLength);
  const examples: readonly (TextExample | ChoiceExample)[] = data.train;
  const drawn = streamsOf(config.seed)(`data/subset/${id}`).permutation(examples.length);
  const pick = (from: number, to: number) =>
    drawn
      .slice(from, to)
      .toSorted((a, b) => a - b)
      .flatMap((index) => examples[index] ?? [])
      .map(make);
  const begin = holdout ?? 0;
  const train = pick(begin, limitTrain === null ? examples.length : begin + limitTrain);
  if (holdout !== null) return { train, evaluation: [{ name: 'holdout', examples: pick(0, holdout) }] };
  const sets: readonly { name: string; examples: readonly (TextExample | ChoiceExample)[] }[] = data.evaluation;
  const evaluation = sets.map(({ name, examples: all }) => ({
    name,
    examples: all.slice(0, limitEval ?? all.length).map(make),
  }));
  return { train, evaluation };
}
