// The command line: every command, and what becomes of an error.
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { InputError } from '../contracts/input-error.ts';
import { isSystemError, systemReason, WriteError } from '../contracts/write-error.ts';
import { HubFailure } from '../hub/hub-failure.ts';
import { WorkerDied } from './child-process.ts';
import { addAudit } from './commands/audit.ts';
import { addBench } from './commands/bench.ts';
import { addCheck } from './commands/check.ts';
import { addClaims } from './commands/claims.ts';
import { addCompare } from './commands/compare.ts';
import { addCost } from './commands/cost.ts';
import { addData } from './commands/data.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEvaluate } from './commands/evaluate.ts';
import { addFetch } from './commands/fetch.ts';
import { addList } from './commands/list.ts';
import { addPlan } from './commands/plan.ts';
import { addReport } from './commands/report.ts';
import { addRescore } from './commands/rescore.ts';
import { addRun } from './commands/run.ts';
import { addSchema } from './commands/schema.ts';
import { addVerify } from './commands/verify.ts';
import { type Output, writeLine } from './output.ts';
import { printable } from '../contracts/printable.ts';
import type { Services } from './services.ts';

/** Every command, with its options. */
export function commandsOf(services: Services, output: Output): Command {
  const program = new Command('peftbench')
    .description(manifest.description)
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: output.print,
      writeErr: (text) => void output.stderr.write(printable(text)),
      outputError: (text) => writeLine(output.stderr, `peftbench: ${text.trim().replaceAll(/\s*\n\s*/g, ' ')}`),
    });
  addRun(program, services, output);
  addReport(program, services, output);
  addAudit(program, services, output);
  addCheck(program, services, output);
  addRescore(program, services, output);
  addVerify(program, services, output);
  addCompare(program, services, output);
  addClaims(program, services, output);
  addPlan(program, services, output);
  addFetch(program, services, output);
  addCost(program, services, output);
  addEvaluate(program, services, output);
  addBench(program, output);
  addList(program, services, output);
  addData(program, services, output);
  addDoctor(program, output);
  addSchema(program, services, output);
  for (const command of program.commands) command.exitOverride().configureOutput(program.configureOutput());
  return program;
}

/**
 * Runs one command line (without node and script). Exit codes: 0 done, 1 some run or job failed or could not be written, 2
 * bad input.
 */
export async function runCommandLine(args: readonly string[], services: Services, output: Output): Promise<void> {
  const program = commandsOf(services, output);
  if (args.length === 0) {
    const names = program.commands.map((command) => command.name()).join(', ');
    writeLine(output.stderr, `peftbench: no command; expected ${names}, or --help`);
    return output.exit(2);
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return output.exit(error.exitCode === 0 ? 0 : 2);
    const lines = linesOf(error);
    if (lines === undefined) throw error;
    for (const line of lines) writeLine(output.stderr, `peftbench: ${line}`);
    output.exit(isOfNoInput(error) ? 1 : 2);
  }
}

/** What no other input would have spared. */
function isOfNoInput(error: unknown): error is WriteError | WorkerDied | HubFailure {
  return error instanceof WriteError || error instanceof WorkerDied || error instanceof HubFailure;
}

/** A line a fault; undefined for a defect, which is told with its stack. */
function linesOf(error: unknown): readonly string[] | undefined {
  if (error instanceof InputError) return error.faults;
  if (isOfNoInput(error)) return [error.message];
  if (!isSystemError(error)) return undefined;
  return [[...(error.path === undefined ? [] : [error.path]), systemReason(error)].join(': ')];
}
