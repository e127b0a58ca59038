// MMLU (Hendrycks et al., 2021) in its authors' files: a table without header a subject and split, each row a question, four
// options and the right one's letter. The auxiliary training questions, of other tests, are not part of it.
import type { ChoiceExample, DataFile, EvaluationSet, Task } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { readCsv } from '../harness/formats/csv.ts';
import { describe } from '../harness/formats/json.ts';
import { locate, requireFile } from './layout.ts';
import { MMLU_CATEGORIES } from './mmlu-categories.ts';

const LETTERS = ['A', 'B', 'C', 'D'];
const ANSWERS = LETTERS.map((_, i) => `answer${i + 1}`);
/** The paper's few-shot questions: the whole development split of a subject. */
const SHOTS = 5;

/** In alphabetical order, as the authors' evaluation goes through them. */
const SUBJECTS = Object.values(MMLU_CATEGORIES).flat().sort();

export const MMLU: Task = {
  id: 'mmlu',
  title: 'MMLU',
  kind: 'choice',
  metrics: ['accuracy'],
  licence: { name: 'MIT', url: 'https://github.com/hendrycks/test' },
  async read(reader) {
    const files = 'dev/SUBJECT_dev.csv and test/SUBJECT_test.csv of its 57 subjects';
    const signs = SUBJECTS.map((subject) => nameOf('test', subject));
    const place = locate(reader, 'mmlu', ['mmlu', 'MMLU'], [{ files, signs }]);
    const set = (subject: string): EvaluationSet<ChoiceExample> => {
      const dev = requireFile(place, nameOf('dev', subject));
      const shots = readExamples(dev, 'dev');
      if (shots.length !== SHOTS) throw new InputError(`${dev.path}: ${shots.length} rows, expected ${SHOTS}`);
      const examples = readExamples(requireFile(place, nameOf('test', subject)), 'test');
      return { name: subject, examples, shots, header: headerOf(subject) };
    };
    const [first = '', ...others] = SUBJECTS;
    return {
      kind: 'choice',
      train: [],
      evaluation: [set(first), ...others.map(set)],
      promptForm: 'letters',
      // Of all questions, as the authors' evaluation has it.
      overall: 'pooled',
      groups: MMLU_CATEGORIES,
    };
  },
};

const nameOf = (split: string, subject: string): string => `${split}/${subject}_${split}.csv`;

/** As lm-evaluation-harness has it; the authors' own code puts a second space before the subject. */
function headerOf(subject: string): string {
  return `The following are multiple choice questions (with answers) about ${subject.replaceAll('_', ' ')}.\n\n`;
}

/** Questions without the spaces around them, options as they are: as lm-evaluation-harness asks them. */
function readExamples(file: DataFile, split: string): ChoiceExample[] {
  return readCsv(file.read(), file.path, LETTERS.length + 2).map(({ line, values }, i) => {
    const where = `${file.path}:${line}`;
    const empty = values.findIndex((value) => value.trim() === '');
    if (empty !== -1) throw new InputError(`${where}: column ${empty + 1} is empty`);
    const question = (values[0] as string).trim();
    const options = values.slice(1, -1);
    const letter = values.at(-1) as string;
    const label = LETTERS.indexOf(letter);
    if (label === -1) throw new InputError(`${where}: answer ${describe(letter)}, expected ${LETTERS.join(' or ')}`);
    return {
      id: `${split}-${i}`,
      question,
      options,
      label,
      instruction: instructionOf(question, options),
      answers: ANSWERS,
    };
  });
}

/** In the form that LLM-Adapters gives ARC and OpenBookQA. */
function instructionOf(question: string, options: readonly string[]): string {
  const marked = options.map((option, i) => `Answer${i + 1}: ${option.trim()}`).join(' ');
  return `Please choose the correct answer to the question: ${question}\n\n${marked}\n\nAnswer format: ${ANSWERS.join('/')}`;
}
