// Of which code a study's records are: nothing that they contradict, but what a reader of their figures should know.
import type { RunRecord } from '../records/schema.ts';
import { counted } from '../contracts/words.ts';
import { listed } from './found.ts';

/** @param semantics the version of the training semantics that there is here */
export function describeCode(records: readonly RunRecord[], semantics: number): string[] {
  const ids = (own: readonly RunRecord[]): string => listed(own.map(({ id }) => `${id}.json`));
  const lines = (text: string, own: readonly RunRecord[]): string[] =>
    own.length === 0 ? [] : [`${text}: ${counted(own.length, 'record')}: ${ids(own)}`];
  const commits = new Set(records.map(({ code }) => code.commit));
  const versions = new Set(records.map(({ schemaVersion }) => schemaVersion));
  const older = records.filter(({ code }) => (code.semantics ?? 0) < semantics);
  return [
    ...lines(
      'made with changes that its commit does not hold',
      records.filter(({ code }) => code.dirty === true),
    ),
    ...lines(
      'made at no known commit',
      records.filter(({ code }) => code.commit === null),
    ),
    ...(commits.size < 2
      ? []
      : [...commits].flatMap((commit) =>
          commit === null
            ? []
            : lines(
                `one of ${commits.size} commits, ${commit.slice(0, 7)}`,
                records.filter(({ code }) => code.commit === commit),
              ),
        )),
    ...lines(`made by older training semantics than ${semantics}, which are here; \`run\` would make them anew`, older),
    ...(versions.size < 2
      ? []
      : [...versions]
          .sort((a, b) => a - b)
          .flatMap((version) =>
            lines(
              `written in version ${version} of the record`,
              records.filter(({ schemaVersion }) => schemaVersion === version),
            ),
          )),
  ];
}
