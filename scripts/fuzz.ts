// Damages the files that the harness reads in many ways, and holds every reader to a right answer or one clear line, in
// time and memory. tsx scripts/fuzz.ts [--runs 10000] [--seed N] [--only READER] [--path P]
import { parseArgs } from 'node:util';
import { type Finding, fuzz, Readers, type TargetReport } from '../test/fuzz/runner.ts';
import { TARGETS } from '../test/fuzz/targets.ts';

const { values } = parsed();
const [runs, seed] = [Number(values.runs), Number(values.seed)];
const targets = TARGETS.filter(({ name }) => name.startsWith(values.only));
if (!Number.isInteger(runs) || runs < 1 || !Number.isInteger(seed) || targets.length === 0) {
  process.stderr.write(
    `fuzz: expected --runs N, --seed N and --only among ${TARGETS.map(({ name }) => name).join(', ')}\n`,
  );
  process.exit(2);
}

const readerOf = (name: string): string => name.slice(0, name.indexOf('/'));
const readers = [...new Set(targets.map(({ name }) => readerOf(name)))];

/** Rounded up, so that it is never less in all. */
function share(name: string): number {
  const forms = targets.filter((target) => readerOf(target.name) === readerOf(name)).length;
  return Math.ceil(runs / readers.length / forms);
}

const processes = new Readers();
const reports: TargetReport[] = [];
try {
  for (const target of targets) {
    const plan = { seed, runs: share(target.name), ...(values.path !== undefined && { path: values.path }) };
    const report = await fuzz(target, plan, processes);
    reports.push(report);
    process.stderr.write(`[${reports.length}/${targets.length}] ${describe(target.name, [report])}\n`);
    for (const finding of distinct(report.findings)) process.stderr.write(`    ${describeFinding(finding)}\n`);
  }
} finally {
  await processes.close();
}
for (const reader of readers)
  process.stdout.write(
    `${describe(
      reader,
      reports.filter(({ target }) => readerOf(target) === reader),
    )}\n`,
  );
process.stdout.write(`${describe(`seed ${seed}`, reports)}\n`);
process.exitCode = reports.some(({ findings }) => findings.length > 0) ? 1 : 0;

function describe(name: string, parts: readonly TargetReport[]): string {
  const sum = (of: (report: TargetReport) => number) => parts.reduce((total, part) => total + of(part), 0);
  const [right, refused, wrong] = [
    sum((part) => part.right),
    sum((part) => part.refused),
    sum((part) => part.findings.length),
  ];
  return `${name}: ${right + refused + wrong} mutations, ${right} read, ${refused} refused, ${wrong} violations`;
}

/** The first of each kind. */
function distinct(findings: readonly Finding[]): Finding[] {
  const kindOf = ({ violation }: Finding) =>
    `${violation.broken} ${violation.message.replaceAll(/\d+|"[^"]*"|'[^']*'/g, '')}`;
  return [...new Map(findings.toReversed().map((finding) => [kindOf(finding), finding])).values()].toReversed();
}

function describeFinding({ target, path, violation, mutation }: Finding): string {
  const replay = `--only ${target} --seed ${seed} --path ${path} --runs 1`;
  return `${violation.broken}: ${violation.message}\n      ${replay}\n      ${JSON.stringify(mutation).slice(0, 400)}`;
}

/** Exits with 2 for an option that there is not. */
function parsed() {
  try {
    return parseArgs({
      options: {
        /** In all, shared out evenly among readers, and of a reader among its forms. */
        runs: { type: 'string', default: '10000' },
        seed: { type: 'string', default: '1' },
        /** The beginning of targets' names. */
        only: { type: 'string', default: '' },
        /** Begins at this mutation of each target: with `--runs 1`, one that was found. */
        path: { type: 'string' },
      },
    });
  } catch (error) {
    process.stderr.write(`fuzz: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  }
}
