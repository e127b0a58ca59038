// `peftbench audit STUDY`: what differs between the rows that a table compares, other than the method.
import { type Command, InvalidArgumentError } from 'commander';
import { LEVELS, type Level } from '../../audit/rule.ts';
import { findingLine } from '../../audit/footnotes.ts';
import { InputError } from '../../contracts/input-error.ts';
import { runsFolder } from '../../records/store.ts';
import { counted } from '../../contracts/words.ts';
import { readStudy } from '../../study/read.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';
import { rulesOf, tablesOf } from '../study-tables.ts';

interface AuditOptions extends SourceOptions {
  /** True where no level is named. */
  readonly strict?: Level | true;
  readonly json?: boolean;
}

export function addAudit(program: Command, services: Services, output: Output): void {
  const command = program
    .command('audit')
    .description('what differs between the rows that a table compares, other than the method; runs nothing')
    .argument('<study>', 'a folder with study.json, or the file itself; rules of its own in audit.json beside it')
    .option('--strict [level]', 'exit with 1 where something is found of this level or above: error, warning', levelOf)
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (path: string, options: AuditOptions) => {
    output.exit(await auditStudy(path, options, services, output));
  });
}

/** Gives 0, or with `strict` 1 where something is found. @throws InputError for what the tables could not be made of */
async function auditStudy(path: string, options: AuditOptions, services: Services, output: Output): Promise<number> {
  const catalogue = await services.catalogue();
  const { study, directory } = readStudy(path, catalogue);
  const ruleSet = rulesOf(directory);
  const { records, summary } = await tablesOf(study, directory, { ...catalogue, ruleSet }, async (config) =>
    services.identifyRun(config, await sourcesOf(options, services)),
  );
  if (records.length === 0) {
    throw new InputError(`${runsFolder(directory)}: no records of this study; expected some, made by \`run\``);
  }
  const { findings, rows } = summary;
  if (options.json) {
    const { rules, off } = ruleSet;
    output.print(`${JSON.stringify({ study: study.name, findings, rules, off }, null, 2)}\n`);
  } else {
    const severalModels = study.models.length > 1;
    const lines = findings.map((finding) => `${severalModels ? `${finding.model}: ` : ''}${findingLine(finding)}`);
    const off = ruleSet.off.map(({ rule, reason }) => `off ${rule}: ${reason}`);
    const asked = `${counted(ruleSet.rules.length, 'rule')} on ${counted(rows.length, 'row')}`;
    const levels = LEVELS.map((level) => counted(findings.filter((each) => each.level === level).length, level));
    const found = findings.length === 0 ? 'nothing found' : levels.join(', ');
    output.print(`${[...lines, ...off, `${asked}: ${found}`].join('\n')}\n`);
  }
  const strict = options.strict === true ? 'error' : options.strict;
  return findings.some(({ level }) => (level === 'error' ? strict !== undefined : strict === level)) ? 1 : 0;
}

function levelOf(text: string): Level {
  const level = LEVELS.find((name) => name === text);
  if (level === undefined) throw new InvalidArgumentError(`expected ${LEVELS.join(' or ')}`);
  return level;
}
