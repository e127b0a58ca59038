// What others wrote reaches a terminal as text: no label, message or name has it clear the screen, or show another line.
import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openDisplay } from '../../harness/cli/display/display.ts';
import { processOutput, writeLine } from '../../harness/cli/output.ts';
import { printable, printableLine } from '../../harness/contracts/printable.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import { HubFailure } from '../../harness/hub/hub-failure.ts';
import { unfinished } from '../records/sample.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';
import { fakeCommandLine } from './fakes.ts';

/** Clears the screen, in seven bits and in eight, rings, and deletes. */
const HOSTILE = 'a\u001B[2Jb\u009B2Jc\u0007d\u007F';
const SHOWN = 'a\\u001b[2Jb\\u009b2Jc\\u0007d\\u007f';
const OBEYED = /(?![\t\n])[\p{Cc}\u2028\u2029]/u;

const texts = fc.string({ unit: fc.oneof(fc.constantFrom(...'\u001B\u009B\r\n\t\u2028"\\a '), fc.string()) });

afterEach(() => void vi.restoreAllMocks());

describe('a text', () => {
  it('has nothing that a terminal obeys', () => {
    expect(printable(`${HOSTILE}\n\t|`)).toBe(`${SHOWN}\n\t|`);
    fc.assert(
      fc.property(texts, (text) => {
        expect(printable(text)).not.toMatch(OBEYED);
      }),
    );
  });

  it('of JSON is the same document', () => {
    const document = fc.oneof(texts, fc.dictionary(texts, fc.array(texts)));
    fc.assert(
      fc.property(document, (value) => {
        expect(JSON.parse(printable(JSON.stringify(value, null, 2)))).toEqual(value);
      }),
    );
  });

  it('is one line where a line is meant', () => {
    expect(printableLine(`first\n  second\t${HOSTILE}`)).toBe(`first second\\u0009${SHOWN}`);
    fc.assert(
      fc.property(texts, (text) => {
        expect(printableLine(text)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });
});

describe('written', () => {
  it('to stdout', () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    processOutput.print(`${HOSTILE}\n`);
    expect(write.mock.calls).toEqual([[`${SHOWN}\n`]]);
  });

  it('to stderr, as a line', () => {
    const output = captureOutput();
    writeLine(output.stderr, `${HOSTILE}\n[1/1] lora`);
    expect(output.written).toBe(`${SHOWN} [1/1] lora\n`);
  });

  it('as progress, where nothing is drawn', () => {
    const output = captureOutput();
    const display = openDisplay(output.stderr, { announces: true });
    const activity = display.begin(HOSTILE);
    display.log(HOSTILE);
    activity.end(HOSTILE);
    display.stop();
    expect(output.written).toBe(`${SHOWN} · starting\n${SHOWN}\n${SHOWN}\n`);
  });

  it.each([
    ['of the hub', new HubFailure(HOSTILE)],
    ['of the system', Object.assign(new Error(HOSTILE), { code: 'EIO', errno: -5, syscall: 'read', path: HOSTILE })],
  ])('as a failure %s', async (_whose, failure) => {
    const output = captureOutput();
    const failing = { ...services, catalogue: () => Promise.reject(failure) };
    await runCommandLine(['plan', temporaryFolder()], failing, output);
    expect(output.written).toContain(`peftbench: ${SHOWN}`);
    expect(output.written).not.toMatch(OBEYED);
  });

  it('as an argument that is refused', async () => {
    const output = captureOutput();
    await runCommandLine([HOSTILE], services, output);
    expect(output.written).toContain(SHOWN);
    expect(output.written).not.toMatch(OBEYED);
  });
});

describe("a study's", () => {
  const label = `${HOSTILE}\nonly in A`;
  const write = (methods: readonly object[], name: string) =>
    temporaryFolder({
      'study.json': JSON.stringify({ name, models: ['tiny'], methods, tasks: ['glue/stsb'], seeds: [0] }),
    });

  it('labels and errors are shown by run and compare', async () => {
    const cli = fakeCommandLine();
    const first = write([{ method: 'lora', label, learningRate: 1e-3 }], 'first');
    const second = write([{ method: 'full', learningRate: 1e-3 }], 'second');
    const ran = await cli.run('run', first);
    expect(ran.stderr).toContain(`[1/1] ${SHOWN} only in A · glue/stsb · seed 0 · `);
    await cli.run('run', second);
    const compared = await cli.run('compare', first, second);
    cli.outcome = (config) => unfinished(config, 'failed', HOSTILE);
    const failed = await cli.run('run', write([{ method: 'lora', label, learningRate: 1e-3 }], 'failed'));
    expect(failed.stderr).toContain(`failed: ${SHOWN}`);
    for (const { stdout, stderr } of [ran, failed, compared]) {
      expect(`${stdout}${stderr}`).not.toMatch(OBEYED);
    }
    expect(compared.stdout).toMatch(/^- only in A: /m);
    expect(compared.stdout).not.toMatch(/^only in A/m);
  });
});
