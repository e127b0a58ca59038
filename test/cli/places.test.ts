// Where commands write: two processes on one folder, full and closed disks, pipes that close, names of any script.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { readRecords, writeRecord } from '../../harness/records/store.ts';
import { expand } from '../../harness/study/expand.ts';
import { readStudy } from '../../harness/study/read.ts';
import { fixturePath } from '../fixtures.ts';
import { datasetSha256 } from '../../harness/study/run-id.ts';
import { completed, idOf, predictionsOf } from '../records/sample.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { inShell, start } from './command.ts';
import { contentsOf, fakeCommandLine } from './fakes.ts';

const STUDY = {
  name: 'places',
  models: [fixturePath('encoder/tiny-bert')],
  methods: [{ method: 'lora', learningRate: 1e-3 }],
  tasks: [{ task: 'glue/stsb', limitTrain: 8, limitEval: 8 }],
  seeds: [0, 1, 2, 3],
  training: { maxLength: 32 },
};
const studyFolder = (study: object = STUDY) => temporaryFolder({ 'study.json': JSON.stringify(study) });
const recordsIn = (folder: string) => readRecords(join(folder, 'runs'));

/** A command line in this process. */
async function peftbench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = captureOutput();
  await runCommandLine(args, services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

it('a second run on a folder names the first; when that is killed it is taken over, and no record is lost', async () => {
  const folder = join(temporaryFolder(), 'Läufe 実験');
  const study = studyFolder();
  const first = start('run', study, '--out', folder);
  const ended = new Promise((resolve) => first.once('close', resolve));
  while (!existsSync(join(folder, 'runs')) || recordsIn(folder).length === 0) {
    expect(first.exitCode).toBe(null);
    await setTimeout(20);
  }
  // Held for as long as the second needs to find it so.
  first.kill('SIGSTOP');
  const holder = new RegExp(`^peftbench: .*Läufe 実験: process ${first.pid} on host .* writes to it; expected .*\n$`);
  expect(await peftbench('run', study, '--out', folder)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(holder),
  });
  expect(await peftbench('report', folder)).toMatchObject({ code: 0 });
  first.kill('SIGKILL');
  await ended;
  const [before] = recordsIn(folder);
  expect(await peftbench('run', study, '--out', folder)).toMatchObject({ code: 0 });
  const after = recordsIn(folder);
  expect(after.map(({ status }) => status)).toEqual(STUDY.seeds.map(() => 'completed'));
  expect(after).toContainEqual(before);
  expect(readdirSync(folder).sort()).toEqual(['.cache', 'report', 'runs', 'study.json']);
}, 120_000);

describe.runIf(process.platform !== 'win32')('output that nobody takes', () => {
  /** A study's folder with records that were made up. */
  async function reported(): Promise<string> {
    const folder = studyFolder();
    const { study } = readStudy(folder, await services.catalogue());
    for (const { candidates } of expand(study).finals) {
      const record = completed(candidates[0].config, 0.5);
      writeRecord(join(folder, 'runs'), record, predictionsOf(record));
    }
    return folder;
  }

  it.each([
    [[], '| true'],
    [[], '2>&1 | true'],
    [['--json'], '| head -1'],
  ])(
    'report %s %s ends quietly',
    async (options, rest) => {
      const folder = await reported();
      const { code, stderr } = await inShell(['report', folder, ...options], rest);
      expect([code, stderr.replaceAll(/^wrote .*\n/gm, '')]).toEqual([0, '']);
      expect(existsSync(join(folder, 'report', 'tables.md'))).toBe(true);
    },
    60_000,
  );

  it.runIf(existsSync('/dev/full'))(
    'a full disk is one line and exit code 1',
    async () => {
      const { code, stderr } = await inShell(['report', await reported()], '> /dev/full');
      expect([code, stderr.replaceAll(/^wrote .*\n/gm, '')]).toEqual([
        1,
        'peftbench: stdout: cannot be written: no space left on device (ENOSPC, write)\n',
      ]);
    },
    60_000,
  );
});

