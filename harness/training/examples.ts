// Examples as token sequences: one a text or pair, one an option of a choice.
import type { ChoiceExample, TaskData, TaskKind, TextExample } from '../contracts/dataset.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { type Encoded, type PaddedSequences, paddedLength, padSequences } from '../models/batch.ts';

export interface Prepared {
  readonly id: string;
  readonly label: number;
  readonly sequences: readonly Encoded[];
  /** Tokens of the longest sequence, rounded up as batches are. */
  readonly length: number;
}

/** Examples ready for the model. */
export interface ExampleBatch {
  readonly examples: readonly Prepared[];
  /** Sequences an example: options, or 1. Examples with fewer repeat their first, and it does not count. */
  readonly options: number;
  readonly tokens: PaddedSequences;
}

export function prepare(
  example: TextExample | ChoiceExample,
  tokenizer: Pick<TextTokenizer, 'encode'>,
  maxLength: number,
): Prepared {
  const sequences =
    'options' in example
      ? example.options.map((option) => tokenizer.encode(example.question, option, maxLength))
      : [tokenizer.encode(example.texts[0], example.texts[1], maxLength)];
  return { id: example.id, label: example.label, sequences, length: Math.max(...sequences.map(paddedLength)) };
}

export function batchOf(examples: readonly Prepared[], padTokenId: number): ExampleBatch {
  const options = Math.max(...examples.map(({ sequences }) => sequences.length));
  const rows = examples.flatMap(({ sequences }) =>
    Array.from({ length: options }, (_, i) => sequences[i] ?? (sequences[0] as Encoded)),
  );
  return { examples, options, tokens: padSequences(rows, padTokenId) };
}

/** Equal for batches that the same captured computation serves. */
export function shapeOf({ examples, options, tokens }: ExampleBatch): string {
  return `${examples.length} ${options} ${tokens.length}`;
}

/** Outputs of the head for one sequence: a logit a class, a value, or an option's score. */
export function outputsOf(
  data: Extract<TaskData, { kind: 'classification' }> | { kind: Exclude<TaskKind, 'classification'> },
): number {
  return data.kind === 'classification' ? data.labels.length : 1;
}
