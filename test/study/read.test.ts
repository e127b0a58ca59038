import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { parseStudy, readStudy } from '../../harness/study/read.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { CATALOGUE, changed, parse, STUDY } from './sample.ts';

describe('a study that makes sense', () => {
  test('has its short forms written out', () => {
    const study = parse(STUDY);
    expect(study.methods.map(({ label }) => label)).toEqual(['full', 'lora', 'lora-long']);
    expect(study.methods.map(({ options }) => options)).toEqual([
      {},
      { r: 4, alpha: 16, targets: 'all' },
      { r: 8, alpha: 16, targets: 'all' },
    ]);
    expect(study.tasks[0]).toEqual({ task: 'glue/stsb' });
  });

  test('may have a thousand methods: options are checked at once, not each after seconds of preparation', () => {
    const methods = Array.from({ length: 1000 }, (_, i) => ({ ...STUDY.methods[0], label: `full ${i}` }));
    expect(parse({ ...STUDY, methods, search: undefined }).methods).toHaveLength(1000);
  }, 4000);

  test.each(['glue/sst2', 'glue/stsb+sst2', 'commonsense/170k'])('may train on %s', (trainOn) => {
    expect(parse(changed(['tasks', 1, 'trainOn'], trainOn)).tasks[1]?.trainOn).toBe(trainOn);
  });

  test('is found in its folder or as the file', () => {
    const folder = temporaryFolder({ 'study.json': JSON.stringify(STUDY) });
    expect(readStudy(folder, CATALOGUE)).toEqual(readStudy(join(folder, 'study.json'), CATALOGUE));
    expect(readStudy(folder, CATALOGUE).directory).toBe(folder);
  });
});

test('a byte order mark is read over, and UTF-16 is refused by name', async () => {
  const text = `\ufeff${JSON.stringify(STUDY)}`;
  const folder = temporaryFolder({ 'study.json': text, 'windows/study.json': Buffer.from(text, 'utf16le') });
  expect(readStudy(folder, CATALOGUE).study).toEqual(parse(STUDY));
  const windows = join(folder, 'windows');
  expect(await errorOf(() => readStudy(windows, CATALOGUE))).toBe(
    `${join(windows, 'study.json')}: is UTF-16 text, expected UTF-8`,
  );
});