/** Two methods and two seeds of a made-up model. */
const MADE_UP = {
  name: 'fake',
  models: ['tiny'],
  methods: [
    { method: 'full', learningRate: 1e-4 },
    { method: 'lora', learningRate: 1e-3 },
  ],
  tasks: ['glue/stsb'],
  seeds: [0, 1],
};

describe.skipIf(!canMount)('on a full disk (needs leave to mount one)', () => {
  /** Takes all but so many pages. */
  function fill(disk: string, free: number): void {
    for (let i = 0; i < free; i++) writeFileSync(join(disk, `free-${i}`), 'x'.repeat(4096));
    try {
      for (let i = 0; ; i++) writeFileSync(join(disk, `full-${i}`), 'x'.repeat(4096));
    } catch {
      // Full now.
    }
    for (let i = 0; i < free; i++) writeFileSync(join(disk, `free-${i}`), '');
  }

  it('report prints its tables all the same', async () => {
    const [cli, disk] = [fakeCommandLine(), smallDisk()];
    writeFileSync(join(disk, 'study.json'), JSON.stringify(MADE_UP));
    const { stdout: tables } = await cli.run('run', disk);
    fill(disk, 0);
    const { code, stdout, stderr } = await cli.run('report', disk);
    expect([code, stdout.startsWith(tables)]).toEqual([1, true]);
    expect(stderr).toMatch(/^peftbench: \S+report\/\.files: cannot be written: no space left on device[^\n]*\n$/);
  });

  it('run ends with one line once a record does not fit, and keeps those that did', async () => {
    const [cli, disk] = [fakeCommandLine(), smallDisk()];
    fill(disk, 6);
    const { code, stderr } = await cli.run('run', studyFolder(MADE_UP), '--out', disk);
    expect(code).toBe(1);
    expect(stderr).toMatch(/\npeftbench: \S+runs\/\w+(\.\w+)+: cannot be written: no space left[^\n]*\n$/);
    expect(recordsIn(disk)).toHaveLength(1);
    expect(readdirSync(disk)).not.toContain('run.lock');
    expect(readdirSync(join(disk, 'runs')).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('run is refused where not even the study fits', async () => {
    const [cli, disk] = [fakeCommandLine(), smallDisk()];
    fill(disk, 0);
    const { code, stderr } = await cli.run('run', studyFolder(MADE_UP), '--out', disk);
    expect([code, cli.executed.length]).toEqual([2, 0]);
    expect(stderr).toMatch(/^peftbench: \S+: cannot be written: no space left[^\n]*\n$/);
    expect(readdirSync(disk).filter((name) => !/^(free|full)-/.test(name))).toEqual([]);
  });
});

describe('evaluate', () => {
  const task = ['--model', fixturePath('decoder/llama'), '--task', 'commonsense/openbookqa', '--limit', '2'];

  it('puts the answers into a folder, below a name of their own', async () => {
    const folder = join(temporaryFolder(), 'Antworten 答え');
    expect(await peftbench('evaluate', ...task, '--out', `${folder}/`)).toMatchObject({ code: 0 });
    const [name = ''] = readdirSync(folder);
    expect(name).toMatch(/^llama\.commonsense\.openbookqa\.likelihood\.first-2\.[0-9a-f]{8}\.jsonl$/);
    expect(readFileSync(join(folder, name), 'utf8').trim().split('\n')).toHaveLength(2);
  }, 60_000);

  it.runIf(existsSync('/dev/full'))(
    'prints the results where they cannot be written',
    async () => {
      const { code, stdout, stderr } = await peftbench('evaluate', ...task, '--out', '/dev/full', '--json');
      expect(code).toBe(1);
      expect(JSON.parse(stdout)).toMatchObject({ answers: null, examples: 2, metrics: { acc: expect.any(Number) } });
      expect(stderr).toMatch(/peftbench: \/dev\/full: cannot be written: no space left on device \(ENOSPC, write\)\n$/);
    },
    60_000,
  );
});

const long = 'x'.repeat(300);

describe('before the work is refused', () => {
  it.each<[what: string, out: (folder: string) => string, message: RegExp]>([
    ['a file', (folder) => join(folder, 'file'), /--out: \S+file is a file; expected a folder/],
    ['what lies below a file', (folder) => join(folder, 'file', 'x'), /\/file: is a file; expected a folder/],
    ['too long a name', (folder) => join(folder, long), /x: .*name too long/],
    ...(process.platform === 'linux'
      ? [['what can never be', () => '/proc/x', /\/proc\/x: cannot be written: no such file/] as never]
      : []),
    ['a folder with a file in the place of runs/', (folder) => join(folder, 'odd'), /odd\/runs: not a directory/],
    [
      'a folder with a file in the place of .cache/',
      (folder) => join(folder, 'kept'),
      /kept\/\.cache: is a file; expected a folder/,
    ],
    ['a folder of another study', (folder) => join(folder, 'other'), /other\/study\.json: is another study than /],
  ])('as --out of run: %s', async (_what, out, message) => {
    const [cli, study] = [fakeCommandLine(), studyFolder(MADE_UP)];
    const folder = temporaryFolder({
      file: '',
      'odd/runs': '',
      'kept/.cache': '',
      'other/study.json': '{"name":"mine"}',
    });
    const before = contentsOf(folder);
    const { code, stdout, stderr } = await cli.run('run', study, '--out', out(folder));
    expect([code, stdout, cli.executed.length]).toEqual([2, '', 0]);
    expect(stderr).toMatch(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
    expect(contentsOf(folder)).toEqual(before);
  });

  it.each<[what: string, out: (folder: string) => string, message: RegExp]>([
    ['a file below a file', (folder) => join(folder, 'file', 'x.jsonl'), /\/file: is a file; expected a folder/],
    ['a folder that is a file', (folder) => `${join(folder, 'file')}/`, /\/file: is a file; expected a folder/],
    ['too long a name', (folder) => join(folder, 'deep', `${long}.jsonl`), /name too long/],
    ...(process.platform === 'linux'
      ? [['what can never be', () => '/proc/x/y', /\/proc\/x\/y: cannot be written: no such file/] as never]
      : []),
  ])('as --out of evaluate: %s', async (_what, out, message) => {
    const folder = temporaryFolder({ file: '' });
    // Neither is there: the place is looked at first.
    const { code, stdout, stderr } = await peftbench(
      ...['evaluate', '--model', 'no-model', '--task', 'no/task', '--out', out(folder)],
    );
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
    expect(Object.keys(contentsOf(folder))).toEqual(['file']);
  });
});

describe('run --out', () => {
  it('takes the same study, however it is written, and leaves it as it is', async () => {
    const [cli, study] = [fakeCommandLine(), studyFolder(MADE_UP)];
    const spaced = `${JSON.stringify(Object.fromEntries(Object.entries(MADE_UP).reverse()), null, 4)}\n`;
    const out = temporaryFolder({ 'study.json': spaced });
    expect((await cli.run('run', study, '--out', out)).code).toBe(0);
    expect(readFileSync(join(out, 'study.json'), 'utf8')).toBe(spaced);
  });

  it('follows its study when that is edited, but takes the place of no copy that somebody else has changed', async () => {
    const [cli, study] = [fakeCommandLine(), studyFolder(MADE_UP)];
    const out = join(temporaryFolder(), 'out');
    expect((await cli.run('run', study, '--out', out)).code).toBe(0);
    const edited = JSON.stringify({ ...MADE_UP, seeds: [0, 1, 2] });
    writeFileSync(join(study, 'study.json'), edited);
    expect((await cli.run('run', study, '--out', out)).code).toBe(0);
    expect(readFileSync(join(out, 'study.json'), 'utf8')).toBe(edited);
    writeFileSync(join(out, 'study.json'), JSON.stringify({ ...MADE_UP, seeds: [7] }));
    const { code, stderr } = await cli.run('run', study, '--out', out);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is another study than')]);
  });

  it('refuses a study that differs in where its model lies, under one name', async () => {
    const cli = fakeCommandLine();
    const [one, other] = ['./m1/model', './m2/model'].map((model) => studyFolder({ ...MADE_UP, models: [model] }));
    const before = contentsOf(other ?? '');
    const { code, stderr } = await cli.run('run', one ?? '', '--out', other ?? '');
    expect([code, stderr]).toEqual([2, expect.stringContaining('is another study than')]);
    expect(contentsOf(other ?? '')).toEqual(before);
  });

  it('writes nothing where all is done', async () => {
    const [cli, study, out] = [fakeCommandLine(), studyFolder(MADE_UP), temporaryFolder()];
    const { stdout } = await cli.run('run', study, '--out', out);
    writeFileSync(join(out, 'run.lock'), 'of a holder that is not known');
    expect(await cli.run('run', study, '--out', out)).toMatchObject({ code: 0, stdout });
  });

  it('shows the newer of two records of a configuration, and says what is left out', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(MADE_UP)];
    const { stdout } = await cli.run('run', folder);
    const [record] = recordsIn(folder);
    if (record === undefined) throw new Error('expected a record');
    const files = [{ path: 'train.tsv', sha256: 'a'.repeat(64) }];
    const sha256 = datasetSha256(files);
    const id = idOf(record.config, record.model.sha256, sha256);
    const older = { ...record, id, dataset: { ...record.dataset, sha256, files } };
    writeFileSync(join(folder, 'runs', `${older.id}.json`), JSON.stringify(older));
    const predictions = (id: string) => join(folder, 'runs', `${id}.predictions.jsonl`);
    copyFileSync(predictions(record.id), predictions(older.id));
    const note = `- runs/${older.id}.json (${record.config.method.label}, glue/stsb, seed ${record.seed}) is left out: made with other data than those of runs/${record.id}.json\n`;
    const [again, report] = [await cli.run('run', folder), await cli.run('report', folder)];
    for (const { code, stdout: text } of [again, report]) {
      expect([code, text.includes(note), text.startsWith(stdout.trimEnd())]).toEqual([0, true, true]);
    }
    expect(cli.executed).toHaveLength(4);
    expect(readFileSync(join(folder, 'report', 'tables.md'), 'utf8')).toContain(note);
  });
});

describe('run --keep-adapters', () => {
  const ofDecoder = { ...MADE_UP, models: ['decoder'] };

  it('is refused for an encoder before anything runs', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(MADE_UP)];
    expect(await cli.run('run', folder, '--keep-adapters')).toMatchObject({
      code: 2,
      stderr: 'peftbench: --keep-adapters: tiny is an encoder\n',
    });
    expect([cli.executed, readdirSync(folder)]).toEqual([[], ['study.json']]);
    expect(await peftbench('run', studyFolder(), '--keep-adapters')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^peftbench: --keep-adapters: \S+tiny-bert is an encoder; expected a decoder/),
    });
  });

  it('is refused where records are there without adapters, and not where they have them', async () => {
    const [cli, folder] = [fakeCommandLine(), studyFolder(ofDecoder)];
    await cli.run('run', folder, '--only', 'seed=0');
    const executed = cli.executed.length;
    expect(await cli.run('run', folder, '--keep-adapters')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^peftbench: --keep-adapters: \S+runs\/\w+\.json is of a run whose adapters were not kept; expected another --out, or [^\n]*\n$/,
      ),
    });
    expect(cli.executed).toHaveLength(executed);
    for (const { id } of recordsIn(folder)) mkdirSync(join(folder, 'adapters', id), { recursive: true });
    expect((await cli.run('run', folder, '--keep-adapters')).code).toBe(0);
    expect(cli.executed).toHaveLength(executed + 2);
  });
});
