// A decoder tuned on instructions, as LLM-Adapters does: it learns the response to each, and is scored by a protocol.
import type { TaskData } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { LENGTH_STEP } from '../models/batch.ts';
import type { Decoder } from '../models/decoder.ts';
import { tokenizeLearnt } from '../protocols/learnt-text.ts';
import type { Prediction } from '../records/schema.ts';
import { AS_THEY_ARE } from './label-scale.ts';
import { type Evaluation, type ModelOnTask, scoringOf } from './model-on-task.ts';
import { type TextBatch, textObjective } from './objective.ts';
import { type AskedChoices, answerChoices, type ChoiceAnswer, choiceMetrics } from './evaluate-choices.ts';
import { askedOf, heldOutSets } from './held-out.ts';
import { createAskedHashes } from './measure/asked.ts';
import { fixedTextLogits, fixedTextLoss, fixedTokens } from './measure/fixed-text.ts';
import { splitExamples } from './splits.ts';
import { bucketed, learntText, packed } from './text-batches.ts';

export interface InstructionInputs {
  readonly config: RunConfig;
  readonly data: TaskData;
  readonly tokenizer: TextTokenizer;
}

/** @throws Error for a task that is no choice, or a configuration without a protocol: a run's inputs are checked before */
export function createInstructionTuning(
  decoder: Decoder,
  { config, data, tokenizer }: InstructionInputs,
): ModelOnTask<TextBatch> {
  const { protocol, shots, beams } = config.task;
  if (data.kind !== 'choice' || protocol === null) throw new Error(`${config.task.id} was not checked for a decoder`);
  const { maxLength, microBatchSize, batching, textForm, lossOn } = config.training;
  const { padTokenId, eosTokenIds } = decoder.spec;
  // The one that ends generation, whatever else the tokenizer names.
  const end = eosTokenIds[0] ?? tokenizer.eosTokenId;
  const { train, selection } = splitExamples(data, config);
  const texts = train.map((example) => tokenizeLearnt(example, textForm, tokenizer, end, maxLength));
  const learnt = texts.map((text) => learntText(text, lossOn));
  const asked = askedOf(data, config);
  const fixedText = fixedTokens(tokenizer, decoder);
  const evaluate = (sets: AskedChoices, onProgress: (done: number, total: number) => void): Evaluation => {
    const hashes = createAskedHashes();
    const answers = answerChoices(
      decoder,
      tokenizer,
      sets,
      { protocol, shots, beams, bos: 'tokenizer' },
      onProgress,
      hashes.add,
    );
    const metrics = choiceMetrics(answers, sets);
    const primary = { name: 'acc', value: metrics.acc ?? null };
    return { predictions: answers.map(predictionOf), primary, metrics, asked: hashes.sets() };
  };
  return {
    model: decoder,
    objective: textObjective(decoder),
    head: [],
    labelScale: AS_THEY_ARE,
    train: texts.map(({ id, ids }) => ({
      ...{ id, length: Math.ceil((ids.length - 1) / LENGTH_STEP) * LENGTH_STEP, tokens: ids.length - 1 },
    })),
    batches(indices) {
      const chosen = indices.flatMap((index) => learnt[index] ?? []);
      return batching === 'packed'
        ? packed(chosen, maxLength, microBatchSize, padTokenId)
        : bucketed(chosen, microBatchSize, padTokenId);
    },
    scoring: scoringOf(asked),
    probe: () => fixedTextLogits(decoder, fixedText),
    fixedTextLoss: () => fixedTextLoss(decoder, fixedText),
    evaluate: (onProgress) => evaluate(asked, onProgress),
    selection:
      selection.length === 0
        ? null
        : {
            examples: selection.length,
            evaluate: (onProgress) => evaluate(heldOutSets(data, selection), onProgress),
          },
  };
}

function predictionOf({ logLikelihoods, ...answer }: ChoiceAnswer): Prediction {
  return { ...answer, scores: [...logLikelihoods] };
}