/** Each: what is wrong, the study, and the whole message after `study.json: `. */
const ERRORS: readonly [what: string, study: unknown, message: string | RegExp][] = [
  [
    'a misspelled key',
    { ...STUDY, sedes: [0] },
    'sedes: unknown key (its value is [0]), did you mean "seeds"?; expected $schema, name, models, methods, tasks, seeds, training, search, report',
  ],
  [
    'a key misspelled and thereby missing',
    { ...STUDY, seeds: undefined, sedes: [0] },
    /^sedes: unknown key .*did you mean "seeds"\?/,
  ],
  [
    'a missing key',
    { ...STUDY, seeds: undefined },
    'seeds: missing; expected a list of at least 1 (each: an integer from 0)',
  ],
  ['no object', [], '[]; expected an object'],
  ['an empty list', { ...STUDY, seeds: [] }, 'seeds: []; expected a list of at least 1 (each: an integer from 0)'],
  ['a seed twice', { ...STUDY, seeds: [1, 1] }, /^seeds: \[1,1\]; expected .*, none of them twice$/],
  ['a negative seed', changed(['seeds', 1], -1), 'seeds[1]: -1; expected an integer from 0'],
  ['a wrong type', { ...STUDY, name: 3 }, 'name: 3; expected a text that is not empty'],
  [
    'an unknown training key',
    changed(['training', 'batchsize'], 8),
    /^training\.batchsize: unknown key \(its value is 8\), did you mean "batchSize"\?/,
  ],
  [
    'a training value out of range',
    changed(['training', 'warmup'], 1),
    'training.warmup: 1; expected a number from 0 below 1',
  ],
  [
    'an unknown schedule',
    changed(['training', 'schedule'], 'linaer'),
    'training.schedule: "linaer", did you mean "linear"?; expected "linear" or "cosine" or "constant"',
  ],
  [
    'an unknown method',
    changed(['methods', 1, 'method'], 'lroa'),
    'methods[1].method: "lroa" is no method, did you mean "lora"?; expected full, lora',
  ],
  [
    'an unknown method option',
    changed(['methods', 1, 'options'], { alhpa: 4 }),
    'methods[1].options.alhpa: unknown key (its value is 4), did you mean "alpha"?; expected r, alpha, targets',
  ],
  [
    'an option of a method without any',
    changed(['methods', 0, 'options'], { r: 4 }),
    'methods[0].options.r: unknown key (its value is 4); expected none',
  ],
  [
    'a wrong method option',
    changed(['methods', 1, 'options'], { r: 0 }),
    'methods[1].options.r: 0; expected an integer from 1',
  ],
  [
    'a wrong alternative',
    changed(['methods', 1, 'options'], { targets: 'al' }),
    'methods[1].options.targets: "al", did you mean "all"?; expected "all" or a list (each: a text)',
  ],
  [
    'a wrong item of an alternative',
    changed(['methods', 1, 'options'], { targets: ['q', 3] }),
    'methods[1].options.targets[1]: 3; expected a text',
  ],
  [
    'a label twice',
    changed(['methods', 2, 'label'], 'lora'),
    'methods[2].label: "lora" stands there twice; expected a label of its own for each row of the tables',
  ],
  [
    'a rate that is no number',
    changed(['methods', 0, 'learningRate'], '1e-4'),
    'methods[0].learningRate: "1e-4"; expected a number above 0 or a list of at least 2 (each: a number above 0)',
  ],
  [
    'a rate of 0',
    changed(['methods', 0, 'learningRate'], 0),
    /^methods\[0\]\.learningRate: 0; expected a number above 0/,
  ],
  [
    'a list of one rate',
    changed(['methods', 1, 'learningRate'], [1e-3]),
    /^methods\[1\]\.learningRate: \[0\.001\]; expected .*a list of at least 2/,
  ],
  [
    'an unknown task',
    changed(['tasks', 0], 'glue/stbs'),
    'tasks[0]: "glue/stbs" is no task, did you mean "glue/stsb"?; expected glue/stsb, glue/sst2, commonsense/arc-easy',
  ],
  [
    'an unknown task in an object',
    changed(['tasks', 1, 'task'], 'arc'),
    /^tasks\[1\]\.task: "arc" is no task, did you mean "commonsense\/arc-easy"\?/,
  ],
  [
    'an unknown key of a task',
    changed(['tasks', 1, 'limitTrian'], 3),
    'tasks[1].limitTrian: unknown key (its value is 3), did you mean "limitTrain"?; expected task, trainOn, protocol, shots, beams, limitTrain, limitEval, training',
  ],
  [
    'an unknown task in a mix',
    changed(['tasks', 0], 'glue/stsb+sst3'),
    /^tasks\[0\]: "glue\/sst3" is no task, did you mean "glue\/sst2"\?/,
  ],
  [
    'a task twice in a mix',
    changed(['tasks', 0], 'glue/stsb+stsb'),
    'tasks[0]: "glue/stsb" stands there twice; expected a task once only',
  ],
  [
    'an unknown task to train on',
    changed(['tasks', 1, 'trainOn'], 'glue/stbs'),
    /^tasks\[1\]\.trainOn: "glue\/stbs" is no task, did you mean "glue\/stsb"\?/,
  ],
  [
    'an unknown training set',
    changed(['tasks', 1, 'trainOn'], 'commonsense/17k'),
    'tasks[1].trainOn: "commonsense/17k" is no task, did you mean "commonsense/170k"?; expected glue/stsb, glue/sst2, commonsense/arc-easy, commonsense/170k',
  ],
  [
    'a training set in a mix',
    changed(['tasks', 1, 'trainOn'], 'commonsense/arc-easy+170k'),
    /"commonsense\/170k" is no task/,
  ],
  [
    'a training set as a task',
    changed(['tasks', 0], 'commonsense/170k'),
    /^tasks\[0\]: "commonsense\/170k" is no task/,
  ],
  [
    'an unknown protocol',
    changed(['tasks', 1, 'protocol'], 'anwser'),
    'tasks[1].protocol: "anwser", did you mean "answer"?; expected "likelihood" or "answer" or "generate"',
  ],
  ['a task that is a number', changed(['tasks', 0], 3), 'tasks[0]: 3; expected a text or an object'],
  [
    'a task twice',
    changed(['tasks', 0], 'commonsense/arc-easy'),
    'tasks[1].task: "commonsense/arc-easy" stands there twice; expected a task once only',
  ],
  [
    'rates without a search',
    { ...STUDY, search: undefined },
    'search: missing; expected {"seed", "holdout"}, as methods[1].learningRate is a list, [0.001,0.003]',
  ],
  [
    'a search without rates',
    { ...STUDY, methods: [STUDY.methods[0]] },
    /^search: \{"seed":77.*; expected a method with a list of learning rates, or with a space$/,
  ],
  [
    'unequal budgets',
    changed(['methods', 2, 'learningRate'], [1, 2, 3]),
    'methods[2].learningRate: [1,2,3]; expected 2 candidates as in methods[1].learningRate (the same budget for each method), or "unequal": true in search',
  ],
];

describe('a study that makes no sense', () => {
  test.each(ERRORS)('%s', async (_what, study, message) => {
    const error = await errorOf(() => parse(study));
    expect(error.startsWith('study.json: ')).toBe(true);
    const rest = error.slice('study.json: '.length);
    if (typeof message === 'string') expect(rest).toBe(message);
    else expect(rest).toMatch(message);
  });

  test('says all that is wrong, each fault once', () => {
    const study = {
      ...STUDY,
      sedes: [0],
      seeds: undefined,
      methods: [
        { method: 'lroa', learningRate: 1e-3 },
        { method: 'lora', learningRate: 0, options: { rnak: 4, alpha: 'much' } },
        { method: 'lora', learningRate: 1e-3, training: { clip: -1 } },
      ],
      tasks: ['glue/stbs', { task: 'glue/sst2+sst2', trainOn: 'glue/cola', limitTrian: 3 }, 'glue/stbs'],
    };
    let faults: readonly string[] = [];
    try {
      parse(study);
    } catch (error) {
      if (error instanceof InputError) faults = error.faults;
    }
    const keys = [
      ...['sedes: unknown key', 'methods[1].learningRate: 0;', 'methods[2].training.clip: -1;'],
      ...['tasks[1].limitTrian: unknown key', 'methods[0].method: "lroa"', 'methods[1].options.rnak: unknown key'],
      ...['methods[1].options.alpha: "much";', 'tasks[0]: "glue/stbs" is no task', 'tasks[2]: "glue/stbs" is no task'],
      ...['tasks[1].task: "glue/sst2" stands there twice', 'tasks[1].trainOn: "glue/cola" is no task'],
      ...['tasks[2]: "glue/stbs" stands there twice', 'methods[2].label: "lora" stands there twice'],
    ];
    const begins = (fault: string) => keys.find((key) => fault.startsWith(`study.json: ${key}`)) ?? fault;
    expect(faults.map(begins).sort()).toEqual(keys.sort());
  });

  test('a million tasks, each of which might be looked up', async () => {
    const tasks = Array<string>(1_000_000).fill('glue/stbs');
    expect(() => parse({ ...STUDY, tasks })).toThrow(
      /^study\.json: tasks: \["glue\/stbs",.*; expected a list of at least 1 .*, 1000 of them at most\n/,
    );
  }, 10_000);

  test('keys given twice and numbers that become others', () => {
    const text = JSON.stringify(STUDY, null, 1)
      .replace('"seeds": [', '"seeds": [9007199254740993,')
      .replace('"name"', '"name": "x",\n"name"');
    expect(() => parseStudy(text, 'a/study.json', CATALOGUE)).toThrow(
      /^a\/study\.json:3:1: name: stands there twice.*\na\/study\.json:\d+:\d+: seeds\[0\]: 9007199254740993; expected/,
    );
  });

  test('no JSON', async () => {
    expect(await errorOf(() => parseStudy('{\n"name": }', 'a/study.json', CATALOGUE))).toMatch(
      /^a\/study\.json:2:9: not JSON: found "}", expected a value$/,
    );
  });

  test('no file', async () => {
    const folder = temporaryFolder();
    const expected = 'no such file; expected a folder with study.json, or the file itself';
    expect(await errorOf(() => readStudy(folder, CATALOGUE))).toBe(`${join(folder, 'study.json')}: ${expected}`);
    expect(await errorOf(() => readStudy(join(folder, 'x.json'), CATALOGUE))).toBe(
      `${join(folder, 'x.json')}: ${expected}`,
    );
  });
});
