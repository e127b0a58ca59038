// The eight commonsense tasks in the JSON form of LLM-Adapters (Hu et al., 2023), and the one file that mixes their training
// rows, commonsense_170k.json.
import type { Licence, Task, TrainingSet } from '../harness/contracts/dataset.ts';
import { MissingData } from '../harness/contracts/input-error.ts';
import type { InstructionForm } from './commonsense-instruction.ts';
import { readCommonsenseRows } from './commonsense-rows.ts';
import { locate, requireFile } from './layout.ts';

const QUESTION = 'Please choose the correct answer to the question:';

interface CommonsenseSet {
  readonly name: string;
  readonly title: string;
  /** The folder's name in LLM-Adapters. */
  readonly folder: string;
  readonly form: InstructionForm;
  readonly licence: Licence;
}

const SETS: readonly CommonsenseSet[] = [
  {
    name: 'boolq',
    title: 'BoolQ',
    folder: 'boolq',
    form: { prefix: 'Please answer the following question with true or false, question:', options: ['true', 'false'] },
    licence: { name: 'CC BY-SA 3.0', url: 'https://github.com/google-research-datasets/boolean-questions' },
  },
  {
    name: 'piqa',
    title: 'PIQA',
    folder: 'piqa',
    form: { prefix: 'Please choose the correct solution to the question:', marker: 'Solution' },
    licence: { name: 'AFL 3.0', url: 'https://yonatanbisk.com/piqa/' },
  },
  {
    name: 'siqa',
    title: 'Social IQa',
    folder: 'social_i_qa',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'not stated', url: 'https://leaderboard.allenai.org/socialiqa' },
  },
  {
    name: 'hellaswag',
    title: 'HellaSwag',
    folder: 'hellaswag',
    form: { prefix: 'Please choose the correct ending to complete the given sentence:', marker: 'Ending' },
    licence: { name: 'MIT', url: 'https://rowanzellers.com/hellaswag/' },
  },
  {
    name: 'winogrande',
    title: 'WinoGrande',
    folder: 'winogrande',
    form: {
      prefix: 'Please choose the correct answer to fill in the blank to complete the given sentence:',
      marker: 'Option',
    },
    licence: { name: 'CC BY', url: 'https://winogrande.allenai.org/' },
  },
  {
    name: 'arc-easy',
    title: 'ARC-Easy',
    folder: 'ARC-Easy',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'CC BY-SA 4.0', url: 'https://allenai.org/data/arc' },
  },
  {
    name: 'arc-challenge',
    title: 'ARC-Challenge',
    folder: 'ARC-Challenge',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'CC BY-SA 4.0', url: 'https://allenai.org/data/arc' },
  },
  {
    name: 'openbookqa',
    title: 'OpenBookQA',
    folder: 'openbookqa',
    form: { prefix: QUESTION, marker: 'Answer' },
    licence: { name: 'Apache-2.0', url: 'https://github.com/allenai/OpenBookQA' },
  },
];

export const COMMONSENSE_TASKS: readonly Task[] = SETS.map(commonsenseTask);

const MIXED_FILES = [
  'commonsense/commonsense_170k.json',
  'commonsense_170k.json',
  'ft-training_set/commonsense_170k.json',
  'commonsense/ft-training_set/commonsense_170k.json',
];
const FORMS = SETS.map(({ form }) => form);

/** Which set a row is of does not matter: how its instruction begins says how it is worded. */
export const COMMONSENSE_170K: TrainingSet = {
  id: 'commonsense/170k',
  title: 'commonsense_170k',
  licence: { name: 'those of the eight tasks', url: 'https://github.com/AGI-Edgerunners/LLM-Adapters' },
  async read(reader) {
    const file = reader.find(...MIXED_FILES);
    if (file !== undefined) return readCommonsenseRows(file, 'train', FORMS);
    throw new MissingData(
      `${COMMONSENSE_170K.id}: no data in ${reader.roots.join(' or ')}; expected a file ${MIXED_FILES.join(' or ')} (--data DIR, or PEFTBENCH_DATA in the environment, names another place)`,
    );
  },
};

function commonsenseTask({ name, title, folder, form, licence }: CommonsenseSet): Task {
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
        train: train === undefined ? [] : readCommonsenseRows(train, 'train', [form]),
        evaluation: [{ name: 'test', examples: readCommonsenseRows(test, 'test', [form]) }],
      };
    },
  };
}
