// The list of tasks and the data that comes with the project.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embeddedDataRoot, TASKS, taskById } from '../../datasets/index.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { embedData } from '../../scripts/embed-data.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('taskById', () => {
  it('gives the task', () => {
    for (const task of TASKS) expect(taskById(task.id)).toBe(task);
  });

  it('names the nearest id of an unknown one, or all of them', () => {
    expect(() => taskById('glue/sts-b')).toThrow(
      new InputError('task "glue/sts-b" is unknown, did you mean glue/stsb?'),
    );
    expect(() => taskById('arc-easy')).toThrow('did you mean commonsense/arc-easy?');
    expect(() => taskById('squad')).toThrow(
      /^task "squad" is unknown, expected one of glue\/cola, .*commonsense\/openbookqa, mmlu$/,
    );
  });
});

const EMBEDDED = [
  ['glue/stsb', 5749, 'validation', 1500],
  ['commonsense/arc-easy', 2251, 'test', 2376],
  ['commonsense/openbookqa', 4957, 'test', 500],
] as const;

describe('embedded data', () => {
  it('lies at an absolute path', () => expect(isAbsolute(embeddedDataRoot)).toBe(true));

  it.each(EMBEDDED)('%s has whole splits', async (id, train, set, evaluated) => {
    const data = await taskById(id).read(createDataReader([embeddedDataRoot]));
    expect(data.train).toHaveLength(train);
    expect(data.evaluation.map(({ name, examples }) => [name, examples.length])).toEqual([[set, evaluated]]);
  });

  it.each(EMBEDDED)('%s has a notice beside it, with licence, citation and the checksums of its files', async (id) => {
    const reader = createDataReader([embeddedDataRoot]);
    const task = taskById(id);
    await task.read(reader);
    const notice = readFileSync(join(embeddedDataRoot, dirname(reader.files[0]?.path ?? ''), 'README.md'), 'utf8');
    for (const title of ['Source', 'Licence', 'Citation', 'Changes']) expect(notice).toContain(`\n## ${title}\n`);
    for (const { sha256 } of reader.files) expect(notice).toContain(sha256);
  });

  it('is what scripts/embed-data.ts makes of itself, byte for byte', async () => {
    const copy = temporaryFolder();
    const written = await embedData(embeddedDataRoot, copy);
    const read = (root: string, path: string) => readFileSync(join(root, path));
    for (const path of written) expect(read(copy, path).equals(read(embeddedDataRoot, path)), path).toBe(true);
    const embedded = readdirSync(embeddedDataRoot, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(embedded).toHaveLength(written.length + 1);
    expect(existsSync(join(embeddedDataRoot, 'README.md'))).toBe(true);
  });

  it('cannot be made from a folder that lacks it', async () => {
    await expect(embedData(temporaryFolder(), temporaryFolder())).rejects.toThrow(/^glue\/stsb: no data in /);
    await expect(embedData('/no/such/folder', temporaryFolder())).rejects.toThrow(
      '--from /no/such/folder: no such folder',
    );
  });
});
