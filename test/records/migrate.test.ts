// Records as earlier versions wrote them are read: what they do not tell is null.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { untold } from '../../harness/records/migrate.ts';
import { readRecords } from '../../harness/records/store.ts';
import { fixturePath } from '../fixtures.ts';
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

  it('has the keys of its configuration that came since, as they were before there was a choice', () => {
    expect(record?.config.training).toMatchObject({
      ...written.config.training,
      labelScale: 'standard',
      batching: 'bucketed',
    });
    expect(record?.config.task).toMatchObject({ ...written.config.task, trainOn: null, shots: 0, beams: 1 });
  });
});

it('does not call a present record one of an older version', () => {
  expect(untold(completed(sampleConfig(), 0.5))).toBe('the record does not tell');
});

it('knows that a regression was learned on the scale of its labels', () => {
  const [record] = readRecords(fixturePath('records/v2-regression'));
  expect(record?.config).toMatchObject({ task: { id: 'glue/stsb' }, training: { labelScale: 'raw' } });
});
