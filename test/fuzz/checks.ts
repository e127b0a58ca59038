// What a right answer of a reader looks like, whatever the file: wrong ones are found though nothing was thrown.
import type { TaskData } from '../../harness/contracts/dataset.ts';
import type { ModelSpec, Parameter } from '../../harness/contracts/model.ts';
import type { TensorFile } from '../../harness/formats/tensor-file.ts';
import type { TextTokenizer } from '../../harness/formats/tokenizer.ts';

/** An answer that no file can have. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

function hold(condition: boolean, what: () => string): void {
  if (!condition) throw new WrongAnswer(what());
}

const isIndex = (value: number, below: number): boolean => Number.isInteger(value) && value >= 0 && value < below;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

/** Reads every tensor: as many finite values as its shape has. @param unreadable names of what is of no readable type */
export function checkTensors(file: TensorFile, unreadable: readonly string[] = []): void {
  for (const name of file.names.filter((each) => !unreadable.includes(each))) {
    const shape = file.shape(name);
    hold(shape.every(isCount), () => `tensor ${name} has shape ${shape}`);
    const values = file.read(name);
    const count = shape.reduce((product, extent) => product * extent, 1);
    hold(values.length === count, () => `tensor ${name} of shape ${shape} has ${values.length} values`);
    hold(values.every(Number.isFinite), () => `tensor ${name} is not finite`);
  }
}

/** Sizes are whole, and the special tokens have embeddings. */
export function checkSpec(spec: ModelSpec): void {
  const { layers, hidden, heads, intermediate, vocab, maxPositions, padTokenId } = spec;
  for (const size of [layers, hidden, heads, intermediate, vocab])
    hold(isCount(size) && size > 0, () => `a size is ${size}`);
  hold(isCount(maxPositions), () => `${maxPositions} positions`);
  hold(isIndex(padTokenId, vocab), () => `the padding token is ${padTokenId} of ${vocab}`);
  if (spec.family === 'encoder') return;
  for (const id of spec.eosTokenIds) hold(isIndex(id, vocab), () => `a token of endings is ${id} of ${vocab}`);
  hold(Number.isInteger(spec.bosTokenId ?? 0), () => `the token of beginnings is ${spec.bosTokenId}`);
}

export function checkParameters(parameters: readonly Parameter[]): void {
  for (const { name, variable } of parameters)
    hold(
      variable.shape.every((extent) => extent > 0),
      () => `parameter ${name} has shape ${variable.shape}`,
    );
}

/** Texts of several scripts, a pair that is cut, and back again. */
export function checkTokenizer(tokenizer: TextTokenizer): void {
  const { vocabSize, bosTokenId, eosTokenId } = tokenizer;
  hold(isCount(vocabSize), () => `the vocabulary has ${vocabSize} tokens`);
  for (const id of [bosTokenId ?? 0, eosTokenId ?? 0])
    hold(isIndex(id, vocabSize), () => `a special token has the id ${id} of ${vocabSize}`);
  for (const text of TEXTS) {
    const { ids, typeIds } = tokenizer.encode(text, TEXTS[0], 24);
    hold(ids.length <= 24 && ids.length === typeIds.length, () => `${ids.length} ids, ${typeIds.length} types`);
    for (const id of [...ids, ...tokenizer.tokenize(text)])
      hold(isIndex(id, vocabSize), () => `a text has the id ${id} of ${vocabSize}`);
    hold(typeIds.every(isCount), () => `types ${typeIds}`);
    hold(typeof tokenizer.decode(ids) === 'string', () => 'decodes to no text');
  }
}

const TEXTS = [
  'A man is playing the guitar, 12 times.',
  '',
  " don't\n\t naïve 東京 \u{1f642} [MASK] </s> <|im_end|>",
] as const;

export function checkTask(data: TaskData): void {
  for (const examples of [data.train, ...data.evaluation.map((set) => set.examples)]) {
    const ids = new Set(examples.map(({ id }) => id));
    hold(ids.size === examples.length, () => 'ids are not unique');
    for (const { label } of examples) {
      if (data.kind === 'classification') hold(isIndex(label, data.labels.length), () => `label ${label}`);
      if (data.kind === 'regression') hold(label >= data.range[0] && label <= data.range[1], () => `score ${label}`);
    }
  }
  if (data.kind !== 'choice') return;
  for (const { question, options, label, answers } of [
    ...data.train,
    ...data.evaluation.flatMap((set) => set.examples),
  ]) {
    hold(question.trim() !== '' && options.every((option) => option.trim() !== ''), () => 'an empty text');
    hold(options.length >= 2 && isIndex(label, options.length), () => `option ${label} of ${options.length}`);
    hold(answers.length === options.length, () => `${answers.length} answers of ${options.length} options`);
  }
}
