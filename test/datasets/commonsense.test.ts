// Commonsense tasks: what an instruction is taken apart into, and what is refused. Whole tasks: test/contracts/tasks.test.ts.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstruction } from '../../datasets/commonsense-instruction.ts';
import { taskById } from '../../datasets/index.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const FORM = { prefix: 'Choose:', marker: 'Answer' };
const parse = (instruction: string) => parseInstruction(instruction, [FORM], 'test.json, row 1');
const instruction = (question: string, options: readonly string[], between = ' ') =>
  `Choose: ${question}\n\n${options.map((option, i) => `Answer${i + 1}: ${option}`).join(between)}\n\nAnswer format: ${options
    .map((_, i) => `answer${i + 1}`)
    .join('/')}`;

describe('an instruction', () => {
  it.each([' ', '\n', '\n\n'])('is taken apart at its markers, which %j parts', (between) => {
    expect(parse(instruction('Why?', ['one', 'two', 'three'], between))).toEqual({
      question: 'Why?',
      options: ['one', 'two', 'three'],
      answers: ['answer1', 'answer2', 'answer3'],
    });
  });

  it.each([' ', '\n', '\n\n'])('has %j before its answer format', (between) => {
    const text = instruction('Why?', ['one', 'two']).replace('\n\nAnswer format', `${between}Answer format`);
    expect(parse(text)).toMatchObject({ question: 'Why?', options: ['one', 'two'] });
  });

  it('may speak of earlier markers in its options and of any in its question', () => {
    const options = ['first', 'not Answer1: at all', 'Answer2: and Answer1: alike', 'Answer format: none'];
    const { question, options: parsed } = parse(instruction('What is Answer1: or Answer2: here?', options));
    expect(question).toBe('What is Answer1: or Answer2: here?');
    expect(parsed).toEqual(options);
  });

  it('gives back question and options, whatever they say', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => value.trim() === value && !value.includes('Answer'));
    fc.assert(
      fc.property(text, fc.array(text, { minLength: 2, maxLength: 6 }), (question, options) => {
        expect(parse(instruction(question, options))).toMatchObject({ question, options });
      }),
    );
  });

  it.each([
    ['Pick: a\n\nAnswer1: b Answer2: c\n\nAnswer format: answer1/answer2', 'no "Choose:" at the beginning'],
    ['Choose: a\n\nAnswer1: b Answer2: c', 'no "Answer format:" after a space or a line end'],
    [
      'Choose: a\n\nAnswer1: b Answer2: cAnswer format: answer1/answer2',
      'no "Answer format:" after a space or a line end',
    ],
    ['Choose: a\n\nAnswer1: b Answer2: c\n\nAnswer format: answer1', 'answer format "answer1", expected answer1'],
    [
      'Choose: a\n\nAnswer1: b Answer2: c\n\nAnswer format: answer2/answer1',
      'answer format "answer2/answer1", expected answer1/answer2',
    ],
    ['Choose: a\n\nAnswer1: b Answer2: c\n\nAnswer format: a/b', 'answer format "a/b", expected answer1/answer2'],
    [
      'Choose: a\n\nAnswer1: b\n\nAnswer format: answer1/answer2',
      'no "Answer2:", though the answer format has 2 options,',
    ],
    [
      'Choose: a\n\nAnswer1: b Answer2: c Answer3: d\n\nAnswer format: answer1/answer2',
      '"Answer3:", though the answer format has 2 options,',
    ],
    ['Choose:\n\nAnswer1: b Answer2: c\n\nAnswer format: answer1/answer2', 'an empty question'],
    ['Choose: a\n\nAnswer1:  Answer2: c\n\nAnswer format: answer1/answer2', 'an empty option 1'],
  ])('is refused: %j', (text, problem) => {
    expect(() => parse(text)).toThrow(InputError);
    expect(() => parse(text)).toThrow(`test.json, row 1: ${problem} in the instruction `);
  });
});

describe('a task', () => {
  const right = {
    instruction: instructionOf('is it?'),
    input: '',
    output: 'the correct answer is true',
    answer: 'true',
  };
  const boolq = (test: string, train?: string) =>
    temporaryFolder({ 'boolq/test.json': test, ...(train === undefined ? {} : { 'boolq/train.json': train }) });
  const read = (...roots: string[]) => taskById('commonsense/boolq').read(createDataReader(roots));

  it.each(['commonsense/social_i_qa', 'social_i_qa', 'commonsense/siqa', 'siqa'])('is found in %s', async (folder) => {
    const text = instruction('Who?', ['a', 'b', 'c']).replace(
      'Choose:',
      'Please choose the correct answer to the question:',
    );
    const root = temporaryFolder({
      [`${folder}/test.json`]: JSON.stringify([{ instruction: text, answer: 'answer3' }]),
    });
    const data = await taskById('commonsense/siqa').read(createDataReader([root]));
    expect(data.evaluation[0].examples).toEqual([
      {
        id: 'test-0',
        question: 'Who?',
        options: ['a', 'b', 'c'],
        label: 2,
        instruction: text,
        answers: ['answer1', 'answer2', 'answer3'],
      },
    ]);
  });

  it("does not take another data folder's training file", async () => {
    const scored = boolq(JSON.stringify([right]));
    const both = boolq(JSON.stringify([right]), JSON.stringify([right]));
    expect((await read(both, scored)).train).toHaveLength(1);
    expect((await read(scored, both)).train).toEqual([]);
  });

  const refuses = async (root: string, message: string) =>
    expect(read(root)).rejects.toThrow(
      new InputError(message.replace('FILE', `${root}/boolq/test.json`).replace('ROOT', root)),
    );

  it('without data says where it looked and for what', () =>
    refuses(
      temporaryFolder(),
      'commonsense/boolq: no data in ROOT; expected a folder commonsense/boolq or boolq with test.json (and train.json, to train on it) (--data DIR, or PEFTBENCH_DATA in the environment, names another place)',
    ));

  it('with a training file alone is refused', () => {
    const root = temporaryFolder({ 'boolq/train.json': '[]' });
    return refuses(root, 'ROOT/boolq: no test.json, expected test.json (and train.json, to train on it)');
  });

  it('names file and row of what it refuses', async () => {
    const second = (row: unknown) => boolq(JSON.stringify([right, row]));
    await refuses(second({ ...right, answer: 'maybe' }), 'FILE, row 2: answer "maybe", expected true or false');
    await refuses(second({ ...right, answer: true }), 'FILE, row 2: "answer" is true, expected a text');
    await refuses(second({ answer: 'true' }), 'FILE, row 2: "instruction" is undefined, expected a text');
    await refuses(second(null), 'FILE, row 2: "instruction" is null, expected a text'.replace('null', 'undefined'));
    await refuses(boolq('[]'), 'FILE: no rows');
    await refuses(boolq('{}'), 'FILE: holds an object, expected an array of rows');
    await refuses(boolq(''), 'FILE: the file is empty');
    await expect(read(boolq('[\n{"instruction" 1}\n]'))).rejects.toThrow(
      /boolq\/test\.json:2:16: not JSON: found "1", expected ":"$/,
    );
  });

  function instructionOf(question: string): string {
    return `Please answer the following question with true or false, question: ${question}\n\nAnswer format: true/false`;
  }
});
