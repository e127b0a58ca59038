// Scores a decoder on questions with options, by a protocol.
import type { ChoiceData, ChoiceExample } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import type { Decoder } from '../models/decoder.ts';
import { answerPrompt } from '../protocols/answer-prompt.ts';
import { choicePrompt } from '../protocols/choice-prompt.ts';
import { scoreChoice } from '../protocols/choice-score.ts';
import type { Evaluation } from './model-on-task.ts';
import { scoreBranches } from './score-branches.ts';

export type ChoiceScoring = Pick<RunConfig['task'], 'shots' | 'beams'> & {
  readonly protocol: NonNullable<RunConfig['task']['protocol']>;
};

export function evaluateChoices(
  decoder: Decoder,
  tokenizer: TextTokenizer,
  {
    evaluation,
    primary = 'first',
  }: Pick<ChoiceData, 'primary'> & {
    readonly evaluation: readonly { name: string; examples: readonly ChoiceExample[] }[];
  },
  { protocol }: ChoiceScoring,
  onProgress: (done: number, total: number) => void,
): Evaluation {
  const asked = evaluation.flatMap(({ name, examples }) => examples.map((example) => ({ set: name, example })));
  const prompts = asked.map(({ example }) =>
    (protocol === 'answer' ? answerPrompt : choicePrompt)(
      example as never,
      tokenizer,
      'tokenizer',
      decoder.spec.maxPositions,
    ),
  );
  const scores = scoreBranches(decoder, prompts, (done) => onProgress(done, asked.length));
  const scored = asked.map(({ set, example }, i) => ({ set, ...scoreChoice(example, scores[i] as number[]) }));
  const predictions = scored.map(({ set, id, label, prediction, logLikelihoods }) => ({
    set,
    id,
    label,
    prediction,
    scores: [...logLikelihoods],
  }));
  const metrics: Record<string, number> = {};
  for (const { name } of evaluation) {
    const own = scored.filter(({ set }) => set === name);
    metrics[`${name}/acc`] = own.filter(({ prediction, label }) => prediction === label).length / own.length;
  }
  const values = Object.values(metrics);
  const value = primary === 'mean' ? values.reduce((a, b) => a + b, 0) / values.length : (values[0] ?? null);
  return { predictions, primary: { name: 'acc', value }, metrics: { acc: value, ...metrics } };
}
