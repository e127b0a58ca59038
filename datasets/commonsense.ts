// The eight commonsense tasks in the JSON form of LLM-Adapters (Hu et al., 2023): instructions whose text holds question,
// options and the form of the answer, taken apart again into a question and its options.
import type { ChoiceExample, DataFile, Licence, Task } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { describe, readJsonArray } from '../harness/formats/json.ts';
import { type InstructionForm, parseInstruction } from './commonsense-instruction.ts';
import { locate, requireFile } from './layout.ts';

const QUESTION = 'Please choose the correct answer to the question:';

export const COMMONSENSE_TASKS: readonly Task[] = [
  commonsenseTask({
    name: 'boolq',
    title: 'BoolQ',
    folder: 'boolq',
    form: { prefix: 'Please answer the following question with true or false, question:', options: ['true', 'false'] },
    licence: { name: 'CC BY-SA 3.0', url: 'https://github.com/google-research-datasets/boolean-questions' },
  }),
  commonsenseTask({
    name: 'piqa',
    title: 'PIQA',
    folder: 'piqa',
    form: { prefix: 'Please choose the correct solution to the question:', marker: 'Solution' },
    licence: { name: 'AFL 3.0', url: 'https://yonatanbisk.com/piqa/' },
  }),
  commonsenseTask({
    name: 'siqa',
    title: 'Social IQa',
    folder: 'social_i_qa',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'not stated', url: 'https://leaderboard.allenai.org/socialiqa' },
  }),
  commonsenseTask({
    name: 'hellaswag',
    title: 'HellaSwag',
    folder: 'hellaswag',
    form: { prefix: 'Please choose the correct ending to complete the given sentence:', marker: 'Ending' },
    licence: { name: 'MIT', url: 'https://rowanzellers.com/hellaswag/' },
  }),
  commonsenseTask({
    name: 'winogrande',
    title: 'WinoGrande',
    folder: 'winogrande',
    form: {
      prefix: 'Please choose the correct answer to fill in the blank to complete the given sentence:',
      marker: 'Option',
    },
    licence: { name: 'CC BY', url: 'https://winogrande.allenai.org/' },
  }),
  commonsenseTask({
    name: 'arc-easy',
    title: 'ARC-Easy',
    folder: 'ARC-Easy',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'CC BY-SA 4.0', url: 'https://allenai.org/data/arc' },
  }),
  commonsenseTask({
    name: 'arc-challenge',
    title: 'ARC-Challenge',
    folder: 'ARC-Challenge',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'CC BY-SA 4.0', url: 'https://allenai.org/data/arc' },
  }),
  commonsenseTask({
    name: 'openbookqa',
    title: 'OpenBookQA',
    folder: 'openbookqa',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'Apache-2.0', url: 'https://github.com/allenai/OpenBookQA' },
  }),
];

interface CommonsenseTask {
  readonly name: string;
  readonly title: string;
  /** The folder's name in LLM-Adapters. */
  readonly folder: string;
  readonly form: InstructionForm;
  readonly licence: Licence;
}

function commonsenseTask({ name, title, folder, form, licence }: CommonsenseTask): Task {
  const id = `commonsense/${name}`;
  const folders = [...new Set([`commonsense/${folder}`, folder, `commonsense/${name}`, name])];
  const layout = { files: 'test.json (and train.json, to train on it)', signs: ['test.json', 'train.json'] };
  return {
    id,
    title,
    kind: 'choice',
    metrics: ['accuracy'],
    licence,
    async read(reader) {
      const place = locate(reader, id, folders, [layout]);
      const test = requireFile(place, 'test.json');
      const train = place.file('train.json');
      return {
        kind: 'choice',
        train: train === undefined ? [] : readExamples(train, 'train', form),
        evaluation: [{ name: 'test', examples: readExamples(test, 'test', form) }],
      };
    },
  };
}

function readExamples(file: DataFile, split: string, form: InstructionForm): ChoiceExample[] {
  const rows = readJsonArray(file.read(), file.path);
  if (rows.length === 0) throw new InputError(`${file.path}: no rows`);
  return rows.map((row, i) => {
    const where = `${file.path}, row ${i + 1}`;
    const instruction = stringOf(row, 'instruction', where);
    const answer = stringOf(row, 'answer', where);
    const { question, options, answers } = parseInstruction(instruction, form, where);
    const label = answers.indexOf(answer);
    if (label === -1) throw new InputError(`${where}: answer ${describe(answer)}, expected ${answers.join(' or ')}`);
    return { id: `${split}-${i}`, question, options, label, instruction, answers };
  });
}

function stringOf(row: unknown, key: string, where: string): string {
  const value = row !== null && typeof row === 'object' ? Reflect.get(row, key) : undefined;
  if (typeof value === 'string') return value;
  throw new InputError(`${where}: "${key}" is ${describe(value)}, expected a text`);
}
