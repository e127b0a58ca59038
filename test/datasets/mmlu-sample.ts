// MMLU's files with made-up questions: one a subject and split, but for one subject.
import { stringify } from 'csv-stringify/sync';
import { MMLU_CATEGORIES } from '../../datasets/mmlu-categories.ts';
import { temporaryFolder } from '../temporary-folder.ts';

export const SUBJECTS: readonly string[] = Object.values(MMLU_CATEGORIES).flat().toSorted();

type Row = readonly [question: string, a: string, b: string, c: string, d: string, answer: string];

/** Of `virology`: quotes, commas, line ends and spaces. */
const TEST_ROWS: readonly Row[] = [
  [' Which, "of these"?\nChoose. ', 'one', 'two, too', ' three', 'four "4"', 'C'],
  ['And "this"', '1', '2', '3', 'NA', 'D'],
];

/** What must be found in them, but for ids. */
export const TEST_EXAMPLES = [
  {
    question: 'Which, "of these"?\nChoose.',
    options: ['one', 'two, too', ' three', 'four "4"'],
    label: 2,
    instruction:
      'Please choose the correct answer to the question: Which, "of these"?\nChoose.\n\n' +
      'Answer1: one Answer2: two, too Answer3: three Answer4: four "4"\n\nAnswer format: answer1/answer2/answer3/answer4',
    answers: ['answer1', 'answer2', 'answer3', 'answer4'],
  },
  {
    question: 'And "this"',
    options: ['1', '2', '3', 'NA'],
    label: 3,
    instruction:
      'Please choose the correct answer to the question: And "this"\n\n' +
      'Answer1: 1 Answer2: 2 Answer3: 3 Answer4: NA\n\nAnswer format: answer1/answer2/answer3/answer4',
    answers: ['answer1', 'answer2', 'answer3', 'answer4'],
  },
];

const devRow = (subject: string, i: number): Row => [`${subject} ${i}?`, 'w', 'x', 'y', 'z', 'ABCDA'[i] as string];

/** By path below `mmlu`. */
export function sampleFiles(): Record<string, string> {
  const files = SUBJECTS.flatMap((subject) => {
    const dev = Array.from({ length: 5 }, (_, i) => devRow(subject, i));
    const test = subject === 'virology' ? TEST_ROWS : [[`${subject}?`, 'a', 'b', 'c', 'd', 'B']];
    return [
      [`dev/${subject}_dev.csv`, stringify(dev)],
      [`test/${subject}_test.csv`, stringify([...test])],
    ];
  });
  return Object.fromEntries(files);
}

/** A data folder with the sample, some files replaced, or left out where undefined. */
export function sampleFolder(replaced: Readonly<Record<string, string | undefined>> = {}): string {
  const files = Object.entries({ ...sampleFiles(), ...replaced });
  const there = files.flatMap(([path, text]) => (text === undefined ? [] : [[`mmlu/${path}`, text] as const]));
  return temporaryFolder(Object.fromEntries(there));
}
