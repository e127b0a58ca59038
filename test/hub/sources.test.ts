// sources.json: its faults by name, and that what is known of the hub fits the tasks.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { hubSourcesFile, TASKS } from '../../datasets/index.ts';
import { readSources } from '../../harness/hub/sources.ts';
import { isCommit } from '../../harness/hub/wanted.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const read = (content: object) => {
  const folder = temporaryFolder({ 'sources.json': JSON.stringify(content) });
  return readSources(join(folder, 'sources.json'));
};

it('reads models and data sets', () => {
  const models = { llama: { repo: 'org/llama', revision: 'refs/pr/1', files: ['*.json'] } };
  const datasets = { glue: { repo: 'glue', revision: 'main', files: { 'a.parquet': 'glue/a.parquet' } } };
  expect(read({ models, datasets })).toEqual({ models, datasets });
  expect(read({ models })).toEqual({ models, datasets: {} });
});

it.each<[object, RegExp]>([
  [{ model: {} }, /: model: unknown key .*, did you mean "models"\?/],
  [{ models: { a: { repo: 'a/b/c', revision: 'main' } } }, /: models\.a\.repo: "a\/b\/c"; expected a text like /],
  [{ models: { a: { repo: '../b', revision: 'main' } } }, /: models\.a\.repo: "\.\.\/b"; expected a text like /],
  [
    { models: { a: { repo: 'a/b', revision: '../../x' } } },
    /: models\.a\.revision: "\.\.\/\.\.\/x"; expected a text like /,
  ],
  [{ models: { a: { repo: 'a/b' } } }, /: models\.a\.revision: missing; expected a text like /],
  [
    { models: { a: { repo: 'a/b', revision: 'main', files: [] } } },
    /: models\.a\.files: \[\]; expected a list of at least 1/,
  ],
  [
    { models: { a: { repo: 'a/b', revision: 'main', files: ['../x'] } } },
    /: models\.a\.files\[0\]: "\.\.\/x" is no path within a folder; expected names with \/ between them$/,
  ],
  [
    { models: { a: { repo: 'a/b', revision: 'main', sha256: { x: 'ABC' } } } },
    /: models\.a\.sha256\.x: "ABC"; expected a text like /,
  ],
  [
    { datasets: { g: { repo: 'a/b', revision: 'main', files: { a: '/etc/a' } } } },
    /: datasets\.g\.files\.a: "\/etc\/a" is no path within a folder/,
  ],
  [
    { datasets: { g: { repo: 'a/b', revision: 'main', files: { a: 'x', b: 'x' } } } },
    /: datasets\.g\.files\.b: "x" stands there twice; expected a path for each file$/,
  ],
])('refuses %j', (content, message) => {
  expect(() => read(content)).toThrow(message);
});

it('has what is known of the hub, at commits, for tasks that there are', () => {
  const { models, datasets } = readSources(hubSourcesFile);
  expect(models).toEqual({});
  const ids = TASKS.map(({ id }) => id);
  for (const [id, { revision, files }] of Object.entries(datasets)) {
    expect(ids).toContain(id);
    expect(isCommit(revision)).toBe(true);
    for (const target of Object.values(files)) expect(target.startsWith(`${id}/`)).toBe(true);
  }
});

it('reads those of the studies that come with the project', () => {
  const results = fileURLToPath(new URL('../../results', import.meta.url));
  const files = readdirSync(results).map((study) => join(results, study, 'sources.json'));
  for (const file of files.filter((path) => existsSync(path))) {
    const { models } = JSON.parse(readFileSync(join(dirname(file), 'study.json'), 'utf8'));
    for (const name of Object.keys(readSources(file).models)) expect(models).toContain(name);
  }
});
