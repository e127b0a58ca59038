// How long a run's texts are in tokens, from a sample of those that it draws: what memory and time are planned by. The longest
// decide memory, so those with most characters are tokenised, and beside them some at even distances.
import type { ChoiceExample, TaskData, TextExample } from '../contracts/dataset.ts';
import { groupBy } from '../contracts/group-by.ts';
import type { ModelSpec } from '../contracts/model.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { TaskTexts, Texts } from '../cost/texts.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { LENGTH_STEP } from '../models/batch.ts';
import { alpacaPrompt } from '../protocols/instruction.ts';
import { tokenizeLearnt } from '../protocols/learnt-text.ts';
import { prepare } from './examples.ts';
import { askedOf } from './held-out.ts';
import { type Splits, splitExamples } from './splits.ts';

type Example = TextExample | ChoiceExample;
type Sized = Pick<RunConfig, 'task' | 'training' | 'seed'>;

/** Examples with most characters, and others at even distances. */
const [LONGEST, EVEN] = [8, 64];

/** What is tokenised of an example. */
interface Sequences {
  /** Tokens of each. */
  readonly tokens: readonly number[];
  readonly learnt: number;
}

export function sampleTexts(
  data: TaskData,
  config: Sized,
  { spec, tokenizer }: { readonly spec: ModelSpec; readonly tokenizer: TextTokenizer },
): TaskTexts {
  if (data.kind === 'choice' && spec.family === 'decoder') {
    const { train } = splitExamples(data, config);
    const asked = askedOf(data, config).evaluation.flatMap(({ examples }) => examples);
    const [end] = spec.eosTokenIds;
    const { maxLength, textForm, lossOn } = config.training;
    const learnt = (example: ChoiceExample): Sequences => {
      const { ids, promptLength } = tokenizeLearnt(example, textForm, tokenizer, end, maxLength);
      return { tokens: [ids.length - 1], learnt: lossOn === 'all' ? ids.length - 1 : ids.length - promptLength };
    };
    const shots = config.task.shots;
    const question = (example: ChoiceExample): Sequences => questionOf(example, config, tokenizer);
    const scored = textsOf(asked, question);
    return {
      train: textsOf(train, learnt),
      evaluation: withShots(scored, shots, spec.maxPositions),
      source: 'data',
    };
  }
  const { train, evaluation } = splitExamples<Example>(data as Splits<Example>, config);
  const read = (example: Example): Sequences => ({
    tokens: prepare(example, tokenizer, config.training.maxLength).sequences.map(({ ids }) => ids.length),
    learnt: 0,
  });
  return {
    train: textsOf(train, read),
    evaluation: textsOf(
      evaluation.flatMap(({ examples }) => examples),
      read,
    ),
    source: 'data',
  };
}

/** About what a protocol has a decoder read of a question, its options behind it. */
function questionOf(example: ChoiceExample, { task: { protocol } }: Sized, tokenizer: TextTokenizer): Sequences {
  const count = (text: string) => tokenizer.encode(text, undefined, Number.MAX_SAFE_INTEGER).ids.length;
  const { question, options, answers, instruction } = example;
  if (protocol !== 'likelihood') {
    const named = count(answers.join(' '));
    return { tokens: [count(alpacaPrompt(instruction)) + named], learnt: named };
  }
  const chosen = count(options.join(' '));
  return { tokens: [count(question) + chosen], learnt: chosen };
}

/** Each question behind so many solved ones, which are read once, as far as the model reads. */
function withShots(texts: Texts, shots: number, maxPositions: number): Texts {
  const shared = Math.min(shots * Math.round(texts.mean), Math.max(0, maxPositions - texts.longest));
  return { ...texts, shared };
}

function textsOf<E extends Example>(examples: readonly E[], tokenise: (example: E) => Sequences): Texts {
  const long = withMostCharacters(examples).map(tokenise);
  const count = Math.min(EVEN, examples.length);
  const even = Array.from({ length: count }, (_, i) =>
    tokenise(examples[Math.floor((i * examples.length) / count)] as E),
  );
  const all = [...long, ...even];
  const padded = even.map(({ tokens }) => paddedTo(Math.max(...tokens)));
  const mean = (values: readonly number[]) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    examples: examples.length,
    sequences: Math.max(1, ...all.map(({ tokens }) => tokens.length)),
    mean: mean(padded),
    longest: Math.max(LENGTH_STEP, ...all.map(({ tokens }) => paddedTo(Math.max(...tokens)))),
    tokens: mean(even.map(({ tokens }) => mean(tokens))),
    learnt: mean(even.map(({ learnt }) => learnt)),
    shared: 0,
    groups: [...groupBy(padded, (length) => length)].map(([length, alike]) => ({
      length,
      examples: Math.max(1, Math.round((alike.length / padded.length) * examples.length)),
    })),
  };
}

/** In one pass: a task may have hundreds of thousands. */
function withMostCharacters<E extends Example>(examples: readonly E[]): E[] {
  const most: { readonly example: E; readonly size: number }[] = [];
  for (const example of examples) {
    const size = charactersOf(example);
    if (most.length === LONGEST && size <= (most.at(-1)?.size ?? 0)) continue;
    most.push({ example, size });
    most.sort((a, b) => b.size - a.size);
    most.length = Math.min(most.length, LONGEST);
  }
  return most.map(({ example }) => example);
}

const paddedTo = (tokens: number): number => Math.ceil(tokens / LENGTH_STEP) * LENGTH_STEP;

function charactersOf(example: Example): number {
  const texts: readonly string[] = 'options' in example ? [example.question, ...example.options] : example.texts;
  return texts.reduce((sum, text) => sum + text.length, 0);
}
