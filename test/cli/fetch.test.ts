// `fetch` from the command line, against a hub on this machine: what it fetched is what the other commands read.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { readSources } from '../../harness/hub/sources.ts';
import { loadEncoder, openModel } from '../../harness/models/load.ts';
import { hubSourcesFile, taskById } from '../../datasets/index.ts';
import { fixturePath } from '../fixtures.ts';
import { bytesOf } from '../hub/here.ts';
import { type HubServer, startHub } from '../hub/server.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { start } from './command.ts';

let hub: HubServer;
let folder: string;

beforeEach(async () => {
  hub = await startHub();
  folder = temporaryFolder();
  for (const name of [
    'PEFTBENCH_DATA',
    'PEFTBENCH_MODELS',
    'HF_TOKEN',
    'HUGGING_FACE_HUB_TOKEN',
    'HF_TOKEN_PATH',
    'HF_HUB_CACHE',
    'HUGGINGFACE_HUB_CACHE',
  ]) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('HF_ENDPOINT', hub.endpoint);
  vi.stubEnv('HF_HOME', join(folder, 'hf'));
  onTestFinished(async () => {
    await hub.close();
    vi.unstubAllEnvs();
  });
});

/** Of a folder of fixtures. */
const filesOf = (name: string): Record<string, Buffer> =>
  Object.fromEntries(
    readdirSync(fixturePath(name), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(fixturePath(name), entry.name))]),
  );

const STUDY = {
  name: 'fetched',
  models: ['org/tiny-bert'],
  methods: [{ method: 'lora', learningRate: 1e-3 }],
  tasks: ['glue/stsb'],
  seeds: [0],
  training: { maxLength: 32 },
};

function studyFolder(study: object = STUDY, sources?: object): string {
  const path = join(folder, 'study');
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, 'study.json'), JSON.stringify(study));
  if (sources !== undefined) writeFileSync(join(path, 'sources.json'), JSON.stringify(sources));
  return path;
}

async function peftbench(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const output = captureOutput();
  await runCommandLine(args, services, output);
  return { code: output.code, stdout: output.printed, stderr: output.written };
}

const models = () => join(folder, 'models');
const data = () => join(folder, 'data');

describe('a study without sources', () => {
  it('has its models fetched by their names on the hub, which plan and loading then read', async () => {
    const commit = hub.commit('model', 'org/tiny-bert', filesOf('encoder/tiny-bert'));
    const study = studyFolder();
    const { code, stdout, stderr } = await peftbench('fetch', study, '--models', models());
    expect([code, stderr.split('\n')[0]]).toEqual([0, expect.stringMatching(/^[34] files, \d+ kB$/)]);
    expect(stderr).toContain('model.safetensors · ');
    expect(stdout).toMatch(new RegExp(`\\| org/tiny-bert +\\| org/tiny-bert@${commit.slice(0, 7)} \\|`));
    const plan = await peftbench('plan', study, '--models', models(), '--json');
    expect(plan.code).toBe(0);
    expect(loadEncoder(await openModel('org/tiny-bert', models())).spec.layers).toBeGreaterThan(0);
    const lock = JSON.parse(readFileSync(join(study, 'sources.lock.json'), 'utf8'));
    expect(lock.models['org/tiny-bert']).toMatchObject({
      repo: 'org/tiny-bert',
      revision: 'main',
      asked: null,
      commit,
    });
  }, 60_000);

  it('has nothing fetched that comes with the project', async () => {
    const study = studyFolder({ ...STUDY, models: ['minilm-l6'] });
    expect(await peftbench('fetch', study)).toEqual({ code: 0, stdout: 'nothing to fetch\n', stderr: '' });
    expect([hub.asked, readdirSync(study)]).toEqual([[], ['study.json']]);
  });

  it('says of what it knows no source', async () => {
    const study = studyFolder({ ...STUDY, models: ['llama3-8b'], tasks: ['glue/stsb', 'commonsense/piqa'] });
    const { code, stdout, stderr } = await peftbench('fetch', study, '--models', models(), '--data', data());
    expect([code, stdout]).toEqual([1, 'nothing fetched: of what is missing no source is known\n']);
    expect(stderr).toMatch(/^no model "llama3-8b".*sources\.json names no source of it\n/);
    expect(stderr).toMatch(/\ncommonsense\/piqa: no data in .*; no source of them is known\n$/);
    const json = await peftbench('fetch', study, '--models', models(), '--data', data(), '--json');
    expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
      1,
      { fetched: [], notes: [expect.stringMatching(/llama3-8b/), expect.stringMatching(/piqa/)] },
    ]);
  });
});

