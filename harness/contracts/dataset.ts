// What a task is: where its examples come from, what kind of prediction it asks for, and how it is scored.
import type { MetricName } from '../metrics/index.ts';
import type { Overall, SetGroups } from '../metrics/over-sets.ts';

/** One or two texts with a class index (classification) or a score (regression). */
export interface TextExample {
  /** Unique within its split; `<split>-<row>` where the source has no id of its own. */
  readonly id: string;
  readonly texts: readonly [string] | readonly [string, string];
  /** Class index into `TaskData.labels`, or the target value of a regression. */
  readonly label: number;
}

/** A question with two or more options, one of which is right. */
export interface ChoiceExample {
  readonly id: string;
  readonly question: string;
  readonly options: readonly string[];
  /** Index of the right option. */
  readonly label: number;
  /** The whole question as an instruction that names its options and the form of the answer, in LLM-Adapters' wording. */
  readonly instruction: string;
  /** What that form calls each option: `answer1`, `answer2`, ..., or the options' own names. */
  readonly answers: readonly string[];
}

/** A split that is scored. MNLI has two (matched, mismatched), MMLU one a subject, every other task one. */
export interface EvaluationSet<E> {
  readonly name: string;
  readonly examples: readonly E[];
  /** Examples to be shown solved before a question of the set, in this order. Where absent, the training split's. */
  readonly shots?: readonly E[];
  /** A text that stands before the shots and the question. */
  readonly header?: string;
}

interface Splits<E> {
  /** Empty where the source has no training split (a task that is only scored). */
  readonly train: readonly E[];
  readonly evaluation: readonly [EvaluationSet<E>, ...EvaluationSet<E>[]];
}

export type TaskData =
  | ({ readonly kind: 'classification'; readonly labels: readonly string[] } & Splits<TextExample>)
  | ({ readonly kind: 'regression'; readonly range: readonly [number, number] } & Splits<TextExample>)
  | ChoiceData;

export interface ChoiceData extends Splits<ChoiceExample> {
  readonly kind: 'choice';
  /** How a decoder is asked: for the option's text, as where nothing is said, or for its letter. */
  readonly promptForm?: PromptForm;
  /** Of a mix: the training examples (the same objects) by the task that they are of. */
  readonly parts?: readonly TrainingPart[];
  /** Where nothing is said: the first set's. */
  readonly overall?: Overall;
  /** Sets that have a figure of their own together, by the group's name. */
  readonly groups?: SetGroups;
}

export interface TrainingPart {
  /** The task's. */
  readonly name: string;
  readonly train: readonly ChoiceExample[];
}

export type PromptForm = 'question' | 'letters';

export type TaskKind = TaskData['kind'];

/** A file that was read, and the SHA-256 of its bytes (hex). */
export interface FileChecksum {
  /** Path relative to the data folder, with forward slashes. */
  readonly path: string;
  readonly sha256: string;
}

/** Finds and reads files below the data folders, and remembers the checksum of each file read. */
export interface DataReader {
  /** The first of `candidates` (relative paths, tried in order in each root) that exists, or undefined. */
  find(...candidates: string[]): DataFile | undefined;
  /** Where was looked, for error messages. */
  readonly roots: readonly string[];
  /** Checksums of what was read so far, in the order in which it was: a task reads its files in one order. */
  readonly files: readonly FileChecksum[];
}

export interface DataFile {
  /** Absolute path, for error messages. */
  readonly path: string;
  /** The data folder it was found in, one of the reader's `roots`: files of one task come from one folder. */
  readonly root: string;
  /** The candidate that was found. */
  readonly relativePath: string;
  /** The file's bytes; records the checksum. */
  read(): Buffer;
}

export interface Licence {
  readonly name: string;
  readonly url: string;
}

export interface Task {
  /** `suite/name`, such as `glue/stsb`; a suite of one task is its name alone. */
  readonly id: string;
  /** The name in tables, such as `STS-B`. */
  readonly title: string;
  readonly kind: TaskKind;
  /** The official metrics; the first is the primary one. */
  readonly metrics: readonly [MetricName, ...MetricName[]];
  readonly licence: Licence;
  /** @throws InputError naming file, line and what was expected */
  read(reader: DataReader): Promise<TaskData>;
}

/** Training examples alone, of a choice: what `trainOn` may name besides a task. */
export interface TrainingSet {
  /** `suite/name`, which is no task's. */
  readonly id: string;
  readonly title: string;
  readonly licence: Licence;
  /** @throws InputError naming file, row and what was expected */
  read(reader: DataReader): Promise<readonly ChoiceExample[]>;
}
