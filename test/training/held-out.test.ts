// What a trial asks: no question is shown its own answer, and each is shown its own task's.
import { describe, expect, it } from 'vitest';
import { mixOf } from '../../datasets/mix.ts';
import type { ChoiceData, ChoiceExample, Task } from '../../harness/contracts/dataset.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { heldOutSets } from '../../harness/training/held-out.ts';
import { splitExamples } from '../../harness/training/splits.ts';

function examples(split: string, count: number): ChoiceExample[] {
  const answers = ['answer1', 'answer2'];
  return Array.from({ length: count }, (_, i) => {
    const question = `${split} question ${i}`;
    return { id: `${split}-${i}`, question, options: ['a', 'b'], label: i % 2, instruction: question, answers };
  });
}

function taskOf(name: string): Task {
  const train = examples('train', 10).map((example) => ({ ...example, question: `${name} ${example.question}` }));
  const data: ChoiceData = { kind: 'choice', train, evaluation: [{ name: 'test', examples: examples('test', 4) }] };
  const licence = { name: 'none', url: 'https://example.org' };
  return { id: `test/${name}`, title: name, kind: 'choice', metrics: ['accuracy'], licence, read: async () => data };
}

async function trialOf(task: Task, holdout: number, seed = 3) {
  const data = await task.read(createDataReader([]));
  if (data.kind !== 'choice') throw new Error('not of choice');
  const of = {
    id: task.id,
    limitTrain: null,
    limitEval: null,
    holdout,
    trainOn: null,
    protocol: null,
    shots: 2,
    beams: 1,
  };
  const [set] = splitExamples(data, { task: of, seed }).evaluation;
  return { data, asked: heldOutSets(data, set?.examples ?? []) };
}

describe('a trial', () => {
  it('of one task shows the first training examples that it does not score', async () => {
    const { data, asked } = await trialOf(taskOf('one'), 6);
    const [set] = asked.evaluation;
    expect(asked.evaluation).toHaveLength(1);
    expect(set?.examples).toHaveLength(6);
    const scored = new Set(set?.examples);
    expect(set?.shots).toEqual(data.train.filter((example) => !scored.has(example)));
    expect(set?.shots).toHaveLength(4);
  });

  it('of a mix of which one task is held out alone shows examples of that task', async () => {
    const mix = mixOf('test/one+two', [taskOf('one'), taskOf('two')]);
    const asked = await Promise.all(Array.from({ length: 8 }, async (_, seed) => (await trialOf(mix, 1, seed)).asked));
    const tasks = asked.map(({ evaluation: [set, ...others] }) => {
      const [question, ...shots] = [...(set?.examples ?? []), ...(set?.shots ?? [])].map((each) =>
        each.question.slice(0, 3),
      );
      expect([others, new Set(shots).size, shots[0]]).toEqual([[], 1, question]);
      return question;
    });
    expect(new Set(tasks)).toEqual(new Set(['one', 'two']));
  });

  it('of a third task that is trained on a mix shows each question examples of its own task', async () => {
    const third = taskOf('three');
    const mix = await mixOf('test/one+two', [taskOf('one'), taskOf('two')]).read(createDataReader([]));
    const own = await third.read(createDataReader([]));
    if (mix.kind !== 'choice' || own.kind !== 'choice' || mix.parts === undefined) throw new Error('expected a mix');
    const data = { ...own, train: mix.train, parts: mix.parts };
    const sets = heldOutSets(data, [...mix.train.slice(0, 2), ...mix.train.slice(10, 12)]).evaluation;
    for (const { name, examples: scored, shots = [] } of sets) {
      for (const { question } of [...scored, ...shots]) expect(`holdout/${question.split(' ')[0]}`).toBe(name);
    }
    expect(sets.map(({ name }) => name)).toEqual(['holdout/one', 'holdout/two']);
  });

  it('of a mix shows each question examples of its own task only', async () => {
    const { asked } = await trialOf(mixOf('test/one+two', [taskOf('one'), taskOf('two')]), 12);
    expect(asked.evaluation.map(({ name }) => name)).toEqual(['holdout/one', 'holdout/two']);
    expect(asked.overall).toBe('pooled');
    expect(asked.evaluation.flatMap((set) => set.examples)).toHaveLength(12);
    for (const [index, name] of ['one', 'two'].entries()) {
      const { examples: scored, shots = [] } = asked.evaluation[index] ?? { examples: [] as ChoiceExample[] };
      for (const { question } of [...scored, ...shots]) expect(question).toMatch(new RegExp(`^${name} `));
      expect(shots.filter((shot) => scored.includes(shot))).toEqual([]);
      expect(shots.length + scored.length).toBe(10);
    }
  });
});
