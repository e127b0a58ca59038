// Records as earlier versions wrote them are read: what they do not tell is null.
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asOfVersion3, untold } from '../../harness/records/migrate.ts';
import { readRecords } from '../../harness/records/store.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { completed, sampleConfig } from './sample.ts';

describe.each([1, 2] as const)('a record of version %i', (version) => {
  const folder = fixturePath(`records/v${version}`);
  const [record] = readRecords(folder);
  const name = readdirSync(folder).find((file) => file.endsWith('.json')) ?? '';
  const written = JSON.parse(readFileSync(join(folder, name), 'utf8'));

  it('keeps what it tells', () => {
    expect(record).toMatchObject({
      ...{ schemaVersion: version, id: written.id, losses: written.losses, attestation: written.attestation },
      dataset: {
        train: { read: written.dataset.trainCount, drawn: null },
        evaluation: { read: written.dataset.evalCount, scored: null },
        overlap: written.dataset.overlap ?? null,
      },
      metrics: { ...written.metrics, scoring: null },
      environment: { ...written.environment, jobs: null },
      code: { ...written.code, semantics: null, sourcesSha256: null, methodSha256: null },
    });
    if (record === undefined) throw new Error('no record');
    expect(untold(record)).toBe(`records of version ${version} do not tell`);
  });

  it('is read without figures that nothing it holds bears out', () => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    const made = { ...written.metrics.all, [`group/${written.metrics.primary.name}`]: 0.987 };
    const evaluations = written.evaluations.map((each: object, index: number) =>
      index === written.evaluations.length - 1 ? { ...each, metrics: made } : each,
    );
    const changed = { ...written, metrics: { ...written.metrics, all: made }, evaluations };
    writeFileSync(join(copy, name), JSON.stringify(changed));
    expect(readRecords(copy)).toEqual([record]);
  });

  it('has the keys of its configuration that came since, as they were before there was a choice', () => {
    expect(record?.config.training).toMatchObject({
      ...written.config.training,
      labelScale: 'standard',
      batching: 'bucketed',
    });
    expect(record?.config.task).toMatchObject({ ...written.config.task, trainOn: null, shots: 0, beams: 1 });
  });
});

/** As there was no choice of weights. */
const LAST = { selection: 'last', selectionEvery: null, selectionHoldout: null };

describe('a record of version 3', () => {
  const folder = fixturePath('records/v3');
  const [record] = readRecords(folder);
  const name = readdirSync(folder).find((file) => file.endsWith('.json')) ?? '';
  const written = JSON.parse(readFileSync(join(folder, name), 'utf8'));

  it('keeps what it tells, and has null for what it does not', () => {
    expect(record).toEqual({
      ...written,
      config: { ...written.config, training: { ...written.config.training, ...LAST } },
      params: { ...written.params, storedBytes: null },
      trained: { ...written.trained, tokens: null },
      memory: { ...written.memory, rss: null },
      time: { ...written.time, tokensPerSecond: null, measureSeconds: null },
      ...{ asked: null, collapsed: null, unreadable: null, merges: null, update: null, forgetting: null },
    });
    expect(record && untold(record)).toBe('records of version 3 do not tell');
  });

  it('is refused where it tells what came later: its version would excuse it from being looked at', () => {
    const copy = temporaryFolder();
    cpSync(folder, copy, { recursive: true });
    const later = {
      ...written,
      collapsed: { overall: false, sets: [] },
      params: { ...written.params, storedBytes: 4 },
    };
    writeFileSync(join(copy, name), JSON.stringify(later));
    expect(() => readRecords(copy)).toThrow(/: collapsed: .*; expected null, as records of version 3 do not tell it/);
    expect(() => readRecords(copy)).toThrow(/: params\.storedBytes: 4; expected null/);
  });
});

it('is changed back to one that tells no more than version 3, which a record of version 3 is already', () => {
  const record = completed(sampleConfig(), 0.5);
  const back = asOfVersion3(record);
  expect(back).toMatchObject({ id: record.id, losses: record.losses, merges: null, asked: null });
  expect(asOfVersion3(back)).toEqual(back);
});

it('does not call a present record one of an older version', () => {
  expect(untold(completed(sampleConfig(), 0.5))).toBe('the record does not tell');
});

it('knows that a regression was learned on the scale of its labels', () => {
  const [record] = readRecords(fixturePath('records/v2-regression'));
  expect(record?.config).toMatchObject({ task: { id: 'glue/stsb' }, training: { labelScale: 'raw' } });
});
