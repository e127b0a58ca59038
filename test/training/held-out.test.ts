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

async function trialOf(task: Task, holdout: number) {
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
  const [set] = splitExamples(data, { task: of, seed: 3 }).evaluation;
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