describe('a study with sources', () => {
  const sources = {
    models: { bert: { repo: 'org/tiny-bert', revision: 'main', files: ['*.json', 'model.safetensors'] } },
    datasets: {
      'glue/CoLA': {
        repo: 'org/glue',
        revision: 'main',
        files: {
          'cola/train.parquet': 'glue/cola/train-00000-of-00001.parquet',
          'cola/validation.parquet': 'glue/cola/validation-00000-of-00001.parquet',
        },
      },
    },
  };
  const study = () => studyFolder({ ...STUDY, models: ['bert'], tasks: ['glue/cola'] }, sources);
  const parquet = (split: string) =>
    readFileSync(fixturePath(`glue/parquet/glue/cola/${split}-00000-of-00001.parquet`));
  const serve = () => {
    const model = hub.commit('model', 'org/tiny-bert', filesOf('encoder/tiny-bert'));
    const files = { 'cola/train.parquet': parquet('train'), 'cola/validation.parquet': parquet('validation') };
    return { model, dataset: hub.commit('dataset', 'org/glue', files) };
  };

  it('has its data fetched to where the tasks read them', async () => {
    serve();
    const { code } = await peftbench('fetch', study(), '--models', models(), '--data', data());
    expect(code).toBe(0);
    const { kind, train } = await taskById('glue/cola').read(createDataReader([data()]));
    expect([kind, train.length > 0]).toEqual(['classification', true]);
  });

  it('is pinned, and then fetched without a hub, to other folders', async () => {
    const commits = serve();
    const path = study();
    const places = ['--models', models(), '--data', data()];
    expect((await peftbench('fetch', path, '--pin', ...places)).code).toBe(0);
    const written = JSON.parse(readFileSync(join(path, 'sources.json'), 'utf8'));
    expect(written.models.bert).toMatchObject({ revision: commits.model, files: ['*.json', 'model.safetensors'] });
    expect(written.datasets['glue/CoLA']).toMatchObject({ revision: commits.dataset });
    expect(Object.keys(written.datasets['glue/CoLA'].sha256)).toHaveLength(2);
    await hub.close();
    const others = ['--models', join(folder, 'm'), '--data', join(folder, 'd')];
    const { code, stdout } = await peftbench('fetch', path, ...others, '--json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document.fetched.map(({ commit }: { commit: string }) => commit)).toEqual([commits.model, commits.dataset]);
    expect(document.cache).toBe(join(folder, 'hf', 'hub'));
  });

  it.each<[string[]]>([[[]], [['--pin']]])(
    'keeps of each repository what it came to, though the next one fails: %j',
    async (pin) => {
      const commit = hub.commit('model', 'org/one', { 'a.gguf': bytesOf(64) });
      hub.commit('model', 'org/two', { 'a.gguf': bytesOf(64, 2) });
      const source = (name: string) => ({ repo: `org/${name}`, revision: 'main', files: ['*'] });
      const path = studyFolder(
        { ...STUDY, models: ['one', 'two'] },
        { models: { one: source('one'), two: source('two') } },
      );
      let downloads = 0;
      hub.fault = ({ host }) =>
        host === 'cdn' && ++downloads > 1 ? { kind: 'bytes', bytes: bytesOf(64, 3) } : undefined;
      const { code } = await peftbench('fetch', path, ...pin, '--models', models());
      expect([code, readdirSync(models())]).toEqual([1, ['one']]);
      const read = (name: string) => JSON.parse(readFileSync(join(path, name), 'utf8'));
      const lock = read('sources.lock.json');
      expect([Object.keys(lock.models), lock.models.one.commit]).toEqual([['one'], commit]);
      const revisions = Object.values<{ revision: string }>(read('sources.json').models).map(
        ({ revision }) => revision,
      );
      expect(revisions).toEqual([pin.length > 0 ? commit : 'main', 'main']);
    },
  );

  it('is fetched in part', async () => {
    serve();
    const path = study();
    expect((await peftbench('fetch', path, '--task', 'glue/cola', '--data', data())).code).toBe(0);
    expect([existsSync(models()), readdirSync(data())]).toEqual([false, ['glue']]);
    expect(await peftbench('fetch', path, '--model', 'brt', '--models', models())).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^peftbench: --model: "brt" is no model of \S+study\.json, did you mean "bert"\?/),
    });
  });

  it('is refused, with nothing written, where folders are not given or names are of nothing', async () => {
    const path = studyFolder({ ...STUDY, models: ['bert2'], tasks: ['glue/cola'] }, sources);
    const { code, stdout, stderr } = await peftbench('fetch', path);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.split('\n')).toEqual([
      expect.stringMatching(
        /^peftbench: \S+sources\.json: models: "bert" is no model of the study, did you mean "bert2"\?/,
      ),
      'peftbench: --data: not given, nor PEFTBENCH_DATA; expected a folder for the data of glue/CoLA, which `run` is then given too',
      '',
    ]);
    expect([hub.asked, readdirSync(path).sort()]).toEqual([[], ['sources.json', 'study.json']]);
  });
});

