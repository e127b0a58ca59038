import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { WriteError } from '../../harness/contracts/write-error.ts';
import type { Prediction } from '../../harness/records/schema.ts';
import { readRecords, removeLeftovers, writeRecord } from '../../harness/records/store.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { completed, predictionsOf, sampleConfig, unfinished } from './sample.ts';

const config = sampleConfig();
const record = completed(config, 0.8);
const predictions = predictionsOf(record);

describe('writing', () => {
  test('reads back what was written, with every digit, and the predictions beside it', () => {
    const folder = temporaryFolder();
    const exact = completed(config, 0.1 + 0.2, [1 / 3, 1e-300]);
    writeRecord(folder, exact, predictionsOf(exact));
    expect(readRecords(folder)).toEqual([exact]);
    const lines = readFileSync(join(folder, `${record.id}.predictions.jsonl`), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(predictionsOf(exact));
    expect(readdirSync(folder).sort()).toEqual([`${record.id}.json`, `${record.id}.predictions.jsonl`]);
  });

  test('gives the same bytes however the keys were ordered, losses on one line', () => {
    const [a, b] = [temporaryFolder(), temporaryFolder()];
    const reversed = Object.fromEntries(Object.entries(record).reverse()) as typeof record;
    writeRecord(a, record, predictions);
    writeRecord(b, reversed, predictions);
    const [one, other] = [a, b].map((folder) => readFileSync(join(folder, `${record.id}.json`), 'utf8'));
    expect(other).toBe(one);
    expect(one).toContain('\n  "losses": [0.5, 0.25],\n');
    expect(one?.startsWith('{\n  "schemaVersion": 4,\n  "id"')).toBe(true);
  });

  test('never overwrites a completed record', () => {
    const folder = temporaryFolder();
    writeRecord(folder, record, predictions);
    const other = completed(config, 0.9);
    const write = () => writeRecord(folder, other, predictionsOf(other));
    expect(write).toThrow(WriteError);
    expect(write).toThrow(/never overwritten/);
    expect(() => writeRecord(folder, unfinished(config, 'failed', 'x'), [])).toThrow(/never overwritten/);
    expect(readRecords(folder)).toEqual([record]);
    expect(readFileSync(join(folder, `${record.id}.predictions.jsonl`), 'utf8')).not.toBe('');
  });

  test('lets a record of the same results stand, whatever the time that they took', () => {
    const folder = temporaryFolder();
    writeRecord(folder, record, predictions);
    writeRecord(folder, { ...record, time: { ...record.time, totalSeconds: 99 } }, predictions);
    expect(readRecords(folder)).toEqual([record]);
  });

  test('is not read beside predictions of which one byte is another, be it a mark before them', () => {
    const folder = temporaryFolder();
    writeRecord(folder, record, predictions);
    const file = join(folder, `${record.id}.predictions.jsonl`);
    writeFileSync(file, `\uFEFF${readFileSync(file, 'utf8')}`);
    expect(() => readRecords(folder)).toThrow(
      /attestation\.predictionsSha256: "\w{64}"; expected "\w{64}", the hash of /,
    );
  });

  test.each(['failed', 'diverged'] as const)('replaces a %s record, which has no predictions', (status) => {
    const folder = temporaryFolder();
    writeRecord(folder, unfinished(config, status, 'why'), []);
    expect(readdirSync(folder)).toEqual([`${record.id}.json`]);
    writeRecord(folder, record, predictions);
    expect(readRecords(folder)).toEqual([record]);
  });

  test('refuses a record that does not fit its schema, and leaves nothing behind', () => {
    const folder = temporaryFolder();
    expect(() => writeRecord(folder, { ...record, id: 'short' }, predictions)).toThrow(/id: "short"/);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a number that JSON cannot hold', () => {
  const { NaN: none, POSITIVE_INFINITY: infinite } = Number;
  const [prediction] = predictions as [Prediction];
  test.each<[string, Parameters<typeof writeRecord>[1], readonly Prediction[], RegExp]>([
    ['a loss', completed(config, 0.8, [0.5, none]), [], /\.json: losses\[1\] is not finite/],
    ['a metric', completed(config, infinite), [], /\.json: metrics\.primary\.value is not finite/],
    [
      'a loss before a divergence',
      { ...unfinished(config, 'diverged', 'x'), losses: [none] },
      [],
      /losses\[0\] is not finite/,
    ],
    [
      "an option of the method, which the record's schema leaves open",
      { ...record, config: { ...config, method: { ...config.method, options: { layers: [1, infinite] } } } },
      [],
      /config\.method\.options\.layers\[1\] is not finite/,
    ],
    ['a score', record, [{ ...prediction, scores: [1, -infinite] }], /\.jsonl: \[0\]\.scores\[1\] is not finite/],
  ])('%s: the record is not written, and the key is named', (_what, one, predictions, message) => {
    const folder = temporaryFolder();
    expect(() => writeRecord(folder, one, predictions)).toThrow(message);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a record that has one is refused by its value', async () => {
    const folder = temporaryFolder();
    const text = JSON.stringify(record).replace('"losses":[0.5,', '"losses":[1e999,');
    writeFileSync(join(folder, `${record.id}.json`), text);
    expect(await errorOf(() => readRecords(folder))).toMatch(/losses\[0\]: Infinity; expected a number$/);
  });
});

describe('a writer that is killed', () => {
  // Renames in order: the predictions, then the record.
  test.each([1, 2])('at rename %i leaves no record, and the next run clears up', (nth) => {
    const folder = temporaryFolder();
    const { signal } = spawnSync(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      killedAt(nth, folder),
    ]);
    expect(signal).toBe('SIGKILL');
    expect(readRecords(folder)).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toHaveLength(1);
    removeLeftovers(folder);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    writeRecord(folder, record, predictions);
    expect(readRecords(folder)).toEqual([record]);
  });

  test('leaves nothing of another name behind', () => {
    const folder = temporaryFolder({
      '.peftbench-elsewhere.12.0.tmp': '{',
      '.peftbench-elsewhere.12.1.tmp/adapter_config.json': '{',
      'archive.2024.tmp/precious': '',
      'host.12.0.tmp': '',
      'notes.tmp': '',
      'kept.txt': '',
    });
    removeLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual(['archive.2024.tmp', 'host.12.0.tmp', 'kept.txt', 'notes.tmp']);
  });

  test('leaves what another process of this host is still writing', () => {
    const folder = temporaryFolder();
    const host = hostname()
      .replaceAll(/[^\w-]/g, '-')
      .slice(0, 64);
    const name = `.peftbench-${host}.${process.ppid}.0.tmp`;
    writeFileSync(join(folder, name), '{');
    removeLeftovers(folder);
    expect(readdirSync(folder)).toEqual([name]);
  });
});

describe('reading', () => {
  test('sorts by id and takes a folder that is not there for empty', () => {
    const folder = temporaryFolder();
    const records = [0, 1, 2, 3].map((seed) => completed(sampleConfig({ seed }), 0.5));
    for (const one of records) writeRecord(folder, one, predictionsOf(one));
    const ids = readRecords(folder).map(({ id }) => id);
    expect(ids).toEqual(records.map(({ id }) => id).sort());
    expect(readRecords(join(folder, 'absent'))).toEqual([]);
  });

  test.each([
    ['not JSON', () => '{', /json:1:2: not JSON: found the end, expected a key in quotes/],
    ['an unknown key', () => JSON.stringify({ ...record, metric: 1 }), /metric: unknown key .*did you mean "metrics"/],
    ['a missing key', () => JSON.stringify({ ...record, losses: undefined }), /losses: missing; expected a list/],
    ['a wrong type', () => JSON.stringify({ ...record, seed: 'one' }), /seed: "one"; expected an integer/],
    [
      'a deep wrong type',
      () => JSON.stringify({ ...record, params: { ...record.params, head: -1 } }),
      /params\.head: -1; expected an integer from 0/,
    ],
    [
      'an unknown status',
      () => JSON.stringify({ ...record, status: 'done' }),
      /status: "done"; expected "completed" or "failed" or "diverged"/,
    ],
    [
      'a later schema',
      () => JSON.stringify({ ...record, schemaVersion: 5 }),
      /schemaVersion: 5; expected 1 or 2 or 3 or 4/,
    ],
    [
      'another file name',
      () => JSON.stringify({ ...record, id: '0'.repeat(16) }),
      /expected ".*", as the file is named/,
    ],
  ])('names file and key of a record with %s', async (_what, text, message) => {
    const folder = temporaryFolder();
    const file = join(folder, `${record.id}.json`);
    writeFileSync(file, text());
    const error = await errorOf(() => readRecords(folder));
    expect(error).toContain(file);
    expect(error).toMatch(message);
  });
});

/** A script that writes the sample record and is killed when it renames for the nth time. */
function killedAt(nth: number, folder: string): string {
  const url = (path: string): string => JSON.stringify(pathToFileURL(join(import.meta.dirname, path)).href);
  return `
    import fs from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { writeRecord } = await import(${url('../../harness/records/store.ts')});
    const { completed, sampleConfig, predictionsOf } = await import(${url('./sample.ts')});
    const rename = fs.renameSync;
    let renames = 0;
    fs.renameSync = (...paths) => {
      if (++renames === ${nth}) process.kill(process.pid, 'SIGKILL');
      rename(...paths);
    };
    syncBuiltinESMExports();
    const record = completed(sampleConfig(), 0.8);
    writeRecord(${JSON.stringify(folder)}, record, predictionsOf(record));
  `;
}