describe('without a study', () => {
  it('fetches a model at a revision, and of it what is named', async () => {
    hub.commit('model', 'org/tiny', { 'a.gguf': bytesOf(64), 'b.gguf': bytesOf(64, 2) }, { branch: 'dev' });
    const args = ['fetch', '--model', 'org/tiny@dev', '--files', 'a.*', '--models', models()];
    expect((await peftbench(...args)).code).toBe(0);
    expect(readdirSync(join(models(), 'org/tiny'))).toEqual(['a.gguf']);
    expect(await peftbench('fetch', '--model', 'org/tiny@no', '--models', models())).toMatchObject({
      code: 2,
      stderr:
        'peftbench: --model org/tiny@no: org/tiny has no revision "no"; expected a branch, a tag or a commit of it\n',
    });
  });

  it("fetches GLUE's data from the commit that is known of them, to where its tasks read them", async () => {
    const known = readSources(hubSourcesFile).datasets;
    const [{ revision: id } = { revision: '' }] = Object.values(known);
    const served = (path: string) => fixturePath(`glue/parquet/glue/${path}`);
    // The fixture of STS-B is in other shards than the hub has.
    const tasks = Object.keys(known).filter((id) => id !== 'glue/stsb');
    const paths = tasks.flatMap((task) => Object.keys(known[task]?.files ?? {}));
    const files = paths.map((path) => [path, readFileSync(served(path))] as const);
    hub.commit('dataset', 'nyu-mll/glue', Object.fromEntries(files), { id });
    expect((await peftbench('fetch', '--task', ...tasks, '--data', data())).code).toBe(0);
    for (const task of tasks) {
      const { train } = await taskById(task).read(createDataReader([data()]));
      expect([task, train.length > 0]).toEqual([task, true]);
    }
  });

  it.each([
    [[], /^peftbench: nothing to fetch; expected a study, --model or --task\n$/],
    [['--model', 'a/b/c', '--models', 'm'], /^peftbench: --model a\/b\/c: repo: "a\/b\/c"; expected a text like /],
    [['--model', 'a/b'], /^peftbench: --models: not given, nor PEFTBENCH_MODELS; expected a folder for a\/b, /],
    [
      ['--task', 'glue/stbs', '--data', 'd'],
      /^peftbench: --task: "glue\/stbs" is no task, did you mean "glue\/stsb"\?/,
    ],
    [['--task', 'mmlu', '--data', 'd'], /^peftbench: --task: no source of mmlu is known; expected one of glue\/cola, /],
    [['--files', 'x', '--task', 'glue/rte', '--data', 'd'], /^peftbench: --files: of 0 models; expected one --model/],
    [['--pin', '--model', 'a/b', '--models', 'm'], /^peftbench: --pin: needs a study; expected one, /],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await peftbench('fetch', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr.match(/\n/g)).toHaveLength(1);
    expect(hub.asked).toEqual([]);
  });

  it('ends with 1 where the hub fails, and with nothing half-written', async () => {
    hub.commit('model', 'org/tiny', { 'a.gguf': bytesOf(64) });
    hub.fault = ({ host }) => (host === 'cdn' ? { kind: 'bytes', bytes: bytesOf(64, 2) } : undefined);
    const args = ['fetch', '--model', 'org/tiny', '--files', '*', '--models', models()];
    const { code, stderr } = await peftbench(...args);
    expect([code, existsSync(models())]).toEqual([1, false]);
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^peftbench: --model org\/tiny: org\/tiny at .* came with other bytes and was deleted/,
    );
  });
});

it('shows of what the hub says nothing that a terminal obeys', async () => {
  hub.commit('model', 'org/tiny', { 'a.gguf': bytesOf(64) });
  const headers = { 'x-error-message': 'a\u009B2Jb' };
  hub.fault = () => ({ kind: 'answer', status: 418, headers });
  const { code, stderr } = await peftbench('fetch', '--model', 'org/tiny', '--files', '*', '--models', models());
  expect([code, stderr]).toEqual([1, expect.stringMatching(/the hub answers 418: a\\u009b2Jb\n$/)]);
});

describe('in processes of their own', () => {
  const LARGE = bytesOf(4 << 20);
  const args = () => ['fetch', '--model', 'org/tiny', '--files', '*', '--models', models()];

  /** Its exit code and what it wrote. */
  function ended(child: ReturnType<typeof start>): Promise<{ code: number | null; stderr: string }> {
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
    });
    return new Promise((resolve) => child.once('close', (code) => resolve({ code, stderr })));
  }

  it('two fetch the same: one downloads it, the other waits', async () => {
    hub.commit('model', 'org/tiny', { 'a.gguf': LARGE });
    let first = true;
    // The first stands still long enough for the second to come.
    hub.fault = ({ host }) => {
      if (host !== 'cdn' || !first) return undefined;
      first = false;
      return { kind: 'slow', milliseconds: 4000 };
    };
    const both = [start(...args()), start(...args())].map(ended);
    const outcomes = await Promise.all(both);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(readFileSync(join(models(), 'org/tiny/a.gguf')).equals(LARGE)).toBe(true);
    expect(hub.asked.filter(({ host }) => host === 'cdn')).toHaveLength(1);
    expect(outcomes.some(({ stderr }) => /waits for process \d+ on host/.test(stderr))).toBe(true);
  }, 60_000);

  it('one is interrupted, and the next goes on from there', async () => {
    hub.commit('model', 'org/tiny', { 'a.gguf': LARGE });
    hub.fault = ({ host }) => (host === 'cdn' ? { kind: 'stall', after: 1 << 20 } : undefined);
    const child = start(...args());
    const done = ended(child);
    const blobs = join(folder, 'hf/hub/models--org--tiny/blobs');
    const arrived = () =>
      existsSync(blobs) && readdirSync(blobs).some((name) => readFileSync(join(blobs, name)).length > 0);
    while (!arrived()) await setTimeout(20);
    child.kill('SIGINT');
    const { code, stderr } = await done;
    expect([code, stderr]).toEqual([
      130,
      expect.stringMatching(/\ninterrupted; what was downloaded is kept, and the same command goes on from there\n$/),
    ]);
    hub.fault = () => undefined;
    expect((await peftbench(...args())).code).toBe(0);
    expect(readFileSync(join(models(), 'org/tiny/a.gguf')).equals(LARGE)).toBe(true);
    expect(hub.asked.filter(({ host }) => host === 'cdn').at(-1)?.range).toMatch(/^bytes=\d+-$/);
  }, 60_000);
});
